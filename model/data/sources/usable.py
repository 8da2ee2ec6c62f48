"""Which records are learned from.

GUI-Actor leaves out a record if one of its boxes is not within the picture or has no extent (``is_bbox_valid`` in
``microsoft/GUI-Actor``, ``src/gui_actor/data_process.py``); ``parse_record`` does, up to a rounding. Two checks are
ours:

- A point lies in its box, or no farther from it than GUI-Actor lets a click lie from the middle of the box with which
  it is matched (0.02). A turn with several points, a drag, has one box for all, and is not checked.
- A box that is the whole picture says nothing.

FocusUI's published lists were also filtered by what OmniParser detects (``…_omni_0_3_filtered.json``); no detector
runs here.
"""

from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from model.data.boxes import BoxNorm
from model.data.faults import Fault, FaultyRowError
from model.data.records import TrainingRecord, image_name, parse_record
from model.smart_resize import MAX_ASPECT_RATIO

POINT_SLACK_NORM = 0.02
WHOLE_SCREEN = 0.95
"""A box of at least this share of the picture is taken for all of it."""

_HINT = "Mend the record or take it out."


class Units(StrEnum):
    """What boxes and points of a data set are given in: whoever opens it says so."""

    FRACTIONS = "fractions"
    PIXELS = "pixels"


def usable_record(row: Any, *, name: str, size_px: tuple[int, int] | None = None) -> TrainingRecord:
    """A record that can be learned from.

    Args:
        row: as it stands in the file.
        name: of the row, for messages.
        size_px: (width, height) of its screenshot if it is in pixels; None if it is in fractions.

    Raises:
        FaultyRowError: it cannot.
    """
    record = parse_record(row, name=name, size_px=size_px)
    for turn in record.turns:
        if turn.box is None:
            continue
        if _area(turn.box) >= WHOLE_SCREEN:
            raise FaultyRowError(Fault.BOX_WHOLE_SCREEN, f"{name}: the box is the whole picture.", hint=_HINT)
        if len(turn.points_norm) == 1 and not _is_near(turn.box, *turn.points_norm[0]):
            raise FaultyRowError(
                Fault.POINT_OFF_BOX, f"{name}: the point {turn.points_norm[0]} is outside its box.", hint=_HINT
            )
    return record


def picture_name(row: Any, *, name: str) -> str:
    """The path of a row's screenshot, inside the folder of pictures.

    Args:
        row: as it stands in the file.
        name: of the row, for messages.

    Raises:
        FaultyRowError: it has none or several, or it leads out of the folder.
    """
    if not isinstance(row, dict):
        raise FaultyRowError(Fault.NOT_A_RECORD, f"{name}: this is not an object.", hint=_HINT)
    try:
        image = image_name(row)
    except ValueError as exc:
        raise FaultyRowError(Fault.PICTURE_NAME, f"{name}: {exc}.", hint=_HINT) from exc
    path = PurePosixPath(image)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in image:
        raise FaultyRowError(
            Fault.PICTURE_NAME, f"{name}: {image!r} is not a path below the folder of pictures.", hint=_HINT
        )
    return str(path)


def check_shape(size_px: tuple[int, int], *, name: str) -> None:
    """Make sure that no side of a picture is so much longer than the other that no network takes it.

    Args:
        size_px: (width, height).
        name: of the picture, for messages.

    Raises:
        FaultyRowError: one is.
    """
    if max(size_px) > MAX_ASPECT_RATIO * min(size_px):
        raise FaultyRowError(
            Fault.PICTURE_SHAPE, f"{name} of {size_px[0]}×{size_px[1]} pixels is too long and thin.", hint="Crop it."
        )


def _area(box: BoxNorm) -> float:
    return (box.x2_norm - box.x1_norm) * (box.y2_norm - box.y1_norm)


def _is_near(box: BoxNorm, x_norm: float, y_norm: float) -> bool:
    slack = POINT_SLACK_NORM
    return box.x1_norm - slack <= x_norm <= box.x2_norm + slack and box.y1_norm - slack <= y_norm <= box.y2_norm + slack

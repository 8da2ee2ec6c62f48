"""Screens of which every element is known: what the data engine makes, and what Nano learns from.

On disk: a folder with ``screens.jsonl``, one screen a line, and its pictures as PNG beside it. From one screen many
training records are made (``model.data.records``); the dense labels stay with the picture.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.errors import RecordError
from model.grounder import Box, ElementKind
from model.pictures import load_picture

SCREENS_FILE = "screens.jsonl"


class Source(StrEnum):
    """Where a screen comes from."""

    DRAWN = "drawn"
    WEB = "web"
    DESKTOP = "desktop"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledElement:
    """An element that can be seen.

    Attributes:
        bbox: its visible outline in pixels of the picture, half-open (x1, y1, x2, y2).
        kind: what it is.
        name: what it is called by the program (accessible name), "" if nothing.
        text: what is written on it, "" if nothing.
        text_bbox: tight outline of that text if it stands in one line and can be read whole; None otherwise, or if
            nobody knows.
        icons: names of the icon that it shows, () if none.
        label: text of the label that stands beside a field, a checkbox or the like, "" if none.
        window: title of the window or dialog that holds it, "" if unknown.
    """

    bbox: Box
    kind: ElementKind
    name: str
    text: str = ""
    text_bbox: Box | None = None
    icons: tuple[str, ...] = ()
    label: str = ""
    window: str = ""

    def __post_init__(self) -> None:
        x1, y1, x2, y2 = self.bbox
        if not (x1 < x2 and y1 < y2):
            raise ValueError(f"an element needs an extent, not {self.bbox}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledScreen:
    """A picture and everything that is on it.

    Attributes:
        picture: file name, relative to the folder.
        width_px, height_px: of the picture.
        source: where it comes from.
        program: of what; screens of one program are never divided between training and judging.
        theme: of widgets or page, "" if there is only one.
        scale: of the interface; 1.0 is 96 dots per inch.
        elements: in reading order; containers before what they hold.
    """

    picture: str
    width_px: int
    height_px: int
    source: Source
    program: str
    theme: str
    scale: float
    elements: tuple[LabelledElement, ...]


def write_screen(folder: Path, screen: LabelledScreen, pixels: NDArray[np.uint8]) -> None:
    """Add a screen to a folder: the picture first, so that a line never names one that is missing.

    Args:
        folder: made if it does not exist.
        screen: what is on it.
        pixels: [height, width, 3] uint8 RGB.
    """
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(folder / screen.picture, optimize=False, compress_level=3)
    with (folder / SCREENS_FILE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(screen), ensure_ascii=False) + "\n")


def read_screens(folder: Path) -> Iterator[LabelledScreen]:
    """All screens of a folder, in the order in which they were written.

    Raises:
        RecordError: a line is not a screen; it is named.
    """
    with (folder / SCREENS_FILE).open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                yield _screen_of(json.loads(line))
            except (ValueError, TypeError, KeyError) as exc:
                raise RecordError(f"{folder / SCREENS_FILE}:{number} is not a screen: {exc!r}.") from exc


def screen_pixels(folder: Path, screen: LabelledScreen) -> NDArray[np.uint8]:
    """The picture of a screen, [height, width, 3] uint8 RGB.

    Raises:
        InputError: it is missing or damaged.
    """
    return load_picture(folder / screen.picture)


def _screen_of(row: dict[str, Any]) -> LabelledScreen:
    elements = tuple(_element_of(element) for element in row.pop("elements"))
    return LabelledScreen(**{**row, "source": Source(row["source"])}, elements=elements)


def _element_of(row: dict[str, Any]) -> LabelledElement:
    text_bbox = row.get("text_bbox")
    ready = {
        "bbox": _box_of(row["bbox"]),
        "text_bbox": None if text_bbox is None else _box_of(text_bbox),
        "kind": ElementKind(row["kind"]),
        "icons": tuple(row["icons"]),
    }
    return LabelledElement(**row | ready)


def _box_of(sides: Any) -> Box:
    x1, y1, x2, y2 = map(float, sides)
    return (x1, y1, x2, y2)

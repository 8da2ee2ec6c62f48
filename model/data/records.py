"""Training records in the conversation format of GUI-Actor and FocusUI (arXiv 2506.03143, arXiv 2601.03928).

A record is a JSON object: ``image`` (a path) and ``conversations``, a list of turns ``{"from", "value"}`` or ``{"role",
"content"}``. The first person's turn holds ``<image>`` and what is wanted; an assistant's turn holds an action whose
points are fractions of the screenshot, and in ``bbox_gt`` the box of the element, as fractions too. A turn with several
points (a drag) has one box for all of them. What a row may know beside that is in ``model.data.annotations``.

Units are never guessed from values: fractions are meant unless the reader says that the rows are in pixels. An edge
that is outside the picture by no more than ``ROUNDING_NORM`` is put on its border.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model.data.annotations import Phrasing, SeenElement, parse_elements, parse_perspectives
from model.data.boxes import BoxNorm, four_numbers
from model.data.coordinates import take_points
from model.data.faults import Fault, FaultyRowError

IMAGE_TEXT = "<image>"
SCREEN_RECIPIENT = "os"
"""Recipient of actions on the screen; only their points become pointers."""

ROUNDING_NORM = 0.001
"""How far outside the picture an edge may be: published boxes have three or four decimals."""

_HINT = "Mend the record or take it out."


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


_ROLES = {"human": Role.USER, "gpt": Role.ASSISTANT, **{role.value: role for role in Role}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a conversation.

    Attributes:
        role: who speaks.
        text: what is said, without ``<image>`` and with pointer tokens for points.
        points_norm: (x, y) of each pointer of an action, in the order of the text.
        box: of the element that the points are in; None without points.
        recipient: whom an assistant's turn is for.
        is_end_turn: does the assistant stop here?
    """

    role: Role
    text: str
    points_norm: tuple[tuple[float, float], ...] = ()
    box: BoxNorm | None = None
    recipient: str = SCREEN_RECIPIENT
    is_end_turn: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRecord:
    """A conversation about one screenshot.

    Attributes:
        name: of the row, for messages.
        image: path of the screenshot, relative to wherever the reader looks for pictures.
        system: text of a system message of its own; None for the usual one.
        turns: all others, the first of them the user's, about the screenshot.
        phrasings: other ways to ask for the first element, () if none are known.
        elements: all that can be seen on the screenshot, None if nobody knows.
    """

    name: str
    image: str
    system: str | None
    turns: tuple[Turn, ...]
    phrasings: tuple[Phrasing, ...] = ()
    elements: tuple[SeenElement, ...] | None = None

    @property
    def instruction(self) -> str:
        """What the patch scorer reads: the first request, stripped."""
        return self.turns[0].text.strip()

    @property
    def box(self) -> BoxNorm:
        """Box of the first element that is pointed at: what the patch scorer should find."""
        return next(turn.box for turn in self.turns if turn.box is not None)


class _ComplaintError(ValueError):
    """What is wrong with a row, without its name."""

    def __init__(self, text: str, fault: Fault = Fault.NOT_A_RECORD) -> None:
        super().__init__(text)
        self.fault = fault


def parse_record(row: Any, *, name: str, size_px: tuple[int, int] | None = None) -> TrainingRecord:
    """Check a row and take it apart.

    Args:
        row: as it stands in the file.
        name: of the row, for instance file and line.
        size_px: (width, height) of the screenshot if boxes and points of the row are in its pixels; None if they are
            fractions of it.

    Raises:
        FaultyRowError: the row is not such a record, or has nothing to point at.
    """
    try:
        turns = [_parse_turn(turn, size_px) for turn in _required(row, "conversations", list)]
        system = turns.pop(0).text if turns and turns[0].role is Role.SYSTEM else None
        _check_conversation(turns)
        phrasings, elements = _annotations(row)
        record = TrainingRecord(
            name=name,
            image=image_name(row),
            system=system,
            turns=tuple(turns),
            phrasings=phrasings,
            elements=elements,
        )
        if not record.instruction:
            raise _ComplaintError("the instruction is empty", Fault.EMPTY_INSTRUCTION)  # noqa: TRY301 - named below
    except _ComplaintError as exc:
        raise FaultyRowError(exc.fault, f"{name}: {exc}.", hint=_HINT) from exc
    return record


def image_name(row: Mapping[str, Any]) -> str:
    """The path of the one picture of a row.

    Raises:
        ValueError: it has none, or several.
    """
    image = row.get("image")
    paths = image if isinstance(image, list) else [image]
    if len(paths) != 1 or not isinstance(paths[0], str):
        raise _ComplaintError(f"image must be the path of one picture, not {image!r}", Fault.PICTURE_NAME)
    return paths[0]


def _parse_turn(turn: Any, size_px: tuple[int, int] | None) -> Turn:
    if not isinstance(turn, Mapping):
        raise _ComplaintError("a turn is not an object")
    said_role = turn.get("role", turn.get("from"))
    if not isinstance(said_role, str) or said_role not in _ROLES:
        raise _ComplaintError(f"nobody is called {said_role!r}; turns are of {', '.join(_ROLES)}")
    role = _ROLES[said_role]
    text = _required(turn, "content" if "content" in turn else "value", str)
    if role is not Role.ASSISTANT:
        return Turn(role=role, text=text)
    recipient = turn.get("recipient", SCREEN_RECIPIENT)
    is_end_turn = bool(turn.get("end_turn", True))
    if recipient != SCREEN_RECIPIENT:
        return Turn(role=role, text=text, recipient=str(recipient), is_end_turn=is_end_turn)
    try:
        pointed = take_points(text, size_px)
    except ValueError as exc:
        raise _ComplaintError(str(exc), Fault.POINT_OUTSIDE) from exc
    return Turn(
        role=role,
        text=pointed.text,
        points_norm=pointed.points_norm,
        box=_parse_box(turn.get("bbox_gt"), size_px) if pointed.points_norm else None,
        is_end_turn=is_end_turn,
    )


def _parse_box(values: Any, size_px: tuple[int, int] | None) -> BoxNorm:
    if values is None:
        raise _ComplaintError("a turn has a point but no bbox_gt", Fault.NO_BOX)
    try:
        edges = four_numbers(values, name="bbox_gt")
    except ValueError as exc:
        raise _ComplaintError(str(exc), Fault.BOX_NOT_NUMBERS) from exc
    width, height = (1, 1) if size_px is None else size_px
    sides = [edge / extent for edge, extent in zip(edges, (width, height, width, height), strict=True)]
    if not all(-ROUNDING_NORM <= side <= 1.0 + ROUNDING_NORM for side in sides):
        unit = "fractions from 0 to 1" if size_px is None else f"pixels of a picture of {width}×{height}"
        raise _ComplaintError(f"bbox_gt must be {unit}, not {list(values)}", Fault.BOX_OUTSIDE)
    x1, y1, x2, y2 = (min(max(side, 0.0), 1.0) for side in sides)
    if x1 > x2 or y1 > y2:
        raise _ComplaintError(f"bbox_gt must be left, top, right, lower edge, not {list(values)}", Fault.BOX_INVERTED)
    if x1 == x2 or y1 == y2:
        raise _ComplaintError(f"bbox_gt has no extent: {list(values)}", Fault.BOX_EMPTY)
    return BoxNorm(x1, y1, x2, y2)


def _annotations(row: Mapping[str, Any]) -> tuple[tuple[Phrasing, ...], tuple[SeenElement, ...] | None]:
    try:
        return parse_perspectives(row), parse_elements(row)
    except ValueError as exc:
        raise _ComplaintError(str(exc)) from exc


def _check_conversation(turns: list[Turn]) -> None:
    n_images = [turn.text.count(IMAGE_TEXT) for turn in turns]
    if not turns or turns[0].role is not Role.USER or n_images[0] != 1 or sum(n_images) != 1:
        raise _ComplaintError(f"{IMAGE_TEXT} must stand once, in the first turn, which is the user's")
    if any(turn.role is Role.SYSTEM for turn in turns):
        raise _ComplaintError("only the first turn may be the system's")
    if all(turn.box is None for turn in turns):
        raise _ComplaintError("no turn points at anything", Fault.NO_TARGET)
    turns[0] = Turn(role=Role.USER, text=turns[0].text.replace(IMAGE_TEXT, ""))


def _required(values: Any, key: str, kind: type) -> Any:
    if not isinstance(values, Mapping) or not isinstance(values.get(key), kind):
        raise _ComplaintError(f"{key} is missing or not a {kind.__name__}")
    return values[key]

"""Training records in the conversation format of GUI-Actor and FocusUI (arXiv 2506.03143, arXiv 2601.03928).

A record is a JSON object: ``image`` (a path) and ``conversations``, a list of turns ``{"from", "value"}`` or ``{"role",
"content"}``. The first person's turn holds ``<image>`` and what is wanted; an assistant's turn holds an action whose
points are fractions of the screenshot, and in ``bbox_gt`` the box of the element, as fractions too. A turn with several
points (a drag) has one box for all of them. What a row may know beside that is in ``model.data.annotations``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model.data.annotations import Phrasing, SeenElement, parse_box, parse_elements, parse_perspectives
from model.data.boxes import BoxNorm
from model.data.coordinates import take_points
from model.errors import RecordError

IMAGE_TEXT = "<image>"
SCREEN_RECIPIENT = "os"
"""Recipient of actions on the screen; only their points become pointers."""

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


def parse_record(row: Mapping[str, Any], *, name: str) -> TrainingRecord:
    """Check a row and take it apart.

    Args:
        row: as it stands in the file.
        name: of the row, for instance file and line.

    Raises:
        RecordError: the row is not such a record, or has nothing to point at.
    """
    try:
        turns = [_parse_turn(turn) for turn in _required(row, "conversations", list)]
        system = turns.pop(0).text if turns and turns[0].role is Role.SYSTEM else None
        _check_conversation(turns)
        record = TrainingRecord(
            name=name,
            image=_parse_image(row),
            system=system,
            turns=tuple(turns),
            phrasings=parse_perspectives(row),
            elements=parse_elements(row),
        )
        if not record.instruction:
            raise ValueError("the instruction is empty")  # noqa: TRY301 - all complaints are named in one place
    except ValueError as exc:
        raise RecordError(f"{name}: {exc}.", hint=_HINT) from exc
    return record


def _parse_turn(turn: Any) -> Turn:
    if not isinstance(turn, Mapping):
        raise ValueError("a turn is not an object")  # noqa: TRY004 - about the file, not about our types
    said_role = turn.get("role", turn.get("from"))
    if said_role not in _ROLES:
        raise ValueError(f"nobody is called {said_role!r}; turns are of {', '.join(_ROLES)}")
    role = _ROLES[said_role]
    text = _required(turn, "content" if "content" in turn else "value", str)
    if role is not Role.ASSISTANT:
        return Turn(role=role, text=text)
    recipient = turn.get("recipient", SCREEN_RECIPIENT)
    is_end_turn = bool(turn.get("end_turn", True))
    if recipient != SCREEN_RECIPIENT:
        return Turn(role=role, text=text, recipient=str(recipient), is_end_turn=is_end_turn)
    pointed = take_points(text)
    return Turn(
        role=role,
        text=pointed.text,
        points_norm=pointed.points_norm,
        box=_parse_box(turn.get("bbox_gt")) if pointed.points_norm else None,
        is_end_turn=is_end_turn,
    )


def _parse_box(values: Any) -> BoxNorm:
    if values is None:
        raise ValueError("a turn has a point but no bbox_gt")
    return parse_box(values, name="bbox_gt")


def _parse_image(row: Mapping[str, Any]) -> str:
    image = row.get("image")
    paths = image if isinstance(image, list) else [image]
    if len(paths) != 1 or not isinstance(paths[0], str):
        raise ValueError(f"image must be the path of one picture, not {image!r}")
    return paths[0]


def _check_conversation(turns: list[Turn]) -> None:
    n_images = [turn.text.count(IMAGE_TEXT) for turn in turns]
    if not turns or turns[0].role is not Role.USER or n_images[0] != 1 or sum(n_images) != 1:
        raise ValueError(f"{IMAGE_TEXT} must stand once, in the first turn, which is the user's")
    if any(turn.role is Role.SYSTEM for turn in turns):
        raise ValueError("only the first turn may be the system's")
    if all(turn.box is None for turn in turns):
        raise ValueError("no turn points at anything")
    turns[0] = Turn(role=Role.USER, text=turns[0].text.replace(IMAGE_TEXT, ""))


def _required(values: Mapping[str, Any], key: str, kind: type) -> Any:
    if not isinstance(values.get(key), kind):
        raise ValueError(f"{key} is missing or not a {kind.__name__}")  # noqa: TRY004 - about the file
    return values[key]

"""What grounders answered, kept line by line, so that a measurement can go on where it was stopped."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.evaluation.lines import append_line, read_lines
from model.evaluation.settings import Setting
from model.grounder import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one question.

    Attributes:
        setting: how it was asked.
        picture, instruction: which question; the picture with its folder.
        source, kind, origin, program: what is known about it; see ``questions``.
        width_px, height_px: of the picture.
        boxes: where it was right, in pixels; () if the screen does not have what is asked for.
        is_there: whether the screen has it.
        is_hit: whether the answer lies in a right box; False where it was refused.
        is_pointed: whether the best candidate does, refused or not.
        is_rejected: whether the grounder said that it is not there.
        score: of the best candidate.
        look_ms, find_ms: milliseconds for the screen, once, and for the instruction.
        digest: of the model's files: the weights behind a name may change. "" in files that do not tell it.
    """

    setting: Setting
    picture: str
    instruction: str
    source: str
    kind: str
    origin: str
    program: str
    width_px: int
    height_px: int
    boxes: tuple[Box, ...] = ()
    is_there: bool
    is_hit: bool
    is_pointed: bool
    is_rejected: bool
    score: float
    look_ms: float
    find_ms: float
    digest: str = ""

    @property
    def key(self) -> tuple[Setting, str, str]:
        """What tells it from others."""
        return (self.setting, self.picture, self.instruction)


def read_answers(path: Path) -> Iterator[Answer]:
    """The answers of a file; see ``read_lines``.

    Raises:
        InputError: the file holds something else.
    """
    return read_lines(path, answer_from_json)


def append_answer(path: Path, answer: Answer) -> None:
    """Add an answer to a file."""
    append_line(path, asdict(answer))


def answer_from_json(row: dict[str, Any]) -> Answer:
    """The inverse of ``dataclasses.asdict``.

    Raises:
        TypeError, KeyError, ValueError: something else was written.
    """
    boxes = tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in row.get("boxes", ()))
    return Answer(**row | {"setting": Setting.from_json(row["setting"]), "boxes": boxes})

"""What grounders answered, kept line by line, so that a measurement can go on where it was stopped."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from model.evaluation.lines import append_line, read_lines
from model.evaluation.settings import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one question.

    Attributes:
        setting: how it was asked.
        picture, instruction: which question; the picture with its folder.
        source, kind, origin, program: what is known about it; see ``questions``.
        width_px, height_px: of the picture.
        is_there: whether the screen has what is asked for.
        is_hit: whether the answer lies in a right box; False where it was refused.
        is_pointed: whether the best candidate does, refused or not.
        is_rejected: whether the grounder said that it is not there.
        score: of the best candidate.
        look_ms, find_ms: milliseconds for the screen, once, and for the instruction.
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
    is_there: bool
    is_hit: bool
    is_pointed: bool
    is_rejected: bool
    score: float
    look_ms: float
    find_ms: float

    @property
    def key(self) -> tuple[Setting, str, str]:
        """What tells it from others."""
        return (self.setting, self.picture, self.instruction)


def read_answers(path: Path) -> Iterator[Answer]:
    """The answers of a file; see ``read_lines``.

    Raises:
        InputError: the file holds something else.
    """
    return read_lines(path, lambda row: Answer(**row | {"setting": Setting.from_json(row["setting"])}))


def append_answer(path: Path, answer: Answer) -> None:
    """Add an answer to a file."""
    append_line(path, asdict(answer))

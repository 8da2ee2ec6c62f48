"""What grounders answered, kept line by line, so that a measurement can go on where it was stopped."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from model.errors import InputError
from model.packing import Packing


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Setting:
    """How a grounder is asked.

    Attributes:
        model: its name.
        packing: what becomes of the places of dropped patches.
        keep_fraction: share of patches kept.
    """

    model: str
    packing: Packing
    keep_fraction: float

    def __str__(self) -> str:
        packing = "" if self.packing is Packing.POSPAD else f" {self.packing}"
        return f"{self.model}{packing} {self.keep_fraction:g}"


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
    """The answers of a file; an unfinished last line is cut off, so that more can be added.

    Raises:
        InputError: the file holds something else.
    """
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as stream:
            stream.truncate(len(whole))
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            row = json.loads(line)
            setting = row.pop("setting")
            yield Answer(setting=Setting(**setting | {"packing": Packing(setting["packing"])}), **row)
        except (ValueError, TypeError, KeyError, AttributeError) as exc:
            raise InputError(f"{path}:{number} is not an answer.", hint="Name another file for the answers.") from exc


def append_answer(path: Path, answer: Answer) -> None:
    """Add an answer to a file."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(answer), ensure_ascii=False) + "\n")

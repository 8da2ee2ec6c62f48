"""What became of each item: everything that the reports need, one line each."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.evaluation.benchmarks.heat import Heat
from model.evaluation.benchmarks.items import Groups
from model.evaluation.benchmarks.targets import Point, Target, TargetKind
from model.evaluation.lines import append_line, read_lines
from model.evaluation.settings import Setting

Key = tuple[str, str, Setting]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """What became of one item in one setting.

    Attributes:
        benchmark, item_id: which item.
        setting: how it was asked.
        digest: of the model's files: the weights behind a name may change.
        picture: its name within the folder of the benchmark.
        instruction: as it was given to the model.
        groups: by which it is counted.
        width_px, height_px: of the picture.
        target: where it is right, in pixels of the picture.
        point: the answer; None if the model refused, or failed.
        candidates: the best points, best first, refused or not.
        score: of the best.
        is_hit: the answer is right (hit@1).
        is_hit_top: the answer or one of the next best candidates is (hit@k).
        is_overlap, is_overlap_top: the same for a small box around the point; of refusals what ``is_hit`` says.
        is_pointed: the best candidate lies in the target, refused or not.
        look_ms, find_ms: milliseconds for the picture and for the instruction.
        look_bytes, find_bytes: the most memory that was held meanwhile; None if nobody knows.
        heat: where the model looked, if the answer is wrong.
        failure: why the model gave no answer, which counts as wrong and as no refusal; "" if it gave one.
    """

    benchmark: str
    item_id: str
    setting: Setting
    digest: str
    picture: str
    instruction: str
    groups: Groups
    width_px: int
    height_px: int
    target: Target
    point: Point | None
    candidates: tuple[Point, ...]
    score: float
    is_hit: bool
    is_hit_top: bool
    is_overlap: bool
    is_overlap_top: bool
    is_pointed: bool
    look_ms: float
    find_ms: float
    look_bytes: int | None
    find_bytes: int | None
    heat: Heat | None
    failure: str = ""

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return (self.benchmark, self.item_id, self.setting)

    @property
    def is_rejected(self) -> bool:
        """Whether the model said that it is not there."""
        return self.point is None and not self.failure

    @property
    def is_there(self) -> bool:
        """Whether the screen has what is asked for."""
        return self.target.kind is not TargetKind.REFUSAL


def read_item_answers(path: Path) -> Iterator[ItemAnswer]:
    """The answers of a file; see ``read_lines``.

    Raises:
        InputError: the file cannot be read, or holds something else.
    """
    return read_lines(path, item_answer_from_json)


def append_item_answer(path: Path, answer: ItemAnswer) -> None:
    """Add an answer to a file."""
    append_line(path, asdict(answer))


def item_answer_from_json(row: dict[str, Any]) -> ItemAnswer:
    """The inverse of ``dataclasses.asdict``.

    Raises:
        TypeError, KeyError, ValueError: something else was written.
    """
    target, point, heat = row["target"], row["point"], row["heat"]
    typed = {
        "setting": Setting.from_json(row["setting"]),
        "groups": tuple((group, value) for group, value in row["groups"]),
        "target": Target(
            boxes=tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in target["boxes"]),
            polygon=tuple((x, y) for x, y in target["polygon"]),
        ),
        "point": None if point is None else (point[0], point[1]),
        "candidates": tuple((x, y) for x, y in row["candidates"]),
        "heat": None if heat is None else Heat(**heat),
    }
    return ItemAnswer(**row | typed)

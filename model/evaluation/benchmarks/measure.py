"""Asks a grounder about a benchmark: one look at each picture, then every item of it in every setting."""

import logging
import os
import time
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.evaluation.asking import NoSuchWayError, find
from model.evaluation.benchmarks.answers import ItemAnswer, Key
from model.evaluation.benchmarks.heat import Heat
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.targets import Point, Target, TargetKind
from model.evaluation.settings import Setting
from model.grounder import Grounder, Grounding
from model.peak_memory import PeakMemory
from model.pictures import load_picture
from model.timing import ms_since

log = logging.getLogger(__name__)

TOP = 3
"""How many points count for hit@k: as in GUI-Actor's and FocusUI's tables."""

OVERLAP_PX = 14.0
"""Half the side of the box around a point, in pixels of the picture: one patch of Qwen2.5-VL, as in those tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a benchmark is asked.

    Attributes:
        benchmark: its name.
        folder: of the benchmark; pictures are named relative to it.
        settings: in which ways.
        overlap_px: half the side of the box around a point; one patch of the model.
    """

    benchmark: str
    folder: Path
    settings: Sequence[Setting]
    overlap_px: float = OVERLAP_PX

    def keys(self, items: Sequence[BenchmarkItem]) -> set[Key]:
        """Of all answers there will be."""
        return {(self.benchmark, item.item_id, setting) for item in items for setting in self.settings}

    def picture_name(self, item: BenchmarkItem) -> str:
        """What the picture of an item is called in its answers."""
        return Path(os.path.relpath(item.picture, self.folder)).as_posix()

    def is_about(self, answer: ItemAnswer, item: BenchmarkItem) -> bool:
        """Whether an answer is about an item as it is now: what stands under its id may have changed since."""
        target = item.target_on(answer.width_px, answer.height_px)
        asked = (answer.picture, answer.instruction, answer.target)
        return asked == (self.picture_name(item), item.instruction, target)


def measure_picture(
    grounder: Grounder, asking: Asking, items: Sequence[BenchmarkItem], known: Set[Key]
) -> Iterator[ItemAnswer | BadItem]:
    """Ask about one picture what is not known yet; nothing is looked at if all is.

    Args:
        grounder: who is asked.
        asking: how; all settings are of this grounder.
        items: all of one picture.
        known: keys of the answers that there are.

    Yields:
        Answers, also of items that the model failed on; and items whose picture turns out to be unusable.

    Raises:
        NoSuchWayError: the model cannot be asked so.
    """
    open_ones = [
        (setting, item)
        for setting in asking.settings
        for item in items
        if (asking.benchmark, item.item_id, setting) not in known
    ]
    if not open_ones:
        return
    memory = PeakMemory(grounder.info.device)
    memory.start()
    try:
        pixels = load_picture(items[0].picture)
    except InputError:
        yield from _unusable(open_ones)
        return
    size_px = (pixels.shape[1], pixels.shape[0])
    start_s = time.perf_counter()
    try:
        look = grounder.look(pixels)
    except InputError:
        yield from _unusable(open_ones)
        return
    except Exception as error:  # of any kind: the other pictures are asked nevertheless
        for setting, item in open_ones:
            yield _failed(asking, setting, item, error, digest=grounder.info.digest, size_px=size_px)
        return
    look_ms = ms_since(start_s)
    look_bytes = memory.read()
    for setting, item in open_ones:
        memory.start()
        start_s = time.perf_counter()
        try:
            grounding = find(grounder, look, item.instruction, setting)
        except NoSuchWayError:
            raise
        except Exception as error:  # of any kind: the other items are asked nevertheless
            yield _failed(asking, setting, item, error, digest=grounder.info.digest, size_px=size_px)
            continue
        find_ms = ms_since(start_s)
        yield _answer(
            asking,
            setting,
            item,
            grounding,
            size_px=size_px,
            look_ms=look_ms,
            find_ms=find_ms,
            look_bytes=look_bytes,
            find_bytes=memory.read(),
        )


def _unusable(open_ones: Sequence[tuple[Setting, BenchmarkItem]]) -> Iterator[BadItem]:
    """Each item once, however often it is asked."""
    for item_id in dict.fromkeys(item.item_id for _, item in open_ones):
        yield BadItem(place=item_id, problem="The picture cannot be read, or is no screen.")


def _answer(
    asking: Asking,
    setting: Setting,
    item: BenchmarkItem,
    grounding: Grounding,
    *,
    size_px: tuple[int, int],
    look_ms: float,
    find_ms: float,
    look_bytes: int | None,
    find_bytes: int | None,
) -> ItemAnswer:
    target = item.target_on(*size_px)
    points = _points(grounding)
    # A model that refuses gives no point; what its candidates would have been is told apart from that, by is_pointed.
    given = () if grounding.is_rejected else points
    is_hit = _is_right(target, given[:1])
    return ItemAnswer(
        **_asked(asking, setting, item, size_px),
        digest=grounding.model.digest,
        point=grounding.point,
        candidates=points,
        score=grounding.score,
        is_hit=is_hit,
        is_hit_top=_is_right(target, given),
        is_overlap=_is_right(target, given[:1], asking.overlap_px),
        is_overlap_top=_is_right(target, given, asking.overlap_px),
        is_pointed=any(target.contains(point) for point in points[:1]),
        look_ms=look_ms,
        find_ms=find_ms,
        look_bytes=look_bytes,
        find_bytes=find_bytes,
        heat=None if is_hit else Heat.of(grounding.scored.scores),
    )


def _failed(
    asking: Asking, setting: Setting, item: BenchmarkItem, error: Exception, *, digest: str, size_px: tuple[int, int]
) -> ItemAnswer:
    """A miss, whatever would have been right."""
    log.debug("%s failed on %s", setting, item.item_id, exc_info=error)
    return ItemAnswer(
        **_asked(asking, setting, item, size_px),
        digest=digest,
        point=None,
        candidates=(),
        score=0.0,
        is_hit=False,
        is_hit_top=False,
        is_overlap=False,
        is_overlap_top=False,
        is_pointed=False,
        look_ms=0.0,
        find_ms=0.0,
        look_bytes=None,
        find_bytes=None,
        heat=None,
        failure=(str(error) or type(error).__name__).splitlines()[0],
    )


def _asked(asking: Asking, setting: Setting, item: BenchmarkItem, size_px: tuple[int, int]) -> dict[str, Any]:
    """What an answer tells of its question."""
    return {
        "benchmark": asking.benchmark,
        "item_id": item.item_id,
        "setting": setting,
        "picture": asking.picture_name(item),
        "instruction": item.instruction,
        "groups": item.groups,
        "width_px": size_px[0],
        "height_px": size_px[1],
        "target": item.target_on(*size_px),
    }


def _points(grounding: Grounding) -> tuple[Point, ...]:
    """The answer, then the candidates; at most ``TOP``."""
    candidates = [(candidate.x, candidate.y) for candidate in grounding.candidates]
    first = [] if grounding.point is None else [grounding.point]
    return tuple(dict.fromkeys([*first, *candidates]))[:TOP]


def _is_right(target: Target, points: Sequence[Point], overlap_px: float | None = None) -> bool:
    if target.kind is TargetKind.REFUSAL:
        return not points
    if overlap_px is None:
        return any(target.contains(point) for point in points)
    return any(target.overlaps(point, overlap_px) for point in points)

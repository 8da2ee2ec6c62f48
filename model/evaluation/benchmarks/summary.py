"""From answers to the numbers of the tables: overall, by group, by size of the target; times and memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from model.evaluation.benchmarks.answers import ItemAnswer
from model.evaluation.benchmarks.items import BadItem
from model.evaluation.rates import Rate
from model.evaluation.settings import Setting

SIZES_PX = (16, 32, 64, 128)
"""Where targets are divided by the side of a square of their area."""

NOWHERE = "not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What is counted of some answers.

    Attributes:
        hits: hit@1, of all items: the point is right, or the refusal.
        top: hit@k, of all items.
        overlap, overlap_top: the same with a small box around the point, of what is there.
        pointed: hit@1 if nothing were refused, of what is there.
        refused: refusals, of what is not there.
        falsely_refused: refusals, of what is there.
    """

    hits: Rate
    top: Rate
    overlap: Rate
    overlap_top: Rate
    pointed: Rate
    refused: Rate
    falsely_refused: Rate

    @classmethod
    def of(cls, answers: Sequence[ItemAnswer]) -> "Metrics":
        """Count."""
        there = [answer for answer in answers if answer.is_there]
        return cls(
            hits=Rate.of(answer.is_hit for answer in answers),
            top=Rate.of(answer.is_hit_top for answer in answers),
            overlap=Rate.of(answer.is_overlap for answer in there),
            overlap_top=Rate.of(answer.is_overlap_top for answer in there),
            pointed=Rate.of(answer.is_pointed for answer in there),
            refused=Rate.of(answer.is_rejected for answer in answers if not answer.is_there),
            falsely_refused=Rate.of(answer.is_rejected for answer in there),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the answers to one benchmark in one setting say.

    Attributes:
        benchmark: its name.
        setting: how was asked.
        digest: of the model's files.
        total: of all items.
        there: of those that are on the screen.
        groups: by group and value.
        mean: plain mean of hit@1 over the values of a group, where the benchmark's authors average so; else None.
        sizes: by size of the target.
        failed: items that the model failed on; they count as wrong.
        look_ms, find_ms: medians over pictures and over items, without those that failed.
        look_bytes, find_bytes: the most memory that was held meanwhile; None if nobody knows.
    """

    benchmark: str
    setting: Setting
    digest: str
    total: Metrics
    there: Metrics
    groups: dict[str, dict[str, Metrics]]
    mean: float | None
    sizes: dict[str, Metrics]
    failed: tuple[BadItem, ...]
    look_ms: float
    find_ms: float
    look_bytes: int | None
    find_bytes: int | None


def size_of(answer: ItemAnswer) -> str:
    """The class of sizes that the target of an answer is in."""
    if not answer.is_there:
        return NOWHERE
    side_px = answer.target.side_px
    below = next((edge for edge in SIZES_PX if side_px < edge), None)
    return f"{SIZES_PX[-1]} px or more" if below is None else f"below {below} px"


SIZE_NAMES = (*(f"below {edge} px" for edge in SIZES_PX), f"{SIZES_PX[-1]} px or more", NOWHERE)
"""Values of ``size_of``, in order."""


def summarise(answers: Iterable[ItemAnswer], *, mean_over: Callable[[str], str]) -> list[Summary]:
    """One summary per benchmark and setting, in the order in which they first appear.

    Args:
        answers: of any number of benchmarks and settings.
        mean_over: from the name of a benchmark to the group over whose values its authors average, "" for none.
    """
    apart: dict[tuple[str, Setting], list[ItemAnswer]] = {}
    for answer in answers:
        apart.setdefault((answer.benchmark, answer.setting), []).append(answer)
    return [_summary(benchmark, setting, its, mean_over(benchmark)) for (benchmark, setting), its in apart.items()]


def _summary(benchmark: str, setting: Setting, answers: Sequence[ItemAnswer], mean_over: str) -> Summary:
    groups = _by_group(answers)
    cells = groups.get(mean_over, {})
    timed = [answer for answer in answers if not answer.failure] or answers
    sizes = [(size, [a for a in answers if size_of(a) == size]) for size in SIZE_NAMES]
    return Summary(
        benchmark=benchmark,
        setting=setting,
        digest=answers[0].digest,
        total=Metrics.of(answers),
        there=Metrics.of([answer for answer in answers if answer.is_there]),
        groups=groups,
        mean=fmean(metrics.hits.share for metrics in cells.values()) if cells else None,
        sizes={size: Metrics.of(its) for size, its in sizes if its},
        failed=tuple(BadItem(place=a.item_id, problem=a.failure) for a in answers if a.failure),
        look_ms=median({answer.picture: answer.look_ms for answer in timed}.values()),
        find_ms=median(answer.find_ms for answer in timed),
        look_bytes=_most(answer.look_bytes for answer in answers),
        find_bytes=_most(answer.find_bytes for answer in answers),
    )


def _most(peaks: Iterable[int | None]) -> int | None:
    return max((peak for peak in peaks if peak is not None), default=None)


def _by_group(answers: Sequence[ItemAnswer]) -> dict[str, dict[str, Metrics]]:
    members: dict[str, dict[str, list[ItemAnswer]]] = {}
    for answer in answers:
        for group, value in answer.groups:
            members.setdefault(group, {}).setdefault(value, []).append(answer)
    return {
        group: {value: Metrics.of(its) for value, its in sorted(values.items())} for group, values in members.items()
    }

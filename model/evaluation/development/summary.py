"""From answers to rates: overall and by group, refusal at an operating point, times."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from model.evaluation.development.answers import Answer
from model.evaluation.rates import Rate
from model.evaluation.settings import Setting

FALSE_REFUSALS = 0.05
"""Share of what is there that may be refused at the operating point."""

_MEGAPIXELS = 1e6
_SIZES = ((1.2, "up to 1.2 megapixels"), (2.5, "up to 2.5 megapixels"))
_LARGEST = "above 2.5 megapixels"


def _size(answer: Answer) -> str:
    megapixels = answer.width_px * answer.height_px / _MEGAPIXELS
    return next((name for most, name in _SIZES if megapixels <= most), _LARGEST)


GROUPS: dict[str, Callable[[Answer], str]] = {
    "kind": attrgetter("kind"),
    "source": attrgetter("source"),
    "origin": attrgetter("origin"),
    "resolution": _size,
}
"""By what answers are told apart, and how their value is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """Refusing by score: what scores less than the threshold is refused.

    Attributes:
        threshold: the highest at which at most ``FALSE_REFUSALS`` of what is there are refused.
        refused: of what is not there.
        hits: of what is there: pointed at rightly and not refused.
    """

    threshold: float
    refused: Rate
    hits: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the answers in one setting say.

    Attributes:
        setting: how was asked.
        hits: of what is there, by the grounder's own refusals.
        pointed: of what is there, without refusals.
        groups: hits by group and value.
        refused: of what is not there, by the grounder itself.
        falsely_refused: of what is there, by the grounder itself.
        operating_point: refusing by score instead; None if one of both kinds was not asked for.
        look_ms, find_ms: medians.
    """

    setting: Setting
    hits: Rate
    pointed: Rate
    groups: dict[str, dict[str, Rate]]
    refused: Rate
    falsely_refused: Rate
    operating_point: OperatingPoint | None
    look_ms: float
    find_ms: float


def summarise(answers: Iterable[Answer]) -> list[Summary]:
    """One summary per setting, in the order in which settings first appear."""
    by_setting: dict[Setting, list[Answer]] = {}
    for answer in answers:
        by_setting.setdefault(answer.setting, []).append(answer)
    return [_summary(setting, of_setting) for setting, of_setting in by_setting.items()]


def _summary(setting: Setting, answers: Sequence[Answer]) -> Summary:
    there = [answer for answer in answers if answer.is_there]
    absent = [answer for answer in answers if not answer.is_there]
    looks = {answer.picture: answer.look_ms for answer in answers}
    return Summary(
        setting=setting,
        hits=Rate.of(answer.is_hit for answer in there),
        pointed=Rate.of(answer.is_pointed for answer in there),
        groups={group: _by_value(there, value_of) for group, value_of in GROUPS.items()},
        refused=Rate.of(answer.is_rejected for answer in absent),
        falsely_refused=Rate.of(answer.is_rejected for answer in there),
        operating_point=_operating_point(there, absent) if there and absent else None,
        look_ms=median(looks.values()),
        find_ms=median(answer.find_ms for answer in answers),
    )


def _by_value(answers: Sequence[Answer], value_of: Callable[[Answer], str]) -> dict[str, Rate]:
    values = sorted({value_of(answer) for answer in answers})
    return {value: Rate.of(a.is_hit for a in answers if value_of(a) == value) for value in values}


def _operating_point(there: Sequence[Answer], absent: Sequence[Answer]) -> OperatingPoint:
    scores = sorted(answer.score for answer in there)
    threshold = scores[int(FALSE_REFUSALS * len(scores))]  # so many score less, or fewer where scores are equal
    return OperatingPoint(
        threshold=threshold,
        refused=Rate.of(answer.score < threshold for answer in absent),
        hits=Rate.of(answer.is_pointed and answer.score >= threshold for answer in there),
    )

"""Is a model worse than it was? Answers of now beside recorded ones, item by item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from model.errors import InputError
from model.evaluation.benchmarks.answers import ItemAnswer
from model.evaluation.benchmarks.items import BenchmarkItem
from model.evaluation.benchmarks.targets import Target
from model.evaluation.development.questions import DevelopmentSet
from model.evaluation.paired import Paired
from model.evaluation.settings import Setting

ALPHA = 0.01
"""Chance of an alarm though nothing got worse, over all settings together."""

BENCHMARK = "watch"
"""What the answers are filed under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one setting.

    Attributes:
        setting: how was asked now.
        paired: the recorded answers first, those of now second.
        lost: what was right and is wrong now.
        is_drop: whether more was lost than chance explains.
    """

    setting: Setting
    paired: Paired
    lost: tuple[ItemAnswer, ...]
    is_drop: bool


def judge(recorded: Iterable[ItemAnswer], now: Iterable[ItemAnswer], *, alpha: float = ALPHA) -> list[Verdict]:
    """Compare setting by setting; that of the model's name may differ.

    One-sided exact McNemar test (``Paired.p_worse``), the level divided by the number of settings (Bonferroni).

    Raises:
        InputError: the recorded answers are of other items or settings.
    """
    before, after = _by_way(recorded), _by_way(now)
    if before.keys() != after.keys() or any(before[way].keys() != after[way].keys() for way in before):
        raise InputError(
            "The recorded answers are of other items or settings than those of now.",
            hint="Record them anew with --renew, and say in the commit why.",
        )
    verdicts = []
    for way, was in before.items():
        answers = after[way]
        paired = Paired.of(_rights(was), _rights(answers))
        lost = tuple(answer for key, answer in answers.items() if was[key].is_hit and not answer.is_hit)
        setting = next(iter(answers.values())).setting
        is_drop = bool(lost) and paired.p_worse <= alpha / len(before)
        verdicts.append(Verdict(setting=setting, paired=paired, lost=lost, is_drop=is_drop))
    return verdicts


def development_items(development: DevelopmentSet) -> list[BenchmarkItem]:
    """The questions about collected screens as items."""
    return [
        BenchmarkItem(
            item_id=f"{asked.name}: {question.text}",
            picture=asked.path,
            instruction=question.text,
            target=Target(boxes=question.boxes),
            groups=(("kind", question.kind), ("source", str(question.source)), ("origin", asked.origin)),
        )
        for asked in development.screens
        for question in asked.questions
    ]


def settings_for(model: str, recorded: Sequence[ItemAnswer]) -> list[Setting]:
    """The settings of the recorded answers, for another model or the same."""
    return list(dict.fromkeys(replace(answer.setting, model=model) for answer in recorded))


def _by_way(answers: Iterable[ItemAnswer]) -> dict[tuple[str, str, float], dict[tuple[str, str], ItemAnswer]]:
    """Answers by way of asking and by item and instruction."""
    found: dict[tuple[str, str, float], dict[tuple[str, str], ItemAnswer]] = {}
    for answer in answers:
        found.setdefault(answer.setting.way, {})[answer.item_id, answer.instruction] = answer
    return found


def _rights(answers: dict[tuple[str, str], ItemAnswer]) -> dict[tuple[str, str], bool]:
    return {key: answer.is_hit for key, answer in answers.items()}

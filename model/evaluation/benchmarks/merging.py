"""Files of answers put together: each item once, of one set of weights, about the benchmark as it is now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from model.errors import InputError
from model.evaluation.benchmarks.answers import ItemAnswer
from model.evaluation.benchmarks.items import BenchmarkItem
from model.evaluation.benchmarks.measure import Asking
from model.evaluation.settings import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Answers beside the items that they should be about.

    Attributes:
        answers: about these items.
        n_others: answers that are not about any of them, or about what stood there before.
        missing: how many items have no answer, of the settings where there are such.
    """

    answers: tuple[ItemAnswer, ...]
    n_others: int
    missing: dict[Setting, int]


def merge_answers(answers: Iterable[ItemAnswer]) -> list[ItemAnswer]:
    """Each item once in each setting, as it was answered last.

    Raises:
        InputError: answers of one setting are of different weights.
    """
    merged = {answer.key: answer for answer in answers}
    weights: dict[tuple[str, Setting], set[str]] = {}
    for answer in merged.values():
        weights.setdefault((answer.benchmark, answer.setting), set()).add(answer.digest)
    check_weights(weights)
    return list(merged.values())


def check_weights(weights: Mapping[tuple[str, Setting], Set[str]]) -> None:
    """Make sure that answers are of one set of weights in each setting: numbers of a mixture say nothing.

    Args:
        weights: digests by benchmark and setting.

    Raises:
        InputError: there are several.
    """
    for (benchmark, setting), digests in weights.items():
        if len(digests) > 1:
            raise InputError(
                f"The answers of {setting} to {benchmark} are of {len(digests)} different weights.",
                hint="The same `foveal eval` again asks anew what is of others; or name files of one model.",
            )


def fit_answers(answers: Sequence[ItemAnswer], asking: Asking, items: Sequence[BenchmarkItem]) -> Fitting:
    """Put answers beside the items of their benchmark.

    Args:
        answers: of this benchmark.
        asking: with the folder of the benchmark.
        items: all that can be asked.

    Raises:
        InputError: no answer is about any of them.
    """
    of_id = {item.item_id: item for item in items}
    fitting = [a for a in answers if a.item_id in of_id and asking.is_about(a, of_id[a.item_id])]
    if not fitting:
        raise InputError(
            f"None of these answers is about what {asking.folder} holds.", hint="Check the name after --data."
        )
    n_of = Counter(answer.setting for answer in fitting)
    return Fitting(
        answers=tuple(fitting),
        n_others=len(answers) - len(fitting),
        missing={setting: len(items) - n for setting, n in n_of.items() if n < len(items)},
    )

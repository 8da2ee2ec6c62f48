"""Files of answers reduced to what a comparison needs: which items were right, in which setting."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.evaluation.benchmarks.answers import item_answer_from_json
from model.evaluation.development.answers import Answer
from model.evaluation.lines import read_lines
from model.evaluation.settings import Setting

Outcomes = Mapping[Setting, Mapping[tuple[str, str], bool]]
"""By setting, and by item (benchmark and id, or picture and instruction): whether the answer is right."""


def read_outcomes(path: Path) -> Outcomes:
    """What a file of answers says; of benchmarks and of the development set.

    Raises:
        InputError: it cannot be read, or holds no answers.
    """
    found: dict[Setting, dict[tuple[str, str], bool]] = {}
    for setting, item, is_right in read_lines(path, _outcome):
        found.setdefault(setting, {})[item] = is_right
    if not found:
        raise InputError(f"{path} holds no answers.", hint="Name a file that was written with --answers.")
    return found


def pairs_of(first: Outcomes, second: Outcomes) -> list[tuple[Setting, Setting]]:
    """Which setting of the one is compared with which of the other.

    Settings that differ in the model alone belong together; if each has only one setting, these two do.

    Raises:
        InputError: nothing can be compared.
    """
    if len(first) == len(second) == 1:
        pairs = [(next(iter(first)), next(iter(second)))]
    else:
        pairs = [(one, other) for one in first for other in second if one.way == other.way]
    shared = [(one, other) for one, other in pairs if first[one].keys() & second[other].keys()]
    if not shared:
        raise InputError(
            "The two files share no setting with an item that both were asked.",
            hint="Ask both models about the same benchmark with the same --keep, --selector and --packing.",
        )
    return shared


def _outcome(row: dict[str, Any]) -> tuple[Setting, tuple[str, str], bool]:
    if "benchmark" in row:
        answer = item_answer_from_json(row)
        return answer.setting, (answer.benchmark, answer.item_id), answer.is_hit
    asked = Answer(**row | {"setting": Setting.from_json(row["setting"])})
    is_right = asked.is_hit if asked.is_there else asked.is_rejected
    return asked.setting, (asked.picture, asked.instruction), is_right

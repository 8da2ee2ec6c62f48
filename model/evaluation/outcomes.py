"""Files of answers reduced to what a comparison needs: which items were right, in which setting."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.evaluation.benchmarks.answers import item_answer_from_json
from model.evaluation.benchmarks.merging import check_weights
from model.evaluation.development.answers import answer_from_json
from model.evaluation.lines import read_lines
from model.evaluation.settings import Setting

Item = tuple[str, ...]
"""Benchmark, id and instruction; of the development set, the picture is the id."""

Outcomes = Mapping[Setting, Mapping[Item, bool]]
"""By setting and item: whether the answer is right."""

_DEVELOPMENT = "the development set"


def read_outcomes(path: Path) -> Outcomes:
    """What a file of answers says; of benchmarks and of the development set.

    Raises:
        InputError: it cannot be read, holds no answers, or answers of different weights.
    """
    found: dict[Setting, dict[Item, tuple[bool, str]]] = {}
    for setting, item, is_right, digest in read_lines(path, _outcome):
        found.setdefault(setting, {})[item] = is_right, digest
    if not found:
        raise InputError(f"{path} holds no answers.", hint="Name a file that was written with --answers.")
    weights: dict[tuple[str, Setting], set[str]] = {}
    for setting, items in found.items():
        for item, (_, digest) in items.items():
            weights.setdefault((item[0], setting), set()).add(digest)
    check_weights(weights)
    return {setting: {item: is_right for item, (is_right, _) in items.items()} for setting, items in found.items()}


def pairs_within(outcomes: Outcomes) -> list[tuple[Setting, Setting]]:
    """The first setting of a file with each of the others: what a smaller share costs, or another selector.

    Raises:
        InputError: there is only one.
    """
    first, *others = outcomes
    if not others:
        raise InputError(
            f"The file holds answers of {first} alone.", hint="Name a second file, or ask with several --keep."
        )
    return [(first, other) for other in others]


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


def _outcome(row: dict[str, Any]) -> tuple[Setting, Item, bool, str]:
    """Setting, item, whether the answer is right, and the digest of the weights, "" if the file does not say it."""
    if "benchmark" in row:
        answer = item_answer_from_json(row)
        return answer.setting, (answer.benchmark, answer.item_id, answer.instruction), answer.is_hit, answer.digest
    asked = answer_from_json(row)
    is_right = asked.is_hit if asked.is_there else asked.is_rejected
    return asked.setting, (_DEVELOPMENT, asked.picture, asked.instruction), is_right, asked.digest

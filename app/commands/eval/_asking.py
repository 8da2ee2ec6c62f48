"""Asks a model about items, keeps the answers and tells how far it is."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.eval._kept import still_true

if TYPE_CHECKING:
    from model.evaluation.benchmarks.answers import ItemAnswer, Key
    from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
    from model.evaluation.benchmarks.measure import Asking
    from model.grounder import Grounder

_N_STEPS = 20
_N_TOLD = 20
_MOST_FAILED = 10


def ask_items(
    grounder: "Grounder",
    asking: "Asking",
    items: "Sequence[BenchmarkItem]",
    *,
    path: Path | None,
    known_from: Path | None = None,
    retries: bool = True,
    answers: "list[ItemAnswer]",
    left_out: "list[BadItem]",
) -> None:
    """Add a model's answers to those that there are; what the file holds already is not asked again.

    Args:
        grounder: the model.
        asking: how.
        items: about what.
        path: of the file with the answers; None keeps none.
        known_from: another file with answers that need not be asked again.
        retries: ask anew what the model failed on.
        answers: where they are added.
        left_out: where items are added that turn out to be unusable.

    Raises:
        ModelError: the model failed on too many pictures in a row.
    """
    from model.errors import ModelError
    from model.evaluation.benchmarks.answers import append_item_answer
    from model.evaluation.benchmarks.items import BadItem, by_picture
    from model.evaluation.benchmarks.measure import measure_picture

    files = [file for file in (known_from, path) if file is not None]
    known = known_answers(files, asking, items, digest=grounder.info.digest)
    if retries and (failed := {key for key, answer in known.items() if answer.failure}):
        print(f"{len(failed)} items had failed and are asked anew.", file=sys.stderr)
        known = {key: answer for key, answer in known.items() if key not in failed}
    answers += known.values()
    if asking.keys(items) <= known.keys():
        return
    pictures = list(by_picture(items))
    n_failed = 0  # pictures in a row
    for n_done, of_picture in enumerate(pictures, start=1):
        n_before = len(answers)
        for one in measure_picture(grounder, asking, of_picture, known.keys()):
            if isinstance(one, BadItem):
                left_out.append(one)
                tell_left_out([one])
                continue
            answers.append(one)
            if one.failure:
                print(f"{one.item_id} failed: {one.failure}", file=sys.stderr)
            if path is not None:
                append_item_answer(path, one)
        _tell(asking.settings[0].model, n_done, len(pictures))
        if added := answers[n_before:]:
            n_failed = n_failed + 1 if all(answer.failure for answer in added) else 0
        if n_failed == _MOST_FAILED:
            raise ModelError(
                f"{asking.settings[0].model} failed on {n_failed} pictures in a row, at last: {added[-1].failure}",
                hint="With --answers the same again goes on, and asks anew what failed.",
            )


def known_answers(
    files: Iterable[Path], asking: "Asking", items: "Sequence[BenchmarkItem]", *, digest: str
) -> "dict[Key, ItemAnswer]":
    """The answers that are kept, of these weights and about the items as they are now, counted by the groups of now.

    Args:
        files: where answers are kept; there may be none yet. The last answer counts.
        asking: how is asked.
        items: about what.
        digest: of these weights.
    """
    from model.evaluation.benchmarks.answers import read_item_answers

    of_id = {item.item_id: item for item in items}
    asked_for = asking.keys(items)
    true = still_true(
        (answer for file in files if file.is_file() for answer in read_item_answers(file) if answer.key in asked_for),
        is_about=lambda answer: asking.is_about(answer, of_id[answer.item_id]),
        digest=digest,
    )
    return {answer.key: replace(answer, groups=of_id[answer.item_id].groups) for answer in true}


def tell_left_out(left_out: "Sequence[BadItem]") -> None:
    """Say which rows are left out, and why: all reasons with their numbers, and the first few rows."""
    from model.evaluation.benchmarks.items import reasons_of

    if len(left_out) > 1:
        print(f"{len(left_out)} rows are left out:", file=sys.stderr)
        for problem, n in reasons_of(left_out):
            print(f"  {n}: {problem}", file=sys.stderr)
    for bad in left_out[:_N_TOLD]:
        print(f"{bad.place} is left out: {bad.problem}", file=sys.stderr)
    if len(left_out) > _N_TOLD:
        print(f"and {len(left_out) - _N_TOLD} more; --json lists all", file=sys.stderr)


def _tell(name: str, n_done: int, n: int) -> None:
    """Twenty lines in all, or one that changes where a person looks on."""
    if sys.stderr.isatty():
        print(f"\r{name}: {n_done} of {n} pictures", end="\n" if n_done == n else "", file=sys.stderr, flush=True)
    elif n_done * _N_STEPS // n != (n_done - 1) * _N_STEPS // n:
        print(f"{name}: {n_done} of {n} pictures", file=sys.stderr, flush=True)

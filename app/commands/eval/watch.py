"""``foveal eval watch``: fails if a model is worse than it was, beyond noise."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands.eval._asking import ask_items, tell_left_out
from app.commands.eval._options import add_keep
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.evaluation.benchmarks.answers import ItemAnswer
    from model.evaluation.benchmarks.items import BadItem, ItemSet
    from model.evaluation.watch import Verdict

_N_TOLD = 12


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "watch",
        help="fail if a model is worse than recorded, beyond noise",
        description="Asks a model what was asked when its answers were recorded and compares item by item (one-sided "
        "exact McNemar test). Exit status 1 if it lost more items than chance explains. --renew records anew.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        metavar="DATA",
        help="a file of JSON lines as for `foveal eval jsonl`, or folders that `foveal collect` filled",
    )
    parser.add_argument(
        "--baseline", type=Path, required=True, metavar="FILE.jsonl", help="the recorded answers of the same items"
    )
    parser.add_argument("--model", default="nano", metavar="NAME|DIR", help="which model (default: nano)")
    parser.add_argument("--alpha", type=_alpha, metavar="P", help="chance of a false alarm (default: 0.01)")
    parser.add_argument("--renew", action="store_true", help="record the answers of now instead of comparing them")
    add_keep(parser, "with --renew: shares of patches to keep")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, and compare or record."""
    if not arguments.renew and not arguments.baseline.is_file():
        raise UsageError(f"There is no file {arguments.baseline}.", hint="Record the answers of now with --renew.")
    from app.commands._target import known_model
    from model.evaluation.benchmarks.answers import append_item_answer, read_item_answers
    from model.evaluation.benchmarks.measure import Asking
    from model.evaluation.settings import settings_of
    from model.evaluation.watch import ALPHA, BENCHMARK, judge, settings_for
    from model.grounder import load_grounder
    from model.packing import Packing

    name = known_model(arguments.model).name
    items, folder = _items(arguments.data)
    tell_left_out(items.left_out)
    recorded = [] if arguments.renew else list(read_item_answers(arguments.baseline))
    settings = (
        settings_of(name, packings=[Packing.POSPAD], keep_fractions=arguments.keep)
        if arguments.renew
        else settings_for(name, recorded)
    )
    asking = Asking(benchmark=BENCHMARK, folder=folder, settings=settings)
    answers: list[ItemAnswer] = []
    unusable: list[BadItem] = []
    grounder = load_grounder(name)
    try:
        ask_items(grounder, asking, items.items, path=None, answers=answers, left_out=unusable)
    finally:
        grounder.close()
    if arguments.renew:
        arguments.baseline.write_text("", encoding="utf-8")
        for answer in answers:
            append_item_answer(arguments.baseline, _lasting(answer))
        print(f"{len(answers)} answers are recorded.")
        return ExitStatus.DONE
    verdicts = judge(recorded, answers, alpha=ALPHA if arguments.alpha is None else arguments.alpha)
    _print(verdicts)
    return ExitStatus.FAILED if any(verdict.is_drop for verdict in verdicts) else ExitStatus.DONE


def _items(data: "Sequence[Path]") -> "tuple[ItemSet, Path]":
    """What is asked, and the folder of its pictures."""
    from model.evaluation.benchmarks.items import ItemSet
    from model.evaluation.benchmarks.own import read_own
    from model.evaluation.development.questions import draw_development_set
    from model.evaluation.watch import development_items

    if len(data) == 1 and not data[0].is_dir():
        return ItemSet.of(read_own(data[0])), data[0].parent
    return ItemSet.of(development_items(draw_development_set(data, seed=0))), data[0].parent


def _lasting(answer: "ItemAnswer") -> "ItemAnswer":
    """What does not change from run to run: no times, no memory, and no heat, which is large."""
    return replace(answer, look_ms=0.0, find_ms=0.0, look_bytes=None, find_bytes=None, heat=None)


def _print(verdicts: "Sequence[Verdict]") -> None:
    for verdict in verdicts:
        paired = verdict.paired
        was, now = paired.shares
        judged = "worse, beyond noise" if verdict.is_drop else "not worse beyond noise"
        print(
            f"{verdict.setting}: {now:.1%} right, {was:.1%} recorded, {paired.n} items; lost {paired.n_first}, "
            f"won {paired.n_second}, p = {paired.p_worse:.2g}: {judged}"
        )
        for answer in verdict.lost[:_N_TOLD]:
            print(f"  lost: {answer.instruction} ({answer.picture})", file=sys.stderr)
        if len(verdict.lost) > _N_TOLD:
            print(f"  and {len(verdict.lost) - _N_TOLD} more", file=sys.stderr)


def _alpha(text: str) -> float:
    try:
        value = float(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from exc
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value

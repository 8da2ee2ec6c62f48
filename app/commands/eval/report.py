"""``foveal eval report``: files of answers put together, without asking anything."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands.eval._asking import tell_left_out
from app.commands.eval._reports import add_report_options, check_folders, write_reports
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.evaluation.benchmarks.answers import ItemAnswer
    from model.evaluation.benchmarks.items import BadItem


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "report",
        help="put files of answers together",
        description="Reads files that --answers wrote, of parts of a benchmark, of several benchmarks, models or "
        "settings, and prints and writes what `foveal eval NAME` would. Nothing is asked. With --data it tells which "
        "rows were left out and how many items have no answer, and shows the pictures of failures.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="ANSWERS.jsonl", help="files of answers")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the benchmark, to see what is missing, and for pictures of failures"
    )
    add_report_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Merge and report."""
    check_folders(arguments.json, arguments.csv, arguments.html)
    from model.evaluation.benchmarks.answers import read_item_answers
    from model.evaluation.benchmarks.merging import merge_answers

    answers: Sequence[ItemAnswer] = merge_answers(a for file in arguments.files for a in read_item_answers(file))
    if not answers:
        raise UsageError("These files hold no answers.", hint="Name files that were written with --answers.")
    left_out: Sequence[BadItem] = ()
    folder: Path | None = None
    if arguments.data is not None:
        folder = arguments.data if arguments.data.is_dir() else arguments.data.parent
        answers, left_out = _beside(arguments.data, folder, answers)
    write_reports(arguments, answers, left_out, folder)
    return ExitStatus.DONE


def _beside(
    data: Path, folder: Path, answers: "Sequence[ItemAnswer]"
) -> "tuple[Sequence[ItemAnswer], Sequence[BadItem]]":
    """The answers that are about what the benchmark holds, and the rows that were left out; tells what is missing."""
    from model.evaluation.benchmarks.catalog import find_benchmark
    from model.evaluation.benchmarks.measure import Asking
    from model.evaluation.benchmarks.merging import fit_answers

    names = list(dict.fromkeys(answer.benchmark for answer in answers))
    if len(names) > 1:
        raise UsageError(
            f"These are answers to {' and '.join(names)}, and --data is one of them.",
            hint="Leave --data out, or name the answers to one benchmark.",
        )
    items = find_benchmark(names[0]).load(data)
    tell_left_out(items.left_out)
    fitting = fit_answers(answers, Asking(benchmark=names[0], folder=folder, settings=()), items.items)
    if fitting.n_others:
        print(f"{fitting.n_others} answers are about other rows, and do not count.", file=sys.stderr)
    for setting, n in fitting.missing.items():
        print(f"{setting}: {n} of {len(items.items)} items have no answer.", file=sys.stderr)
    return fitting.answers, items.left_out

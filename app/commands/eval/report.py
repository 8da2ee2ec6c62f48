"""``foveal eval report``: files of answers put together, without asking anything."""

import argparse
from pathlib import Path

from app.commands._errors import UsageError
from app.commands.eval._reports import add_report_options, check_folders, write_reports
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "report",
        help="put files of answers together",
        description="Reads files that --answers wrote, of parts of a benchmark, of several benchmarks, models or "
        "settings, and prints and writes what `foveal eval NAME` would. Nothing is asked. Rows that were left out "
        "are told by the runs themselves.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="ANSWERS.jsonl", help="files of answers")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the benchmark, for the pictures of failures (default: none)"
    )
    add_report_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Merge and report."""
    check_folders(arguments.json, arguments.csv, arguments.html)
    from model.evaluation.benchmarks.answers import read_item_answers

    answers = {answer.key: answer for file in arguments.files for answer in read_item_answers(file)}
    if not answers:
        raise UsageError("These files hold no answers.", hint="Name files that were written with --answers.")
    data = arguments.data
    folder = None if data is None else data if data.is_dir() else data.parent
    write_reports(arguments, list(answers.values()), [], folder)
    return ExitStatus.DONE

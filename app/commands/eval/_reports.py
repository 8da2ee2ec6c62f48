"""What ``foveal eval NAME`` and ``foveal eval report`` write: a table, JSON, CSV and an HTML page."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError

if TYPE_CHECKING:
    from model.evaluation.benchmarks.answers import ItemAnswer
    from model.evaluation.benchmarks.items import BadItem


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Where the results go."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all numbers as JSON")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write them as CSV, a row per group")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="also write a page with plots and pictures of failures"
    )


def check_folders(*paths: Path | None) -> None:
    """Make sure that files can be written there, before hours are spent on what goes into them.

    Raises:
        UsageError: a folder is missing, or there is one of that name.
    """
    for path in paths:
        if path is not None and not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent}.", hint="Create it first.")
        if path is not None and path.is_dir():
            raise UsageError(f"{path} is a folder.", hint="Name a file in it.")


def write_reports(
    arguments: argparse.Namespace,
    answers: "Sequence[ItemAnswer]",
    left_out: "Sequence[BadItem]",
    folder: Path | None,
) -> None:
    """Write what was asked for and print the tables.

    Args:
        arguments: with the options of ``add_report_options``.
        answers: of any number of benchmarks and settings.
        left_out: rows that were not asked.
        folder: of the pictures; None if they are not at hand.
    """
    from model.evaluation.benchmarks.catalog import BENCHMARKS
    from model.evaluation.benchmarks.items import reasons_of
    from model.evaluation.benchmarks.summary import summarise
    from model.evaluation.benchmarks.tables import text_table, to_json, write_csv
    from model.evaluation.page.page import html_report

    mean_over = {benchmark.name: benchmark.mean_over for benchmark in BENCHMARKS}
    summaries = summarise(answers, mean_over=lambda name: mean_over.get(name, ""))
    # The files come first: whoever reads the table through `head` closes it early.
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(to_json(summaries, left_out), indent=1), encoding="utf-8")
    if arguments.csv is not None:
        write_csv(arguments.csv, summaries)
    if arguments.html is not None:
        titles = {benchmark.name: benchmark.title for benchmark in BENCHMARKS}
        page = html_report(summaries, answers, left_out, titles=titles, folder=folder)
        arguments.html.write_text(page, encoding="utf-8")
    for name in dict.fromkeys(summary.benchmark for summary in summaries):
        print(text_table([summary for summary in summaries if summary.benchmark == name]))
    for summary in summaries:
        for problem, n in reasons_of(summary.failed):
            print(f"{summary.setting} failed on {n} items, which count as wrong: {problem}", file=sys.stderr)

"""``foveal train check``: what training data holds, and what is wrong with it."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands.train._data import add_data_options, data_options, fault_lines
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.data.sources.opening import OpenedSource
    from model.data.sources.summary import SourceSummary, Spread


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "check",
        help="read training data and tell what it holds and what is wrong with it",
        description="Reads training data of FocusUI's kind as training would, and prints how many records there are, "
        "what was left out and why, and how long they are. Reads a data configuration (.yaml), lists of records "
        "(.json, .jsonl), shards (.zip, .tar), and folders of these or of collected screens. Exit status 1 if nothing "
        "can be learned from.",
    )
    parser.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="what is to be learned from")
    add_data_options(parser)
    parser.add_argument("--decode", action="store_true", help="decode every picture, not only its header")
    parser.add_argument("--report", metavar="FILE.jsonl", type=Path, help="list all rows that were left out")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of random choices (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read everything and print the tables."""
    if arguments.report is not None and not arguments.report.parent.is_dir():
        raise UsageError(f"There is no folder {arguments.report.parent}.", hint="Create it first.")
    from model.data.sources.opening import nothing_usable, survey
    from model.data.sources.summary import summarise_source

    options = replace(
        data_options(arguments, seed=arguments.seed), must_decode=arguments.decode, report=arguments.report
    )
    opened = survey(*arguments.paths, options=options)
    for line in (*_sets(opened), *fault_lines(opened)):
        print(line)
    if arguments.report is not None:
        print(f"All {opened.faults.counts.total()} rows that were left out are in {arguments.report}")
    if not len(opened):
        raise nothing_usable(opened)
    for line in _summary(summarise_source(opened)):
        print(line)
    return ExitStatus.DONE


def _sets(opened: "OpenedSource") -> list[str]:
    lines = [f"{'rows':>9} {'taken':>9} {'usable':>9} {'pictures':>9}"]
    lines += [f"{one.n_rows:9} {one.n_taken:9} {one.n_records:9} {one.n_pictures:9}  {one.name}" for one in opened.sets]
    return [*lines, f"{len(opened)} records can be learned from."]


def _summary(summary: "SourceSummary") -> list[str]:
    rows = {
        "width, px": summary.width_px,
        "height, px": summary.height_px,
        "target, % of a side": summary.target_percent,
        "instruction, characters": summary.instruction_chars,
        **{f"visual tokens, {name}": spread for name, spread in summary.visual_tokens.items()},
    }
    lines = [f"{summary.n_turns} targets", f"{'':26}{'least':>9}{'median':>9}{'95 %':>9}{'largest':>9}"]
    return [*lines, *(f"{name:26}{_cells(spread)}" for name, spread in rows.items())]


def _cells(spread: "Spread") -> str:
    values = (spread.least, spread.median, spread.most_but_5_percent, spread.largest)
    return "".join(f"{value:9.0f}" if value >= 100 else f"{value:9.1f}" for value in values)

"""``foveal eval compare``: is one model, or one setting, better than another on the items that both answered?"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from app.commands._errors import UsageError
from app.commands.eval._reports import check_folders
from app.exit_status import ExitStatus

_MOST_FILES = 2


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "compare",
        help="paired test of two files of answers, or of the settings of one",
        description="Compares two files that --answers wrote on the items that both hold: the difference with its "
        "95 % interval for paired items, and the exact McNemar test. `foveal eval --compare A B` is the same. With one "
        "file its first setting is compared with each of the others.",
    )
    parser.add_argument("compare", type=Path, nargs="+", metavar="ANSWERS.jsonl", help="one file or two")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare the files that were named."""
    return compare(arguments.compare, output=arguments.json)


def compare(files: Sequence[Path], *, output: Path | None) -> int:
    """Print a line per pair of settings.

    Args:
        files: one or two.
        output: file for the numbers; None writes none.
    """
    if len(files) > _MOST_FILES:
        raise UsageError("More than two files cannot be compared.", hint="Name one or two.")
    check_folders(output)
    from model.evaluation.outcomes import pairs_of, pairs_within, read_outcomes
    from model.evaluation.paired import Paired

    first, *others = map(read_outcomes, files)
    second = others[0] if others else first
    told = []
    for one, other in pairs_of(first, second) if others else pairs_within(first):
        paired = Paired.of(first[one], second[other])
        share, other_share = paired.shares
        low, high = paired.interval
        print(
            f"{one} {share:.1%}, {other} {other_share:.1%} on {paired.n} items: "
            f"{paired.difference * 100:+.1f} points ({low * 100:+.1f} to {high * 100:+.1f}), p = {paired.p_value:.2g}; "
            f"only the first is right on {paired.n_first}, only the second on {paired.n_second}"
        )
        told.append({"settings": [str(one), str(other)], **paired.to_json()})
    if output is not None:
        output.write_text(json.dumps({"schema": 1, "pairs": told}, indent=1), encoding="utf-8")
    return ExitStatus.DONE

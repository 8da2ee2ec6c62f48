"""``foveal eval compare``: is one model better than another on the items that both answered?"""

import argparse
import json
from pathlib import Path

from app.commands.eval._reports import check_folders
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "compare",
        help="paired test of two files of answers",
        description="Compares two files that --answers wrote on the items that both hold: the difference with its "
        "95 % interval for paired items, and the exact McNemar test. `foveal eval --compare A B` is the same.",
    )
    parser.add_argument("compare", type=Path, nargs=2, metavar="ANSWERS.jsonl", help="the two files")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line per pair of settings."""
    output = getattr(arguments, "json", None)
    check_folders(output)
    from model.evaluation.outcomes import pairs_of, read_outcomes
    from model.evaluation.paired import Paired

    first, second = map(read_outcomes, arguments.compare)
    told = []
    for one, other in pairs_of(first, second):
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

"""``foveal train asks``: teaches the embedded model how people ask."""

import argparse
import sys
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "asks",
        help="teach it how people ask",
        description="Learns from the lexicon where names lie that people mean in other words, and prints how often "
        "the right one of a screen is found (its development part), before and after. A minute on one core.",
    )
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of the run")
    parser.add_argument("--strings", metavar="FILE", type=Path, required=True, help="strings: collect strings")
    parser.add_argument("--screens", metavar="FOLDER", type=Path, nargs="+", required=True, help="collected screens")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Learn and measure."""
    from model.training.nano.asks import train_asks

    def tell(row: str) -> None:
        print(row, file=sys.stderr)

    train_asks(arguments.run_folder, arguments.strings, arguments.screens, seed=arguments.seed, on_progress=tell)
    print(f"What it knows of asks is in {arguments.run_folder}")
    return ExitStatus.DONE

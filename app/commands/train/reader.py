"""``foveal train reader``: teaches the embedded model to read whole lines."""

import argparse
import sys
from pathlib import Path

from app.commands.train._running import go_on


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "reader",
        help="teach it to read whole lines",
        description="Trains the network that reads lines of text from what the trained encoder sees, on lines of "
        "collected screens (their training part) and on drawn ones. What is seen is kept in the run's folder.",
    )
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of a run with a trained encoder")
    parser.add_argument("--icons", metavar="FOLDER", type=Path, required=True, help="icon bank: collect icons")
    parser.add_argument("--strings", metavar="FILE", type=Path, required=True, help="interface strings")
    parser.add_argument("--screens", metavar="FOLDER", type=Path, nargs="+", required=True, help="collected screens")
    parser.add_argument("--steps", metavar="N", type=int, default=6000, help="of about 100 lines each (6000)")
    parser.add_argument("--threads", metavar="N", type=int, default=2, help="on the CPU (2)")
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes that draw (1)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and say how far it got."""
    from model.training.nano.prepare_lines import lines_of_run
    from model.training.nano.reader_run import ReaderRun
    from model.training.nano.recipe import ReaderRecipe
    from model.training.nano.trained import trained_network

    folder: Path = arguments.run_folder
    recipe = ReaderRecipe(n_steps=arguments.steps, seed=arguments.seed)
    reader_run = ReaderRun.opened(recipe, folder, trained_network(folder), n_threads=arguments.threads)
    found = lines_of_run(folder, tuple(arguments.screens), on_progress=lambda told: print(told, file=sys.stderr))
    icons, strings, n_workers = arguments.icons, arguments.strings, arguments.workers
    return go_on(
        reader_run.learning,
        folder,
        lambda show: reader_run.train(found, icons, strings, n_workers=n_workers, on_progress=show),
    )

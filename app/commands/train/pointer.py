"""``foveal train pointer``: teaches the embedded model to answer."""

import argparse
import sys
from pathlib import Path

from app.commands.train._running import go_on


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "pointer",
        help="teach it which cells matter, and which is meant",
        description="Trains patch scorer and pointer on collected screens (their training part), as the trained "
        "encoder of the run sees them, with generated instructions.",
    )
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of a run with a trained encoder")
    parser.add_argument("--screens", metavar="FOLDER", type=Path, nargs="+", required=True, help="collected screens")
    parser.add_argument("--each", metavar="N", type=int, default=24, help="instructions per screen (24)")
    parser.add_argument("--steps", metavar="N", type=int, default=6000, help="of 8 instructions each (6000)")
    parser.add_argument("--threads", metavar="N", type=int, default=2, help="on the CPU (2)")
    parser.add_argument("--workers", metavar="N", type=int, default=2, help="processes that look and ask (2)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at all screens, then train."""
    from model.training.nano.pointer_run import PointerRun
    from model.training.nano.prepare import Order, prepare_screens
    from model.training.nano.recipe import PointerRecipe

    def tell(text: str) -> None:
        print(text, file=sys.stderr)

    folder: Path = arguments.run_folder
    order = Order(
        folders=tuple(arguments.screens), n_each=arguments.each, seed=arguments.seed, n_workers=arguments.workers
    )
    screens = prepare_screens(folder, order, on_progress=tell)
    recipe = PointerRecipe(n_steps=arguments.steps, seed=arguments.seed)
    pointer_run = PointerRun.opened(recipe, folder, n_threads=arguments.threads)
    tell(f"{len(screens)} screens to learn from")
    return go_on(pointer_run.learning, folder, lambda show: pointer_run.train(screens, on_progress=show))

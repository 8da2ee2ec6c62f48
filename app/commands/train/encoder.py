"""``foveal train encoder``: teaches the embedded model to see."""

import argparse
from pathlib import Path

from app.commands.train._running import go_on


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "encoder",
        help="teach it to read text, find elements and know icons",
        description="Trains the encoder on drawn screens, icons and crops of collected screens (their training part). "
        "Ctrl-C saves and stops; the same command goes on.",
    )
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of the checkpoint and the log")
    parser.add_argument("--icons", metavar="FOLDER", type=Path, required=True, help="icon bank: collect icons")
    parser.add_argument("--strings", metavar="FILE", type=Path, required=True, help="strings: collect strings")
    parser.add_argument("--screens", metavar="FOLDER", type=Path, nargs="+", default=[], help="collected screens")
    parser.add_argument("--steps", metavar="N", type=int, default=20_000, help="of 16 crops each (20000)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda:0 (cpu)")
    parser.add_argument("--threads", metavar="N", type=int, default=2, help="on the CPU (2)")
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes that draw (1)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and say how far it got."""
    from model.ocr.meaning import TextEncoder
    from model.training.nano.encoder_run import EncoderRun
    from model.training.nano.names import bank_names
    from model.training.nano.recipe import Recipe

    recipe = Recipe(
        icons=arguments.icons,
        strings=arguments.strings,
        screens=tuple(arguments.screens),
        n_steps=arguments.steps,
        n_workers=arguments.workers,
        seed=arguments.seed,
    )

    names = bank_names(recipe.icons, TextEncoder().embed, folder=arguments.run_folder)
    encoder_run = EncoderRun.opened(
        recipe, arguments.run_folder, names, device=arguments.device, n_threads=arguments.threads
    )
    return go_on(encoder_run.learning, arguments.run_folder, lambda show: encoder_run.train(on_progress=show))

"""``foveal train glyphs``: teaches the embedded model what icons mean."""

import argparse
from pathlib import Path

from app.commands.train._running import go_on


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "glyphs",
        help="teach it what icons mean",
        description="Trains the network that tells what cut-out icons mean, on icons of the bank, drawn as programs "
        "show them, and on those of collected screens (their training part).",
    )
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of a run")
    parser.add_argument("--icons", metavar="FOLDER", type=Path, required=True, help="icon bank: collect icons")
    parser.add_argument("--screens", metavar="FOLDER", type=Path, nargs="+", default=[], help="collected screens")
    parser.add_argument("--steps", metavar="N", type=int, default=6000, help="of 256 icons each (6000)")
    parser.add_argument("--threads", metavar="N", type=int, default=2, help="on the CPU (2)")
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes that draw (1)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and say how far it got."""
    from model.ocr.meaning import TextEncoder
    from model.training.nano.glyph_data import found_glyphs
    from model.training.nano.glyph_run import GlyphRun
    from model.training.nano.names import bank_names
    from model.training.nano.recipe import GlyphRecipe

    folder: Path = arguments.run_folder
    recipe = GlyphRecipe(n_steps=arguments.steps, seed=arguments.seed)
    names = bank_names(arguments.icons, TextEncoder().embed, folder=folder)
    glyph_run = GlyphRun.opened(recipe, folder, names, n_threads=arguments.threads)
    found = found_glyphs(tuple(arguments.screens))
    return go_on(
        glyph_run.learning,
        folder,
        lambda show: glyph_run.train(arguments.icons, found, n_workers=arguments.workers, on_progress=show),
    )

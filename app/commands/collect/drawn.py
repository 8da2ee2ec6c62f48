"""``foveal collect drawn``: draws a set of screens."""

import argparse
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "drawn",
        help="draw screens from a seed",
        description="Draws screens of which every element is known. The same seed gives the same set.",
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="new folder for pictures and labels")
    parser.add_argument("--icons", metavar="FOLDER", type=Path, required=True, help="icon bank: collect icons")
    parser.add_argument("--strings", metavar="FILE", type=Path, required=True, help="strings: collect strings")
    parser.add_argument("--n", metavar="N", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the first screen (default: 0)")
    parser.add_argument("--width", metavar="PX", type=int, default=1280, help="of the pictures (default: 1280)")
    parser.add_argument("--height", metavar="PX", type=int, default=800, help="of the pictures (default: 800)")
    parser.add_argument("--crops", metavar="PX", type=int, help="draw squares of this side instead of screens")
    parser.add_argument("--judging", action="store_true", help="with the icon packs that are kept from training")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw, and say how much is on the pictures."""
    from app.commands._errors import UsageError
    from model.data.drawing.screens import draw_crop, draw_screen, load_kit
    from model.data.screens import SCREENS_FILE, write_screen

    if min(arguments.width, arguments.height, arguments.crops or 64) < 64 or arguments.n < 1:
        raise UsageError("There is nothing to draw.", hint="Pictures are at least 64 px a side, and at least one.")
    if (arguments.out / SCREENS_FILE).exists():
        raise UsageError(f"{arguments.out} holds screens already.", hint="Name a new folder.")
    kit = load_kit(arguments.icons, arguments.strings, is_judging=arguments.judging)
    n_elements = 0
    for seed in range(arguments.seed, arguments.seed + arguments.n):
        drawing = (
            draw_crop(seed, kit, side_px=arguments.crops)
            if arguments.crops
            else draw_screen(seed, kit, width_px=arguments.width, height_px=arguments.height)
        )
        write_screen(arguments.out, drawing.screen, drawing.pixels)
        n_elements += len(drawing.screen.elements)
    print(f"{arguments.n} pictures with {n_elements} elements in {arguments.out}")
    return ExitStatus.DONE

"""``foveal collect icons``: draws the icons of all packs into a bank."""

import argparse
import sys
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "icons",
        help="gather icons and what they are called",
        description="Draws the icons of the packs that are installed at three sizes into a folder, with their names. "
        "Packs come from npm and as icon themes of the system; --list names the npm packages.",
    )
    parser.add_argument("out", metavar="OUT", type=Path, nargs="?", help="folder of the bank")
    parser.add_argument("--modules", metavar="FOLDER", type=Path, default=Path("node_modules"), help="npm's folder")
    parser.add_argument("--list", action="store_true", help="print the npm packages and their licences, do nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Gather, and say how many each pack gave."""
    from app.commands._errors import UsageError
    from model.data.drawing.icons.gather import gather_icons
    from model.data.drawing.icons.packs import ICON_PACKS, npm_packages

    if arguments.list:
        licences = {pack.package: pack.licence for pack in ICON_PACKS}
        for package in npm_packages():
            print(f"{package:<34} {licences[package]}")
        return ExitStatus.DONE
    if arguments.out is None:
        raise UsageError("No folder is named for the icons.", hint="foveal collect icons OUT")
    n_icons = gather_icons(
        arguments.out,
        ICON_PACKS,
        modules=arguments.modules,
        on_pack=lambda name, n_drawn: print(f"{name:<24} {n_drawn:>6}", file=sys.stderr),
    )
    print(f"{n_icons} icons in {arguments.out}")
    return ExitStatus.DONE

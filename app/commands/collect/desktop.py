"""``foveal collect desktop``: real programs on a virtual screen, labelled by their accessibility trees."""

import argparse
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands.collect._progress import show_progress
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.data.collect.desktop.stage import Screen


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "desktop",
        help="real programs on a virtual screen",
        description="Starts programs on a virtual screen, opens their menus, tabs and dialogs, and labels each picture "
        "by what the program tells assistive technology. Programs that are not installed are left out.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder of the screens; made if it does not exist")
    parser.add_argument("--programs", nargs="+", default=[], metavar="NAME", help="which (default: all installed)")
    parser.add_argument("--themes", nargs="+", default=[], metavar="NAME", help="which (default: all)")
    parser.add_argument("--n", type=int, default=1, metavar="N", help="looks (theme, size, scale) per program (1)")
    parser.add_argument("--seed", type=int, default=0, help="of the looks (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show each program in its looks and save its states."""
    from model.data.collect.desktop.collect import Showing, collect_desktop
    from model.data.collect.desktop.looks import THEMES, draw_look
    from model.data.collect.desktop.programs import find_programs
    from model.data.collect.desktop.requirements import installed, require_tools

    programs = find_programs(arguments.programs)
    known = {theme.name: theme for theme in THEMES}
    if unknown := [name for name in arguments.themes if name not in known]:
        raise UsageError(f"Unknown theme: {', '.join(unknown)}.", hint=f"There are: {', '.join(known)}.")
    themes = tuple(known[name] for name in arguments.themes) or THEMES
    require_tools()
    present = installed(programs)
    if absent := [program for program in programs if program not in present]:
        packages = " ".join(program.package for program in absent)
        print(f"Not installed and left out: {packages}", file=sys.stderr)
    showings = [
        Showing(program=program, look=draw_look(arguments.seed, program.name, turn, themes))
        for turn in range(arguments.n)
        for program in present
    ]
    show_progress(collect_desktop(showings, arguments.out, _open_screen))
    return ExitStatus.DONE


def _open_screen(width_px: int, height_px: int, window_manager: str) -> "AbstractContextManager[Screen]":
    from agent.virtual_screen import VirtualScreen

    return VirtualScreen(width_px, height_px, window_manager=window_manager)

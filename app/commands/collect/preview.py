"""``foveal collect preview``: a sheet of screens with boxes and names, to look at."""

import argparse
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser("preview", help="draw a sheet with the boxes and names of what was collected")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="of collected screens")
    parser.add_argument("sheet", metavar="SHEET", type=Path, help="picture to write, .png")
    parser.add_argument("--n", metavar="N", type=int, default=4, help="screens on the sheet (default: 4)")
    parser.add_argument("--columns", metavar="N", type=int, default=2, help="side by side (default: 2)")
    parser.add_argument("--first", metavar="N", type=int, default=0, help="pass over so many (default: 0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw it."""
    from app.commands._errors import UsageError
    from model.data.drawing.preview import preview_sheet

    if min(arguments.n, arguments.columns) < 1 or arguments.first < 0:
        raise UsageError("A sheet has at least one screen and one column.")
    n_screens = preview_sheet(
        arguments.folder,
        arguments.sheet,
        n_screens=arguments.n,
        n_columns=arguments.columns,
        first=arguments.first,
    )
    print(f"{n_screens} screens on {arguments.sheet}")
    return ExitStatus.DONE

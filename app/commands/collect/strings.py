"""``foveal collect strings``: gathers real interface strings of this machine."""

import argparse
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "strings",
        help="gather interface strings of this machine",
        description="Writes the English strings of installed programs, one a line: from translation catalogues, "
        ".desktop files and .ui files, without the programs that are reserved for judging.",
    )
    parser.add_argument("out", metavar="FILE", type=Path, help="file to write")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Gather, and say how many there are."""
    from model.data.drawing.strings import interface_strings

    strings = interface_strings()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("".join(f"{text}\n" for text in strings), encoding="utf-8")
    print(f"{len(strings)} strings in {arguments.out}")
    return ExitStatus.DONE

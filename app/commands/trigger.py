"""``foveal trigger WORD``: tells the running program what a hotkey would, for a desktop's own shortcut settings."""

import argparse

from agent.errors import AgentError
from app.exit_status import ExitStatus

_WORDS = {
    "command": "open the command bar",
    "ground": "open the bar to ask where something is",
    "record": "start or stop recording a demo",
    "stop": "stop everything at once",
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "trigger",
        help="do in the running program what a hotkey does",
        description="Does in the running program what a hotkey does. Put it into your desktop's shortcut settings "
        "where global hotkeys do not work (Wayland).",
    )
    parser.add_argument("word", choices=tuple(_WORDS), help="; ".join(f"{w}: {does}" for w, does in _WORDS.items()))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send the word; fails if no program runs."""
    from app.single_instance import Word, send_word

    if not send_word(Word(arguments.word)):
        raise AgentError("Foveal is not running on this display.", hint="Start it first: foveal")
    return ExitStatus.DONE

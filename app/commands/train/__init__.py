"""``foveal train``: trains the embedded model and FocusUI, in steps that can each be stopped and gone on with.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from importlib import import_module

_ACTIONS = (
    "encoder",
    "reader",
    "glyphs",
    "asks",
    "pointer",
    "export",
    "verdict",
    "curves",
    "check",
    "focusui",
    "recipes",
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "train",
        help="train the embedded model, or FocusUI",
        description="Trains the embedded model: first the encoder, which sees, and how people ask, then the pointer, "
        "which answers; export writes what the program loads. A run is a folder; the same again goes on with it. "
        "focusui trains FocusUI by a recipe.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name in _ACTIONS:
        import_module(f"app.commands.train.{name}").add_action(actions)

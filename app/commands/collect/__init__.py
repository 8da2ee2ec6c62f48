"""``foveal collect``: makes or gathers screens of which every element is known.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from importlib import import_module

_ACTIONS = ("icons", "strings", "drawn", "web", "desktop", "preview")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "collect",
        help="make or gather labelled screens for training",
        description="Makes and gathers screens of which every element is known, to train and judge models with. First "
        "gather icons and strings, then draw; pages and programs need no more than themselves. What a folder has "
        "already is skipped: run the same again to go on.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name in _ACTIONS:
        import_module(f"app.commands.collect.{name}").add_action(actions)

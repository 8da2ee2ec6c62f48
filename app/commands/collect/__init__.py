"""``foveal collect``: makes or gathers screens of which every element is known.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from importlib import import_module

_ACTIONS = ("web", "desktop")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "collect",
        help="gather labelled screens for training",
        description="Gathers screens of which every element is known, to train and judge models with. "
        "What the folder has already is skipped: run the same again to go on.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name in _ACTIONS:
        import_module(f"app.commands.collect.{name}").add_action(actions)

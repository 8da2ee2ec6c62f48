"""``foveal collect``: makes what the embedded model learns from.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from importlib import import_module

_ACTIONS = ("icons", "strings", "drawn", "preview")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "collect",
        help="make training data for the embedded model",
        description="Makes training data for the embedded model: screens of which every element is known. First "
        "gather icons and strings, then draw.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name in _ACTIONS:
        import_module(f"app.commands.collect.{name}").add_action(actions)

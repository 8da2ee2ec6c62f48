"""``foveal models``: which grounding models there are, whether they fit, getting and removing them.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from importlib import import_module

_ACTIONS = ("list", "info", "pull", "remove", "verify", "selectors")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "models",
        help="list, get and remove the grounding models",
        description="The grounding models: what is known about each, whether it fits this machine, getting and "
        "removing it. Wherever a model is named, the folder of a checkpoint does, too; :int8 or :int4 after the name "
        "quantises its decoder.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name in _ACTIONS:
        import_module(f"app.commands.models.{name}").add_action(actions)

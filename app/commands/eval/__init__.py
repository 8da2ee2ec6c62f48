"""``foveal eval``: how well grounding models do.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from importlib import import_module

_ACTIONS = ("dev",)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "eval",
        help="measure how well grounding models do",
        description="Measures grounding models side by side and prints rates with their 95 % intervals.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name in _ACTIONS:
        import_module(f"app.commands.eval.{name}").add_action(actions)

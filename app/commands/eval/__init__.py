"""``foveal eval``: how well grounding models do.

Each action is a module beside this one with an ``add_action`` and a ``run``.
"""

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from app.commands._errors import UsageError

_ACTIONS = ("benchmark", "dev", "watch", "report", "compare")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "eval",
        help="measure how well grounding models do",
        description="Measures grounding models side by side, on the field's benchmarks or on collected screens, and "
        "prints rates with their 95 % intervals.",
    )
    parser.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar="ANSWERS.jsonl",
        dest="compared",
        help="paired test of two files of answers",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", dest="compared_json", help="with --compare: also write the numbers as JSON"
    )
    parser.set_defaults(run=_run)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    for name in _ACTIONS:
        import_module(f"app.commands.eval.{name}").add_action(actions)
    for action in actions.choices.values():
        action.set_defaults(run=partial(_run_action, action.get_default("run")))


def _run(arguments: argparse.Namespace) -> int:
    """``foveal eval`` without an action."""
    if arguments.compared is None:
        raise UsageError("Nothing is asked for.", hint="Name a benchmark; `foveal eval --help` lists them.")
    from app.commands.eval.compare import compare

    return compare(arguments.compared, output=arguments.compared_json)


def _run_action(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """An action, if nothing stands before its name that would be passed over."""
    if arguments.compared is not None or arguments.compared_json is not None:
        raise UsageError("--compare goes without an action.", hint="Write --json behind the name of the action.")
    return run(arguments)

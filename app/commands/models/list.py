"""``foveal models list``: all models, one a line."""

import argparse
import json

from app.amounts import size_words
from app.commands.models._store import add_folder_option
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser("list", help="all models, one a line, and whether they fit this machine")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_folder_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """One line per model; the one that is taken when none is named is marked with a star."""
    from model.registry import MODEL_CARDS
    from model.store.describe import describe
    from model.store.folder import models_folder
    from model.store.machine import read_machine

    folder = models_folder(arguments.folder)
    machine = read_machine(folder)
    described = [describe(card, machine, folder) for card in MODEL_CARDS]
    if arguments.json:
        print(json.dumps([model.to_json() for model in described]))
        return ExitStatus.DONE
    for model in described:
        mark = "*" if model.is_default else " "
        size = size_words(model.card.size_bytes)
        print(f"{mark} {model.card.name:<18} {size:>7}  {model.state:<14} {model.fit.short:<15} {model.card.summary}")
    return ExitStatus.DONE

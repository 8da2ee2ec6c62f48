"""``foveal models info``: all that is known about one model."""

import argparse
import json

from app.amounts import size_words
from app.commands._target import known_model
from app.commands.models._store import add_folder_option
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser("info", help="all that is known about one, and whether it fits this machine")
    parser.add_argument("name", metavar="NAME", help="a name from the list, or the folder of a checkpoint")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_folder_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """All fields of one card, and what this machine makes of it."""
    from model.store.describe import describe
    from model.store.fit import FitKind
    from model.store.folder import models_folder
    from model.store.machine import read_machine

    card = known_model(arguments.name)
    folder = models_folder(arguments.folder)
    model = describe(card, read_machine(folder), folder)
    if arguments.json:
        print(json.dumps(model.to_json()))
        return ExitStatus.DONE
    sentences = list(model.fit.sentences)
    if model.fit.kind is FitKind.QUANTISED:
        sentences.append(f"Name it {card.name}:{model.fit.mode} for that.")
    about = "" if card.shape is None else "about "
    rows = {
        "name": card.name,
        "what it is": card.summary,
        "source": card.source,
        "licence": card.licence,
        "size": about + size_words(card.size_bytes),
        "memory": about + size_words(card.memory_bytes),
        "needs": card.needs,
        "installed": model.state if model.folder is None else str(model.folder),
        "fits here": " ".join(sentences),
        "measured": card.measured or "nothing here yet",
    }
    for title, value in rows.items():
        print(f"{title + ':':<12} {value}")
    return ExitStatus.DONE

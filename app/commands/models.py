"""``foveal models``: which grounding models there are, and what is known about each."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from app.commands import models_export
from app.commands._target import known_model
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.registry import ModelCard


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "models",
        help="list the grounding models and what is known about them",
        description="Lists the grounding models and what is known about each: source, size, licence, what it needs.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all models, one a line")
    info = actions.add_parser("info", help="all that is known about one")
    info.add_argument("name", metavar="NAME", help="a name from the list")
    for action, run_action in ((listing, run_list), (info, run_info)):
        action.add_argument("--json", action="store_true", help="print JSON")
        action.set_defaults(run=run_action)
    models_export.add_action(actions)


def run_list(arguments: argparse.Namespace) -> int:
    """One line per model; the one that is taken when none is named is marked with a star."""
    from model.grounder import DEFAULT_GROUNDER
    from model.registry import MODEL_CARDS

    if arguments.json:
        print(json.dumps([_to_json(card) for card in MODEL_CARDS]))
        return ExitStatus.DONE
    for card in MODEL_CARDS:
        mark = "*" if card.name == DEFAULT_GROUNDER else " "
        missing = "" if card.is_available() else "  (not installed)"
        print(f"{mark} {card.name:<16} {_size(card.size_bytes):>8}  {card.summary}{missing}")
    return ExitStatus.DONE


def run_info(arguments: argparse.Namespace) -> int:
    """All fields of one card."""
    card = known_model(arguments.name)
    if arguments.json:
        print(json.dumps(_to_json(card)))
        return ExitStatus.DONE
    rows = {
        "name": card.name,
        "what it is": card.summary,
        "source": card.source,
        "licence": card.licence,
        "size": _size(card.size_bytes),
        "memory": _size(card.memory_bytes),
        "needs": card.needs,
        "installed": "yes" if card.is_available() else "no",
        "measured": card.measured or "nothing yet",
    }
    for title, value in rows.items():
        print(f"{title + ':':<12} {value}")
    return ExitStatus.DONE


def _to_json(card: "ModelCard") -> dict[str, Any]:
    from model.grounder import DEFAULT_GROUNDER

    return {
        "name": card.name,
        "is_default": card.name == DEFAULT_GROUNDER,
        "summary": card.summary,
        "source": card.source,
        "licence": card.licence,
        "size_bytes": card.size_bytes,
        "memory_bytes": card.memory_bytes,
        "needs": card.needs,
        "is_available": card.is_available(),
        "measured": card.measured,
    }


def _size(n_bytes: int | None) -> str:
    return "unknown" if n_bytes is None else f"{n_bytes / 1e6:.0f} MB"

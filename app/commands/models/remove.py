"""``foveal models remove``: deletes a downloaded model."""

import argparse

from app.amounts import size_words
from app.commands._errors import UsageError
from app.commands._target import known_model
from app.commands.models._store import add_folder_option
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser("remove", help="delete a downloaded model, or what arrived of one")
    parser.add_argument("name", metavar="NAME", help="a name from the list")
    add_folder_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Delete it; folders that were named by hand are never touched."""
    from model.store.folder import remove_model

    card = known_model(arguments.name)
    if card.checkpoint is None:
        what = "comes with Foveal" if card.folder is None else "is a folder of yours"
        raise UsageError(f"{card.name} {what}.", hint="Only models that were downloaded can be removed.")
    n_bytes = remove_model(card.checkpoint.name, arguments.folder)
    print(f"{card.checkpoint.name} is removed; {size_words(n_bytes)} are free again.")
    return ExitStatus.DONE

"""``foveal train recipes``: lists the ways to train FocusUI, or prints one."""

import argparse

from app.commands._extras import require_extra
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "recipes",
        help="list the recipes for FocusUI",
        description="Lists the recipes that `foveal train focusui` knows; with a name it prints that one, to begin a "
        "recipe of your own with.",
    )
    parser.add_argument("recipe", metavar="RECIPE", nargs="?", help="print this one")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List, or print."""
    require_extra("focusui")
    from model.training.recipes import read_recipe, recipe_file, recipe_names

    if arguments.recipe is not None:
        print(recipe_file(arguments.recipe).read_text(encoding="utf-8"), end="")
        return ExitStatus.DONE
    names = recipe_names()
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {read_recipe(name).about}")
    return ExitStatus.DONE

"""Where recipes are found: those that come with the program, and files of one's own."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.training.recipe import DrawnScreens, Learns, LoraShape, Precision, Recipe

RECIPES = Path(__file__).parent.parent / "recipes"
_SUFFIX = ".toml"
_NUMBERS = ("learning_rate", "weight_decay", "warm_up_share", "max_gradient_norm", "check_keep_fraction")


def recipe_names() -> tuple[str, ...]:
    """Recipes that come with the program."""
    return tuple(sorted(file.stem for file in RECIPES.glob(f"*{_SUFFIX}")))


def recipe_file(name: str) -> Path:
    """File of a recipe.

    Args:
        name: of one that comes with the program, or the path of a file that ends in ``.toml``.

    Raises:
        InputError: there is no such recipe.
    """
    file = Path(name) if name.endswith(_SUFFIX) else RECIPES / f"{name}{_SUFFIX}"
    if not file.is_file():
        raise InputError(
            f'There is no recipe "{name}".',
            hint=f"There are {', '.join(recipe_names())}, and files of your own that end in {_SUFFIX}.",
        )
    return file


def read_recipe(name: str) -> Recipe:
    """A recipe by its name, or from a file of one's own.

    Raises:
        InputError: there is none, or it is not understood.
    """
    file = recipe_file(name)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        return _recipe_of(file.stem, values)
    except (OSError, ValueError, TypeError) as exc:  # a wrong or missing field is a TypeError of the dataclass
        raise InputError(
            f"The recipe {file} cannot be used: {_in_words(exc)}.",
            hint="`foveal train recipes focusui-stage2` prints one to compare with.",
        ) from exc


def _recipe_of(name: str, values: Mapping[str, Any]) -> Recipe:
    rest = dict(values)
    for key in _NUMBERS:
        if not isinstance(rest.get(key, 0.0), int | float):
            raise TypeError(f"{key} is a number, not {rest[key]!r}")
    if not isinstance(rest.get("has_gradient_checkpointing", False), bool):
        raise TypeError("has_gradient_checkpointing is true or false")
    objective = dict(rest.pop("objective", {}))
    lora, drawn = rest.pop("lora", None), rest.pop("drawn", None)
    ready: dict[str, Any] = {
        "name": name,
        "objective": objective.pop("name", "grounding"),
        "objective_options": objective,
        "learns": Learns(rest.pop("learns", "")),
        "precision": Precision(rest.pop("precision", "")),
        "lora": None if lora is None else LoraShape(**{**lora, "targets": tuple(lora.get("targets", ()))}),
        "drawn": None if drawn is None else DrawnScreens(**drawn),
    }
    return Recipe(**{**rest, **ready})


def _in_words(exc: Exception) -> str:
    """What a dataclass says about its fields, without its own name."""
    text = str(exc)
    return text.partition("__init__() ")[2] or text

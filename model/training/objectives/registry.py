"""Objectives by the names that recipes call them."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from model.errors import InputError
from model.focusui.network import FocusUI
from model.training.objectives.objective import Objective

OBJECTIVES: dict[str, str] = {
    "grounding": "model.training.objectives.grounding",
    "parsing": "model.training.objectives.parsing",
    "perspectives": "model.training.objectives.perspectives",
    "reinforcement": "model.training.objectives.reinforcement",
    "sub_cell": "model.training.objectives.sub_cell",
    "alignment": "model.training.objectives.alignment",
}
"""Module of each. It has ``build(options, network) -> Objective``, which raises ValueError or TypeError where it does
not understand its options."""

_EVEN = ("grounding", "perspectives", "sub_cell")
"""Those of which every batch goes through tower and decoder equally often, whatever is in it."""


def check_shared(name: str) -> None:
    """Complain about an objective that cannot be learned where weights are shared out among processes.

    There the processes put each layer together in turn, so they wait for one another wherever one does less.

    Raises:
        InputError: its batches differ in how often they go through the network.
    """
    if name not in _EVEN:
        raise InputError(
            f'The objective "{name}" cannot be learned with weights that processes share out (FSDP, DeepSpeed).',
            hint=f"Let every process hold all weights (DDP), with LoRA if they are too large. {', '.join(_EVEN)} can.",
        )


def build_objective(name: str, options: Mapping[str, Any], network: FocusUI) -> Objective:
    """The objective of a recipe.

    Args:
        name: of it.
        options: as the recipe has them.
        network: that will learn; an objective may bring modules that fit it.

    Raises:
        InputError: nobody knows it, or its options are not understood.
    """
    if name not in OBJECTIVES:
        raise InputError(f'There is no objective "{name}".', hint=f"There are {', '.join(OBJECTIVES)}.")
    try:
        built: Objective = import_module(OBJECTIVES[name]).build(options, network)
    except (ValueError, TypeError) as exc:
        raise InputError(f'The options of the objective "{name}" cannot be used: {exc}.') from exc
    return built

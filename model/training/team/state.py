"""What learns and its optimiser in one file, where one process has all of it."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from model.errors import InputError
from model.training.learner import Learner

_FILE = "learning.pt"


def save_learning(folder: Path, learner: Learner, optimiser: torch.optim.Optimizer) -> None:
    """Write what learns, not what stands still: that is in the checkpoint which the run began with."""
    weights = {name: weight.detach() for name, weight in learner.learning().items()}
    torch.save({"weights": weights, "optimiser": optimiser.state_dict()}, folder / _FILE)


def load_learning(folder: Path, learner: Learner, optimiser: torch.optim.Optimizer) -> None:
    """Take up what was written.

    Raises:
        InputError: it is of another network, or damaged.
    """
    file = folder / _FILE
    try:
        saved = torch.load(file, map_location="cpu", weights_only=True)
        learning = learner.learning()
        if learning.keys() != saved["weights"].keys():
            raise ValueError("other weights learned then")  # noqa: TRY301 - told below, with the file
        with torch.no_grad():
            for name, weight in learning.items():
                weight.copy_(saved["weights"][name])
        optimiser.load_state_dict(saved["optimiser"])
    except (OSError, RuntimeError, ValueError, KeyError) as exc:
        raise InputError(
            f"{file} cannot be gone on from: {exc}.", hint="Name the model that the run began with, or start a new one."
        ) from exc


def without_copies(state: Mapping[str, Tensor], learner: Learner) -> dict[str, Tensor]:
    """Weights put together from shares, where tied ones are copies of each other: each once, as in a checkpoint."""
    names, once = (
        {name for name, _ in learner.named_parameters(remove_duplicate=is_once)} for is_once in (False, True)
    )
    return {name: value for name, value in state.items() if name in once or name not in names}

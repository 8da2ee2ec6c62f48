"""Finds out who learns: this process alone, or those that it was launched with."""

import os

import torch

from model.training.team.alone import Alone
from model.training.team.team import Team


def open_team(device: str | None = None) -> Team:
    """The team of this process.

    Args:
        device: "cpu", "cuda:0" …; None takes a GPU if there is one. Of launched processes each takes its own GPU,
            unless "cpu" is asked for.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        # Only where it is needed: it takes seconds to import.
        from model.training.team.accelerated import Accelerated

        return Accelerated(is_on_cpu=device == "cpu")
    return Alone(device or ("cuda:0" if torch.cuda.is_available() else "cpu"))

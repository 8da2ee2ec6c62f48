"""What runs leave behind, and go on from."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from model.errors import InputError


def load_checkpoint(file: Path, command: str) -> dict[str, Any]:
    """A checkpoint on the CPU.

    Args:
        file: of it.
        command: that makes one.

    Raises:
        InputError: there is none, or it is damaged.
    """
    try:
        saved: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError) as exc:
        raise InputError(f"There is no checkpoint {file}.", hint=f"Train one with `{command}`.") from exc
    return saved


def averaged(saved: dict[str, Any]) -> dict[str, Tensor]:
    """The running average of the weights in a checkpoint."""
    prefix = "module."
    return {key.removeprefix(prefix): value for key, value in saved["average"].items() if key.startswith(prefix)}


def write_checkpoint(
    file: Path,
    *,
    model: nn.Module,
    average: nn.Module,
    optimiser: torch.optim.Optimizer,
    step: int,
    provenance: dict[str, Any],
    **more: Tensor,
) -> None:
    """Write all that a run needs to go on, and more; what was there before stays until the new one is whole."""
    saved = {
        "model": model.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
        "provenance": provenance,
        **more,
    }
    part = file.with_name(f"{file.name}.part")
    torch.save(saved, part)
    part.replace(file)

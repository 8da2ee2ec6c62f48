"""What runs leave behind."""

from pathlib import Path
from typing import Any

import torch

from model.errors import InputError
from model.nano.network import NanoNetwork
from model.training.nano.encoder_run import CHECKPOINT, Trained


def trained_network(folder: Path) -> NanoNetwork:
    """The running average of a run's encoder and heads.

    Raises:
        InputError: the run has no checkpoint.
    """
    saved = load_checkpoint(folder / CHECKPOINT, "foveal train encoder")["average"]
    model = Trained()
    prefix = "module."
    model.load_state_dict({key.removeprefix(prefix): saved[key] for key in saved if key.startswith(prefix)})
    return model.network.eval()


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

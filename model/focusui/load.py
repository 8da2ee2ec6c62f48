"""Loads a grounder from a checkpoint folder."""

from pathlib import Path

import torch

from model.errors import ModelLoadError
from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.weight_mode import WeightMode

_DTYPES = {WeightMode.FLOAT32: torch.float32, WeightMode.BF16: torch.bfloat16}


def load_focusui(folder: Path, *, name: str, weights: WeightMode) -> FocusUIGrounder:
    """Load a checkpoint for grounding, onto the first GPU if there is one.

    Raises:
        ModelLoadError: it cannot be loaded, or not with its weights held so.
    """
    if weights not in _DTYPES:
        raise ModelLoadError(
            f"{name} cannot be loaded in {weights} yet.", hint=f"There is {' and '.join(_DTYPES)} so far."
        )
    device = "cuda:0" if torch.cuda.is_available() else "cpu"
    return FocusUIGrounder(load_checkpoint(folder, dtype=_DTYPES[weights], device=device), name=name, folder=folder)

"""Loads a grounder from a checkpoint folder."""

from pathlib import Path

import torch

from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder


def load_focusui(folder: Path, *, name: str) -> FocusUIGrounder:
    """Load a checkpoint for grounding: bfloat16 on a GPU, float32 without one.

    Raises:
        ModelLoadError: it cannot be loaded.
    """
    has_gpu = torch.cuda.is_available()
    checkpoint = load_checkpoint(
        folder, dtype=torch.bfloat16 if has_gpu else torch.float32, device="cuda:0" if has_gpu else "cpu"
    )
    return FocusUIGrounder(checkpoint, name=name, folder=folder)

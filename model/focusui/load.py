"""Loads a grounder from a checkpoint folder."""

from pathlib import Path

import torch

from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.kernels import compiled_kernels
from model.focusui.runtime import Runtime, speed_key
from model.focusui.strategy import FindTimesFile


def load_focusui(folder: Path, *, name: str, runtime: Runtime = Runtime()) -> FocusUIGrounder:  # noqa: B008 - frozen
    """Load a checkpoint for grounding: bfloat16 on a GPU, float32 without one.

    What ``foveal models bench --remember`` measured for its shape on this device decides which way it takes.

    Raises:
        ModelLoadError: it cannot be loaded.
    """
    has_gpu = torch.cuda.is_available()
    checkpoint = load_checkpoint(
        folder, dtype=torch.bfloat16 if has_gpu else torch.float32, device="cuda:0" if has_gpu else "cpu"
    )
    network = checkpoint.network
    if runtime.is_compiled:
        network.kernels = compiled_kernels()
    times = FindTimesFile().read(speed_key(network))
    return FocusUIGrounder(checkpoint, name=name, folder=folder, runtime=runtime, times=times)

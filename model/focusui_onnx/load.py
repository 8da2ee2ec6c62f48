"""Loads a grounder from the folder of an exported model."""

from pathlib import Path

from model.focusui_onnx.grounder import OnnxFocusUIGrounder
from model.focusui_onnx.network import OnnxFocusUI
from model.focusui_onnx.sessions import Device


def load_onnx_focusui(folder: Path, *, name: str, device: Device | None = None) -> OnnxFocusUIGrounder:
    """Load an exported model for grounding.

    Args:
        folder: what ``foveal models export`` wrote; it holds a ``foveal_onnx.json``.
        name: what it is called.
        device: where it runs; None takes a GPU if the installed ONNX Runtime has a CUDA that works, else the CPU.

    Raises:
        ModelLoadError: it cannot be loaded.
    """
    return OnnxFocusUIGrounder(OnnxFocusUI(folder, device), name=name, folder=folder)

"""Graphs in ONNX Runtime, on the CPU or on a GPU with CUDA."""

import logging
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError, ModelLoadError
from model.focusui_onnx.manifest import Graph

_log = logging.getLogger(__name__)


class Device(StrEnum):
    """Where the graphs run."""

    CPU = "cpu"
    CUDA = "cuda:0"


_CUDA = "CUDAExecutionProvider"
_PROVIDERS: dict[Device, list[Any]] = {
    Device.CPU: ["CPUExecutionProvider"],
    # Without TF32, which rounds the factors of products to ten bits: results are meant to be those of float32.
    Device.CUDA: [(_CUDA, {"use_tf32": "0"}), "CPUExecutionProvider"],
}
_ON_THE_CPU = "On the CPU the model runs as it is."


class Session:
    """One graph, ready to run.

    Args:
        folder: of the exported model.
        graph: which one.
        device: where it runs; on a GPU, what it cannot do there runs on the CPU.

    Raises:
        ModelLoadError: ONNX Runtime or its CUDA is not installed, or the file is broken.
    """

    def __init__(self, folder: Path, graph: Graph, device: Device) -> None:
        runtime = _runtime()
        if device is Device.CUDA and _CUDA not in runtime.get_available_providers():
            raise ModelLoadError(
                "The installed ONNX Runtime was built without CUDA.",
                hint=f"Foveal's extra `gpu` brings one with it, in place of the extra `cpu`. {_ON_THE_CPU}",
            )
        options = runtime.SessionOptions()
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the CPU alone
        path = folder / graph.file_name
        try:
            self._session: Any = runtime.InferenceSession(str(path), options, providers=_PROVIDERS[device])
        except Exception as exc:  # onnxruntime raises many kinds, all without a common base of its own
            raise ModelLoadError(
                f"{path} cannot be loaded: {exc}", hint="`foveal models export` makes the folder anew."
            ) from exc
        self._name = graph.file_name
        # Where CUDA's libraries are missing, ONNX Runtime goes on with the CPU and says nothing that a person sees.
        if device is Device.CUDA and _CUDA not in self._session.get_providers():
            raise ModelLoadError(
                "ONNX Runtime found no CUDA that it can use.",
                hint=f"Its documentation says which CUDA and cuDNN it needs. {_ON_THE_CPU}",
            )

    def run(self, inputs: dict[str, NDArray[np.generic]]) -> list[NDArray[np.float32]]:
        """The graph's outputs, in their order.

        Raises:
            ModelError: there was not enough memory.
        """
        try:
            outputs: list[NDArray[np.float32]] = self._session.run(None, inputs)
        except Exception as exc:
            raise ModelError(
                f"ONNX Runtime gave up in {self._name}: {exc}",
                hint="It may be short of memory; a smaller picture needs less.",
            ) from exc
        return outputs


def choose_device() -> Device:
    """A GPU if the installed ONNX Runtime knows CUDA, else the CPU.

    Raises:
        ModelLoadError: ONNX Runtime is not installed.
    """
    return Device.CUDA if _CUDA in _runtime().get_available_providers() else Device.CPU


def open_sessions(
    folder: Path, graphs: tuple[Graph, ...], device: Device | None
) -> tuple[dict[Graph, Session], Device]:
    """Open the graphs of a folder.

    Args:
        folder: of the exported model.
        graphs: which ones.
        device: where they are to run; None takes a GPU if there is one that works, else the CPU.

    Returns:
        The sessions, and where they run.

    Raises:
        ModelLoadError: they cannot be opened there.
    """
    wanted = choose_device() if device is None else device
    try:
        return {graph: Session(folder, graph, wanted) for graph in graphs}, wanted
    except ModelLoadError as exc:
        if device is not None or wanted is Device.CPU:
            raise
        _log.warning("going on with the CPU: %s", exc.message)
    return {graph: Session(folder, graph, Device.CPU) for graph in graphs}, Device.CPU


def _runtime() -> ModuleType:
    try:
        import onnxruntime
    except ImportError as exc:
        raise ModelLoadError(
            "ONNX Runtime is not installed.", hint="Install Foveal with one of its extras: foveal[cpu] or foveal[gpu]."
        ) from exc
    runtime: ModuleType = onnxruntime
    return runtime

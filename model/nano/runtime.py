"""How the exported graphs are run: ONNX Runtime on two threads that do not spin, so that the desktop stays quick.

Memory is given back after each run; ONNX Runtime's arena would keep as much as the largest screen ever needed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelLoadError

_N_THREADS = 2


class Graph:
    """One exported graph.

    Args:
        file: it.

    Raises:
        ModelLoadError: it is missing or broken.
    """

    def __init__(self, file: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _N_THREADS
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as exc:  # the library raises bare or private types
            raise ModelLoadError(
                "The embedded model could not be loaded.",
                hint=f"Its files belong in {file.parent.name}/ beside the program; install Foveal again.",
            ) from exc

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """The outputs, in the graph's order."""
        results: list[NDArray[np.float32]] = self._session.run(None, dict(inputs))
        return results

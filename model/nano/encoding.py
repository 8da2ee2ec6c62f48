"""Runs the encoder on screens: once per picture, and of a picture that resembles the last one only what changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelLoadError
from model.nano.files import ASSETS_DIR, ENCODER, MEANING, READING
from model.nano.shape import CELL_PX

_N_THREADS = 2
_BLOCK_PX = 2 * CELL_PX
"""Pictures are padded to multiples of this: the encoder halves them four times."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """What the encoder says of a screen.

    Attributes:
        features: [h, w, N_FEATURES] float32 of each cell.
        maps: [h, w, N_CHANNELS] float32; see ``shape.py``.
    """

    features: NDArray[np.float32]
    maps: NDArray[np.float32]


class NanoSession:
    """The trained graphs, ready to run on the CPU.

    Args:
        folder: holds the graphs.

    Raises:
        ModelLoadError: a file is missing or broken.
    """

    def __init__(self, folder: Path = ASSETS_DIR) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _N_THREADS
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._encoder, self._reading, self._meaning = (
                onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
                for name in (ENCODER, READING, MEANING)
            )
        except Exception as exc:  # the library raises bare or private types
            raise ModelLoadError(
                "The embedded model could not be loaded.",
                hint=f"Its files belong in {folder.name}/ beside the program; install Foveal again.",
            ) from exc

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        """Encode a picture, [height, width, 3] uint8 RGB, of any size."""
        features, maps = _run(self._encoder, _padded(image))
        return Encoded(features=features, maps=maps)

    def read(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n, 3 * N_FEATURES] of cells and their neighbours -> logits [n, SLOTS_PER_CELL, N_CLASSES]."""
        (logits,) = _run(self._reading, cells)
        return logits

    def meaning(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n, N_FEATURES] -> unit vectors [n, MEANING_WIDTH]."""
        (vectors,) = _run(self._meaning, cells)
        return vectors


def _run(session: Any, value: NDArray[Any]) -> list[NDArray[np.float32]]:
    results: list[NDArray[np.float32]] = session.run(None, {session.get_inputs()[0].name: value})
    return results


def _padded(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    below, right = -height % _BLOCK_PX, -width % _BLOCK_PX
    return np.pad(image, ((0, below), (0, right), (0, 0)), mode="edge") if below or right else image

"""From how people ask to what programs call it, in the space of the text encoder: "get rid of this" to "Delete".

Names and icons stay where the encoder puts them; asks are moved to where the names of such things lie, in two parts.
A linear map takes off what all asks have in common ("I want to ...") and turns to what tells deeds apart. A memory of
intents then pulls towards the names of those whose asks lie near: a softmax over one key for each intent (attention
with fixed keys and values, Vaswani et al. 2017, section 3.2.1; as a smoother, Nadaraya 1964 and Watson 1964).

Legend: ``n`` asks, ``n_intents`` those remembered, ``width`` 384.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelLoadError
from model.nano.files import ASKS, ASSETS_DIR

_MATRICES = ("linear", "keys", "values")
_STEPS = 127
"""An 8-bit number has so many on either side of 0."""
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AskWeights:
    """What the map has learned.

    Attributes:
        centre: [width] float32, the mean of all asks.
        linear: [width, width] float32, for asks without their mean.
        keys: [n_intents, width] float32 of length 1, mean direction of each intent's asks, likewise without the mean.
        values: [n_intents, width] float32, added where an ask is surely of that intent.
        sharpness: of the softmax over the keys; 1 / temperature.
    """

    centre: NDArray[np.float32]
    linear: NDArray[np.float32]
    keys: NDArray[np.float32]
    values: NDArray[np.float32]
    sharpness: float

    def write(self, file: Path) -> None:
        """Write an ``.npz``: matrices in 8 bits, with a scale for each row."""
        arrays: dict[str, NDArray[np.generic]] = {
            "centre": self.centre,
            "sharpness": np.array([self.sharpness], np.float32),
        }
        for name in _MATRICES:
            arrays[name], arrays[f"{name}_scale"] = _rounded(getattr(self, name))
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            np.savez_compressed(stream, **arrays)  # type: ignore[arg-type] # its stub takes the names for a flag

    @classmethod
    def read(cls, file: Path) -> "AskWeights":
        """Read what ``write`` wrote.

        Raises:
            ModelLoadError: the file is missing or broken.
        """
        try:
            with np.load(file, allow_pickle=False) as arrays:
                matrices = {name: arrays[name] * arrays[f"{name}_scale"] for name in _MATRICES}
                return cls(centre=arrays["centre"], sharpness=float(arrays["sharpness"][0]), **matrices)
        except Exception as exc:  # damaged archives raise a dozen types
            raise ModelLoadError(
                "What the embedded model knows of how people ask could not be loaded.",
                hint=f"{file.name} belongs in {file.parent.name}/ beside the program; install Foveal again.",
            ) from exc


class AskMap:
    """Moves embeddings of asks to where names of what is asked for lie; plain names stay near where they were.

    Args:
        weights: trained (``model.training.nano.asks``).
    """

    def __init__(self, weights: AskWeights) -> None:
        self._weights = weights

    @classmethod
    def load(cls, file: Path = ASSETS_DIR / ASKS) -> "AskMap":
        """The map that comes with the program.

        Raises:
            ModelLoadError: the file is missing or broken.
        """
        return cls(AskWeights.read(file))

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move asks.

        Args:
            embeddings: [n, width] of length 1, from ``TextEncoder``.

        Returns:
            [n, width] float32 of length 1, to be compared with embeddings of names and meanings of icons.
        """
        weights = self._weights
        own = embeddings - weights.centre
        logits = weights.sharpness * unit(own) @ weights.keys.T  # [n, n_intents]
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return unit(own @ weights.linear + shares @ weights.values)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1, [n, width] float32; rows of nothing but zeros stay so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, _TINY), np.float32)


def _rounded(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """[rows, columns] -> whole numbers, and what each row is to be multiplied with, [rows, 1]."""
    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True) / _STEPS, _TINY).astype(np.float32)
    return np.round(matrix / scale).astype(np.int8), scale

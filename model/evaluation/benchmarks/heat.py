"""Where a model looked, small enough to be kept beside an answer: patch scores as bytes on a coarse grid."""

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_COLS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Patch scores on a coarse grid.

    Attributes:
        n_rows, n_cols: of the grid.
        data: n_rows * n_cols bytes in raster order, 255 for 1.0, in base64.
    """

    n_rows: int
    n_cols: int
    data: str

    @classmethod
    def of(cls, scores: NDArray[np.float32]) -> "Heat":
        """The highest of the scores [n_rows, n_cols] in [0, 1] that fall into each coarse cell."""
        step = -(-scores.shape[1] // MAX_COLS)
        n_rows, n_cols = -(-scores.shape[0] // step), -(-scores.shape[1] // step)
        padded = np.zeros((n_rows * step, n_cols * step), np.float32)
        padded[: scores.shape[0], : scores.shape[1]] = scores
        highest = padded.reshape(n_rows, step, n_cols, step).max(axis=(1, 3))
        coarse = np.rint(np.clip(highest, 0.0, 1.0) * 255).astype(np.uint8)
        return cls(n_rows=n_rows, n_cols=n_cols, data=base64.b64encode(coarse.tobytes()).decode("ascii"))

    def scores(self) -> NDArray[np.float32]:
        """[n_rows, n_cols] in [0, 1]."""
        coarse = np.frombuffer(base64.b64decode(self.data), np.uint8).reshape(self.n_rows, self.n_cols)
        return coarse.astype(np.float32) / np.float32(255)

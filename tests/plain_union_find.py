"""The UI graph in plain Python: the oracle for ``model.uigraph`` and what its benchmark compares with."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

AreAlike = Callable[[NDArray[np.uint8], NDArray[np.uint8]], bool]


def are_alike(left: NDArray[np.uint8], right: NDArray[np.uint8], threshold: float = 2.0) -> bool:
    """The rule on two cells, value by value: 2 * sum of (difference / 255)^2 < threshold^2, without fractions."""
    total = sum((a - b) ** 2 for a, b in zip(left.tobytes(), right.tobytes(), strict=True))
    return 2 * total < (threshold * 255) ** 2


def are_alike_by_numpy(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> bool:
    """The same with NumPy inside the loop over cells, in float32."""
    difference = left.astype(np.float32) - right.astype(np.float32)
    return bool(np.linalg.norm(difference) * np.sqrt(2.0) / 255 < 2.0)


def plain_labels(image: NDArray[np.uint8], cell_px: int, alike: AreAlike = are_alike) -> NDArray[np.int32]:
    """Component labels [n_rows, n_cols], numbered from 0 in raster order of first cells."""
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, -height % cell_px), (0, -width % cell_px), (0, 0)), mode="edge")
    n_rows, n_cols = padded.shape[0] // cell_px, padded.shape[1] // cell_px
    parent = list(range(n_rows * n_cols))

    def cell(row: int, col: int) -> NDArray[np.uint8]:
        return padded[row * cell_px : (row + 1) * cell_px, col * cell_px : (col + 1) * cell_px]

    for row in range(n_rows):
        for col in range(n_cols):
            here = cell(row, col)
            if col + 1 < n_cols and alike(here, cell(row, col + 1)):
                _join(parent, row * n_cols + col, row * n_cols + col + 1)
            if row + 1 < n_rows and alike(here, cell(row + 1, col)):
                _join(parent, row * n_cols + col, (row + 1) * n_cols + col)
    return np.array(_numbered([_root(parent, i) for i in range(len(parent))]), np.int32).reshape(n_rows, n_cols)


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _join(parent: list[int], i: int, j: int) -> None:
    parent[_root(parent, i)] = _root(parent, j)


def _numbered(roots: Sequence[int]) -> list[int]:
    number: dict[int, int] = {}
    return [number.setdefault(root, len(number)) for root in roots]

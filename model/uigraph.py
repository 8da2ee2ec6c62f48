"""Rule-based saliency: neighbouring cells that look alike are one component, and large components weigh little.

The rule is FocusUI's (arXiv 2601.03928; its labels and our skipping of flat cells use it): cells of a regular grid
are nodes, and two of the four-neighbourhood join if the L2 distance of their pixels, scaled to 0..1 and counted
twice (two identical temporal copies), stays below a threshold.

Distances are integer sums of squares, so the same picture gives the same graph on every machine.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

DEFAULT_CELL_PX = 28
DEFAULT_THRESHOLD = 2.0

_N_TEMPORAL_COPIES = 2
_MAX_CELL_PX = {3: 104, 4: 90}
"""Largest cell by number of channels: beyond, a distance would not fit into 32 bits."""


class Weighting(StrEnum):
    """How the weight of a cell falls with the size n of its component: 1/max(1, ln(n+1)), 1/n or 1/sqrt(n)."""

    LOG = "log"
    INVERSE = "inverse"
    INVERSE_SQRT = "sqrt"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UiGraph:
    """Components of look-alike cells.

    Attributes:
        labels: [n_rows, n_cols] int32, component of each cell, numbered from 0 in raster order of first cells.
        sizes: [n_components] int32, cells in each component.
        weights: [n_rows, n_cols] float32 in (0, 1], small in large flat regions.
    """

    labels: NDArray[np.int32]
    sizes: NDArray[np.int32]
    weights: NDArray[np.float32]


def ui_graph(
    image: NDArray[np.uint8],
    cell_px: int = DEFAULT_CELL_PX,
    threshold: float = DEFAULT_THRESHOLD,
    weighting: Weighting = Weighting.LOG,
) -> UiGraph:
    """Join look-alike neighbouring cells and weigh every cell by the size of its component.

    Args:
        image: [height, width, 3] uint8 RGB, or [height, width, 4] where transparency counts too. Cells that stick out
            at the right and lower edge are filled up by repeating the outermost pixels; the grid is that of
            ``model.patches.PatchGrid``.
        cell_px: side of a cell in pixels, 1 to 104, with four channels to 90.
        threshold: cells join if their distance is strictly below.
        weighting: weight of a cell as a function of the size of its component.
    """
    if image.ndim != 3 or image.shape[2] not in _MAX_CELL_PX or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(f"an image is uint8 [height, width, 3 or 4], not {image.dtype} {image.shape}")
    if not 1 <= cell_px <= _MAX_CELL_PX[image.shape[2]]:
        raise ValueError(f"cell_px must be 1 to {_MAX_CELL_PX[image.shape[2]]}, not {cell_px}")
    limit = (threshold * np.iinfo(np.uint8).max) ** 2 / _N_TEMPORAL_COPIES
    labels = _number_in_raster_order(_components(image, cell_px, limit))
    sizes = np.bincount(labels.ravel()).astype(np.int32)
    return UiGraph(labels=labels, sizes=sizes, weights=_weights(sizes, weighting)[labels])


def _components(image: NDArray[np.uint8], cell_px: int, limit: float) -> NDArray[np.int32]:
    """Components [n_rows, n_cols] of cells whose squared pixel distance is below ``limit``, in any numbering.

    Cells and the edges between them are the pixels of one small picture, twice as fine as the grid.
    """
    n_rows, n_cols = math.ceil(image.shape[0] / cell_px), math.ceil(image.shape[1] / cell_px)
    lattice = np.zeros((2 * n_rows - 1, 2 * n_cols - 1), np.uint8)
    lattice[::2, ::2] = 1
    above: NDArray[np.uint8] | None = None
    for row, cells in enumerate(_rows_of_cells(image, cell_px, n_cols)):
        lattice[2 * row, 1::2] = _squared_distances(cells[1:], cells[:-1]) < limit
        if above is not None:
            lattice[2 * row - 1, ::2] = _squared_distances(cells, above) < limit
        above = cells
    _, labels = cv2.connectedComponents(lattice, connectivity=4, ltype=cv2.CV_32S)
    return np.asarray(labels[::2, ::2], dtype=np.int32)


def _rows_of_cells(image: NDArray[np.uint8], cell_px: int, n_cols: int) -> Iterator[NDArray[np.uint8]]:
    """Each row of cells as [n_cols, n_values] uint8. One row fits into the cache, a whole picture does not.

    Two buffers take turns: a row stays valid until the one after the next is asked for.
    """
    height, width, n_channels = image.shape
    buffers = [np.empty((n_cols, cell_px, cell_px * n_channels), np.uint8) for _ in range(2)]
    missing_cols = n_cols * cell_px - width
    for top in range(0, height, cell_px):
        strip = image[top : top + cell_px]
        missing_rows = cell_px - strip.shape[0]
        if missing_rows or missing_cols:
            strip = cv2.copyMakeBorder(strip, 0, missing_rows, 0, missing_cols, cv2.BORDER_REPLICATE)
        cells = buffers[top // cell_px % 2]
        np.copyto(cells, strip.reshape(cell_px, n_cols, -1).transpose(1, 0, 2))
        yield cells.reshape(n_cols, -1)


def _squared_distances(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Sum of squared differences of each pair of rows, [n_pairs, n_values] uint8 -> [n_pairs] int32."""
    if len(left) == 0:
        return np.zeros(0, np.int32)
    # The distance of each difference to the zero vector: several times faster than widening to int32 first.
    origin = np.zeros((1, left.shape[1]), np.uint8)
    distances, _ = cv2.batchDistance(
        cv2.absdiff(left, right), origin, dtype=cv2.CV_32S, normType=cv2.NORM_L2SQR, K=1, mask=None
    )
    return np.asarray(distances[:, 0], dtype=np.int32)


def _number_in_raster_order(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Renumber labels from 0 by the position of their first cell; how OpenCV numbers is its own affair."""
    _, first_idx, inverse = np.unique(labels, return_index=True, return_inverse=True)
    number = np.empty(len(first_idx), np.int32)
    number[np.argsort(first_idx)] = np.arange(len(first_idx), dtype=np.int32)
    return number[inverse].reshape(labels.shape)


def _weights(sizes: NDArray[np.int32], weighting: Weighting) -> NDArray[np.float32]:
    """Weight of a cell per component, [n_components] float32."""
    n = sizes.astype(np.float64)
    match weighting:
        case Weighting.LOG:
            weights = 1.0 / np.maximum(1.0, np.log(n + 1.0))
        case Weighting.INVERSE:
            weights = 1.0 / n
        case Weighting.INVERSE_SQRT:
            weights = 1.0 / np.sqrt(n)
    return weights.astype(np.float32)

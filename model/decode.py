"""From patch probabilities to points: connected regions of active patches, best first.

The rule is that of GUI-Actor (arXiv 2506.03143), which FocusUI uses too. Positions are fractions of the grid, until
``point_px`` turns one into pixels of the picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.patches import PatchGrid

ACTIVE_SHARE = 0.3
"""A patch is active if its probability is above this share of the highest one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """Active patches that touch each other along a side.

    Attributes:
        cells: [n_cells, 2] int64, (row, col) of each patch, breadth first from the first one in raster order.
        score: mean probability.
        center_norm: (x, y), probability-weighted mean of the patch centres, as fractions of the grid.
    """

    cells: NDArray[np.int64]
    score: float
    center_norm: tuple[float, float]


def find_regions(probs: NDArray[np.floating[Any]], active_share: float = ACTIVE_SHARE) -> tuple[Region, ...]:
    """Group the active patches into regions.

    Args:
        probs: [n_rows, n_cols] patch probabilities, not negative; they need not sum to 1.
        active_share: a patch is active if it is strictly above this share of the maximum; the product is that of
            doubles and is then compared in the precision of ``probs``.

    Returns:
        Regions by descending score, equal ones in raster order; none if ``probs`` is zero everywhere.
    """
    is_active = probs > active_share * float(probs.max())
    values = probs.astype(np.float64)
    regions = [_region(cells, values) for cells in _grown(is_active)]
    return tuple(sorted(regions, key=lambda region: -region.score))


def point_px(region: Region, grid: PatchGrid) -> tuple[float, float]:
    """Centre of a region in pixels of the picture, (x, y), never outside of it."""
    x_norm, y_norm = region.center_norm
    x_px, y_px = x_norm * grid.n_cols * grid.cell_width_px, y_norm * grid.n_rows * grid.cell_height_px
    return min(x_px, grid.width_px - 1.0), min(y_px, grid.height_px - 1.0)


def _grown(is_active: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Cells [n_cells, 2] of each region, in raster order of their first cells.

    Plain Python over active patches only, of which there are few: the order, in which a region grows up, down, left and
    right, is that of the authors.
    """
    framed = np.pad(is_active, 1)  # no neighbour of a patch lies outside
    width = framed.shape[1]
    waiting = bytearray(framed.tobytes())
    for first in np.flatnonzero(framed).tolist():
        if not waiting[first]:
            continue
        waiting[first] = False
        cells = [first]
        for cell in cells:  # which grows meanwhile
            for neighbour in (cell - width, cell + width, cell - 1, cell + 1):
                if waiting[neighbour]:
                    waiting[neighbour] = False
                    cells.append(neighbour)
        yield np.stack(np.divmod(np.array(cells), width), axis=1) - 1


def _region(cells: NDArray[np.int64], values: NDArray[np.float64]) -> Region:
    rows, cols = cells.T
    weights = values[rows, cols]
    total = float(weights.sum())
    n_rows, n_cols = values.shape
    return Region(
        cells=cells,
        score=total / len(cells),
        center_norm=(
            float((weights * (cols + 0.5)).sum()) / total / n_cols,
            float((weights * (rows + 0.5)).sum()) / total / n_rows,
        ),
    )

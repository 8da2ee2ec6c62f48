"""What dense parsing should say of each visual token: which element lies on top there, and how far it reaches.

Of several elements over a cell the smallest counts, as FCOS decides between boxes (arXiv 1904.01355, section 3.1): it
is what a click there would meet. An element smaller than a cell has the cell that holds its middle.

Legend: ``n_visual`` visual tokens in raster order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.annotations import SeenElement
from model.data.labels import VisualGrid
from model.grounder import ElementKind

KINDS = tuple(ElementKind)
"""In the order of their classes, which begin at 1; class 0 is "no element"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementLabels:
    """What is on each visual token.

    Attributes:
        classes: [n_visual] int64, 0 for nothing, else 1 + index in ``KINDS``.
        reaches: [n_visual, 4] float32, in cells from the middle of the token to the left, top, right and lower edge of
            the element; an edge on the near side of the middle counts as negative. 0 where there is nothing.
    """

    classes: NDArray[np.int64]
    reaches: NDArray[np.float32]


def element_labels(elements: Sequence[SeenElement], grid: VisualGrid) -> ElementLabels:
    """The labels of a picture of which every element is known."""
    classes = np.zeros((grid.n_rows, grid.n_cols), np.int64)
    reaches = np.zeros((grid.n_rows, grid.n_cols, 4), np.float32)
    for element in sorted(elements, key=lambda element: -_area(element)):
        box = element.box
        x1, x2 = (edge * grid.n_cols for edge in (box.x1_norm, box.x2_norm))
        y1, y2 = (edge * grid.n_rows for edge in (box.y1_norm, box.y2_norm))
        rows, cols = _span(y1, y2, grid.n_rows), _span(x1, x2, grid.n_cols)
        row_middles, col_middles = np.arange(grid.n_rows)[rows, None] + 0.5, np.arange(grid.n_cols)[None, cols] + 0.5
        sides = np.broadcast_arrays(col_middles - x1, row_middles - y1, x2 - col_middles, y2 - row_middles)
        classes[rows, cols] = 1 + KINDS.index(element.kind)
        reaches[rows, cols] = np.stack(sides, axis=-1)
    return ElementLabels(classes=classes.ravel(), reaches=reaches.reshape(-1, 4))


def _area(element: SeenElement) -> float:
    box = element.box
    return (box.x2_norm - box.x1_norm) * (box.y2_norm - box.y1_norm)


def _span(low: float, high: float, n_cells: int) -> slice:
    """The cells whose middle lies between two edges; if none, the one that holds the middle between them."""
    first, end = math.ceil(low - 0.5), math.ceil(high - 0.5)
    if end <= first:
        first = min(math.floor((low + high) / 2), n_cells - 1)
        end = first + 1
    return slice(max(0, first), min(n_cells, end))

"""What the pointer reads of a screen: the kept cells, and a marker at the end of each dropped run (PosPad)."""

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from model.packing import Packing
from model.selection import pack_pospad

MARKER = -1
"""Index of what is no cell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedCells:
    """Cells after selection, in raster order.

    Attributes:
        index: [k] int64 into the content cells, ``MARKER`` at drop markers.
        is_marker: [k] bool.
        places: [k, 2] float32, x and y of each middle, in cells.
    """

    index: NDArray[np.int64]
    is_marker: NDArray[np.bool_]
    places: NDArray[np.float32]


def pack_cells(
    cells: NDArray[np.integer],
    shape: tuple[int, int],
    is_kept: NDArray[np.bool_],
    *,
    packing: Packing = Packing.POSPAD,
    most_tokens: int | None = None,
) -> PackedCells:
    """Leave out what was not kept.

    Flat cells, which are no content, are dropped too, so runs of both are one.

    Args:
        cells: [n, 2] row and column of the content cells, in raster order.
        shape: rows and columns of the grid.
        is_kept: [n] bool.
        packing: what becomes of the places of dropped cells.
        most_tokens: beyond this markers are left out, the last first; None for no limit.
    """
    n_rows, n_cols = shape
    flat = cells[:, 0].astype(np.int64) * n_cols + cells[:, 1]
    keep_mask = np.zeros(n_rows * n_cols, np.bool_)
    keep_mask[flat[is_kept]] = True
    packed = pack_pospad(keep_mask, np.ones_like(keep_mask))
    index, is_marker = packed.index, packed.is_marker
    if packing is not Packing.POSPAD:
        index, is_marker = index[~is_marker], is_marker[~is_marker]
    spare = 0 if most_tokens is None else min(len(index) - most_tokens, int(is_marker.sum()))
    if spare > 0:
        is_left_out = np.zeros(len(index), np.bool_)
        is_left_out[np.flatnonzero(is_marker)[-spare:]] = True
        index, is_marker = index[~is_left_out], is_marker[~is_left_out]
    match packing:
        case Packing.POSPAD | Packing.DROP:
            at = index
        case Packing.RENUMBER:
            at = np.arange(len(index))
        case _:
            assert_never(packing)
    content_of = np.full(n_rows * n_cols, MARKER, np.int64)
    content_of[flat] = np.arange(len(flat))
    return PackedCells(
        index=np.where(is_marker, MARKER, content_of[index]),
        is_marker=is_marker,
        places=np.column_stack((at % n_cols, at // n_cols)).astype(np.float32) + 0.5,
    )

"""Cells of many lines laid one after the other, with gaps between them, so that one pass reads them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.nano.shape import N_FEATURES

MARGIN: Final = 1
"""Cells on either side of a line that are seen with it."""
GAP: Final = 3
"""Cells between lines: as far as one layer of the line reader sees."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """Lines in a row.

    Attributes:
        cells: [n, N_FEATURES] float32, zero in the gaps.
        is_gap: [n] bool.
        lines: where each line's own cells are, without margins.
    """

    cells: NDArray[np.float32]
    is_gap: NDArray[np.bool_]
    lines: tuple[slice, ...]


def lay_out(lines: Sequence[NDArray[np.floating]]) -> Laid:
    """Lay lines out.

    Args:
        lines: [MARGIN + n + MARGIN, N_FEATURES] of each.
    """
    ends = np.cumsum([len(line) + GAP for line in lines], dtype=np.int64)
    n = int(ends[-1]) if len(lines) else 0
    cells, is_gap = np.zeros((n, N_FEATURES), np.float32), np.ones(n, np.bool_)
    own = []
    for line, end in zip(lines, ends.tolist(), strict=True):
        place = slice(end - GAP - len(line), end - GAP)
        cells[place] = line
        is_gap[place] = False
        own.append(slice(place.start + MARGIN, place.stop - MARGIN))
    return Laid(cells=cells, is_gap=is_gap, lines=tuple(own))

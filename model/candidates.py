"""From regions of pointer attention to places that may be meant."""

import numpy as np
from numpy.typing import NDArray

from model.decode import Region, find_regions, point_px
from model.grounder import Candidate
from model.patches import PatchGrid

MAX_CANDIDATES = 9


def pointed_at(probs: NDArray[np.float32], grid: PatchGrid) -> tuple[Candidate, ...]:
    """The places that a pointer's attention lies on, best first, at most ``MAX_CANDIDATES``.

    Args:
        probs: [n_rows, n_cols] pointer attention, not zero everywhere.
        grid: the patch grid of the picture.
    """
    return tuple(_candidate(region, probs, grid) for region in find_regions(probs)[:MAX_CANDIDATES])


def _candidate(region: Region, probs: NDArray[np.float32], grid: PatchGrid) -> Candidate:
    """A region; its score is the share of the pointer's attention that it got."""
    rows, cols = region.cells.T
    x, y = point_px(region, grid)
    left, top, _, _ = grid.bounds_px(int(rows.min()), int(cols.min()))
    _, _, right, bottom = grid.bounds_px(int(rows.max()), int(cols.max()))
    return Candidate(x=x, y=y, score=float(probs[rows, cols].sum()), bbox=(left, top, right, bottom))

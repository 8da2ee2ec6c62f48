"""From matches to patches: scores for the live heatmap, and where the pointer looked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.grounder import PatchScores
from model.ocr.match import Match
from model.patches import PatchGrid
from model.selection import select_patches

DEFAULT_KEEP_FRACTION = 0.3
_SALIENCY_SHARE = 0.15  # of the scale: what stands out is kept before what is flat, and behind what is relevant
_EDGE_FADE = 0.25  # how much a patch at the rim of a box scores less than the one that is pointed at
_POINTER_SHARPNESS = 14.0
_MIN_RELEVANCE = 0.3


def patch_scores(
    grid: PatchGrid, saliency: NDArray[np.float32], matches: Sequence[Match], keep_fraction: float | None
) -> PatchScores:
    """Scores of all patches, and which are kept; the patch of the best match is always among them.

    Args:
        grid: the patch grid.
        saliency: [n_rows, n_cols] float32 in [0, 1], from the UI graph.
        matches: what resembles the instruction.
        keep_fraction: share of patches to keep in (0, 1]; None for the default.
    """
    scores = _SALIENCY_SHARE * saliency
    for match in matches:
        if match.score < _MIN_RELEVANCE:
            continue
        value = _SALIENCY_SHARE + (1 - _SALIENCY_SHARE) * (match.score - _MIN_RELEVANCE) / (1 - _MIN_RELEVANCE)
        rows, cols = grid.span_of(match.bbox)
        np.maximum(scores[rows, cols], value * _falloff(grid, match), out=scores[rows, cols])
    scores = np.clip(scores, 0.0, 1.0).astype(np.float32)
    keep_mask = select_patches(scores, DEFAULT_KEEP_FRACTION if keep_fraction is None else keep_fraction)
    return PatchScores(grid=grid, scores=scores, keep_mask=keep_mask)


def no_scores(grid: PatchGrid, saliency: NDArray[np.float32]) -> PatchScores:
    """Nothing asked: zero everywhere; what stands out is kept."""
    keep_mask = select_patches(saliency, DEFAULT_KEEP_FRACTION)
    return PatchScores(grid=grid, scores=np.zeros(grid.shape, np.float32), keep_mask=keep_mask)


def pointer_probs(grid: PatchGrid, matches: Sequence[Match]) -> NDArray[np.float32]:
    """[n_rows, n_cols] float32 that sums to 1: each match's share by its score, over its box."""
    probs = np.zeros(grid.shape, np.float64)
    if not matches:
        return probs.astype(np.float32)
    best = max(match.score for match in matches)
    for match in matches:
        rows, cols = grid.span_of(match.bbox)
        spread = _falloff(grid, match) ** 8
        probs[rows, cols] += np.exp(_POINTER_SHARPNESS * (match.score - best)) * spread / spread.sum()
    normalised: NDArray[np.float32] = (probs / probs.sum()).astype(np.float32)
    return normalised


def _falloff(grid: PatchGrid, match: Match) -> NDArray[np.float64]:
    """Over the patches of a box: 1 at the patch that is pointed at, a little less at the rim."""
    rows, cols = grid.span_of(match.bbox)
    row, col = grid.cell_at(*match.point)
    down = np.abs(np.arange(rows.start, rows.stop) - row) / max(1, rows.stop - rows.start)
    across = np.abs(np.arange(cols.start, cols.stop) - col) / max(1, cols.stop - cols.start)
    falloff: NDArray[np.float64] = 1.0 - _EDGE_FADE * np.minimum(1.0, np.hypot(down[:, None], across[None, :]))
    return falloff

"""What one grounding by itself says about how much it can be trusted."""

import math
from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.grounder import Grounding
from model.refine.places import best_of, extent_of, is_same_place
from model.refine.report import Signals

FEATURES = tuple(field.name for field in fields(Signals))
"""Names of the signals, for a calibration."""


def matrix(rows: Sequence[Signals]) -> NDArray[np.float64]:
    """[n, n_features] float64, NaN where a signal is not known."""
    return np.array([[np.nan if v is None else v for v in astuple(row)] for row in rows], np.float64).reshape(
        len(rows), len(FEATURES)
    )


def signals_of(found: Grounding) -> Signals:
    """The signals that need no second look."""
    best = best_of(found)
    return Signals(
        score=found.score,
        entropy=entropy(found.pointer_probs, found.n_kept),
        margin=margin(found),
        top_patch_score=_top_patch_score(found) if best is not None else 0.0,
    )


def entropy(probs: NDArray[np.floating[Any]], n: int) -> float:
    """Entropy of a distribution as a share of the highest possible over ``n`` cells; 1 where there is no distribution.

    Args:
        probs: any shape, not negative, sums to 1 or is zero everywhere.
        n: number of cells that could have been chosen, at least 1.
    """
    p = probs.astype(np.float64)
    p = p[p > 0]
    if p.size == 0:
        return 1.0
    if n < 2:
        return 0.0
    return min(1.0, max(0.0, -float((p * np.log(p)).sum()) / math.log(n)))


def margin(found: Grounding) -> float:
    """By how much the best candidate outscores the best one elsewhere, as a share of the best; 0 without any."""
    best = best_of(found)
    if best is None or best.score <= 0:
        return 0.0
    elsewhere = (c.score for c in found.candidates[1:] if not is_same_place(best, c, found.grid))
    return min(1.0, max(0.0, 1.0 - max(elsewhere, default=0.0) / best.score))


def _top_patch_score(found: Grounding) -> float:
    extent = extent_of(found)
    return 0.0 if extent is None else float(found.scored.scores[found.grid.span_of(extent)].max())

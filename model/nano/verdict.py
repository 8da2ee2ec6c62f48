"""How sure an answer is: from what the pointer says of each candidate, and what speaks for it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration
from model.nano.cells import EVIDENCE

SIGNS: Final = ("absent", "share", "margin", "best match", *(f"{name} there" for name in EVIDENCE))
"""Names of what the verdict is made of."""
_SMALLEST: Final = 1e-4
_PLAIN_THRESHOLD: Final = 0.3


def signs_of(
    shares: Sequence[float], absent: float, evidence: NDArray[np.floating], at: Sequence[int]
) -> NDArray[np.float64]:
    """What the verdict is made of, [n_candidates, len(SIGNS)].

    Args:
        shares: of the pointer, of each candidate, best first.
        absent: share of the pointer of *nothing here*.
        evidence: [n, N_EVIDENCE] of all cells that could be pointed at.
        at: the cell of each candidate that is pointed at.
    """
    if not shares:
        return np.zeros((0, len(SIGNS)))
    best, second = shares[0], shares[1] if len(shares) > 1 else 0.0
    best_match = float(evidence[:, EVIDENCE.index("match")].max())
    rows = [
        (_log_odds(absent), _log_odds(share), share - (second if index == 0 else best), best_match, *evidence[cell])
        for index, (share, cell) in enumerate(zip(shares, at, strict=True))
    ]
    return np.array(rows, np.float64)


def plain_verdict(model: str) -> Calibration:
    """The share of the pointer as it is, for a model that nothing was fitted to."""
    weights = np.eye(len(SIGNS))[SIGNS.index("share")]
    return Calibration(
        model=model,
        features=SIGNS,
        bias=0.0,
        weights=tuple(weights.tolist()),
        means=(0.0,) * len(SIGNS),
        scales=(1.0,) * len(SIGNS),
        threshold=_PLAIN_THRESHOLD,
    )


def _log_odds(share: float) -> float:
    held = min(max(share, _SMALLEST), 1 - _SMALLEST)
    return float(np.log(held / (1 - held)))

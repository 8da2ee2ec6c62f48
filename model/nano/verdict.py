"""How sure an answer is: from what the pointer says, and what speaks for the cell that it points at."""

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


def signs_of(shares: Sequence[float], absent: float, evidence: NDArray[np.floating], at: int) -> NDArray[np.float64]:
    """What the verdict is made of, [len(SIGNS)].

    Args:
        shares: of the pointer, of each candidate, best first; at least one.
        absent: share of the pointer of *nothing here*.
        evidence: [n, N_EVIDENCE] of all cells that could be pointed at.
        at: the cell that is pointed at.
    """
    margin = shares[0] - (shares[1] if len(shares) > 1 else 0.0)
    best_match = evidence[:, EVIDENCE.index("match")].max()
    return np.array([_log_odds(absent), _log_odds(shares[0]), margin, best_match, *evidence[at]], np.float64)


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

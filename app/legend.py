"""What the colours over the screen mean, in one short line."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.grounder import Grounding, PatchScores

# FocusUI takes cells above this share of the maximum as the region that the pointer means.
LOOKED_SHARE = 0.3
# On the scale of patch scores, on which 1 is certain.
_LIKELY_SCORE = 0.5
# The colours of the heatmap as they come out on our own windows, light and dark.
_LIKELY_INK = "#ee5a3a"
_LOOKED_INK = "#00a3c4"
_FOG_INK = "#9297b0"


def has_likely_place(scored: PatchScores) -> bool:
    """Whether any patch is likely to be meant."""
    return float(scored.scores.max(initial=0.0)) >= _LIKELY_SCORE


def n_places(pointer_probs: NDArray[np.float32]) -> int:
    """How many places the pointer looked at: regions of neighbouring cells."""
    if not pointer_probs.any():
        return 0
    looked = (pointer_probs > LOOKED_SHARE * pointer_probs.max()).astype(np.uint8)
    return int(cv2.connectedComponents(looked, connectivity=4)[0]) - 1


def live_legend(scored: PatchScores) -> str:
    """For the bar while one types, as HTML; "" if nothing is shown."""
    if not scored.scores.any():
        return ""
    likely = f"{_sign('■', _LIKELY_INK)} likely &nbsp; " if has_likely_place(scored) else ""
    return likely + _kept(scored)


def answer_legend(grounding: Grounding) -> str:
    """For an answer, as HTML."""
    n = n_places(grounding.pointer_probs)
    looked = f"{_sign('┅', _LOOKED_INK)} looked at {n} {'place' if n == 1 else 'places'} &nbsp; " if n else ""
    return looked + _kept(grounding.scored)


def _kept(scored: PatchScores) -> str:
    return f"{_sign('■', _FOG_INK)} skipped {1 - scored.keep_mask.mean():.0%}"


def _sign(sign: str, ink: str) -> str:
    return f'<span style="color:{ink}">{sign}</span>'

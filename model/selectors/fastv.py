"""FastV: what the prompt attends to early in the decoder."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selection import select_patches
from model.selectors.base import SelectionContext, Signal, given


@dataclass(frozen=True, slots=True)
class FastVSelector:
    """Keep the tokens to which the last token of the prompt pays most attention in the second decoder layer.

    Source: Chen et al., FastV, ECCV 2024, arXiv 2403.06764, section 4 (K = 2, mean over heads). Deviation: FastV drops
    inside the decoder, behind layer K, so that the first layers still see every token; here the tokens are dropped
    before the decoder, as by all other selectors, and the attention comes from a run of its own through two layers,
    whose time counts. Of equal ones the earlier in raster order is taken.
    """

    name: str = "fastv"
    needs: frozenset[Signal] = frozenset({Signal.TEXT_ATTENTION})

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        paid = given(context.text_attention, Signal.TEXT_ATTENTION)
        return select_patches(paid, keep_fraction)

"""FocusUI's patch scorer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selection import select_patches
from model.selectors.base import SelectionContext, Signal, given


@dataclass(frozen=True, slots=True)
class FocusUISelector:
    """Keep the visual tokens with the highest patch scores.

    Source: FocusUI, arXiv 2601.03928, section 3.2. Deviation: of equal scores the earlier in raster order is kept; the
    authors permute the scores first, with a seed from the prompt, and then depend on the insides of a top-k kernel.
    """

    name: str = "focusui"
    needs: frozenset[Signal] = frozenset({Signal.SCORES})

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        return select_patches(given(context.scores, Signal.SCORES), keep_fraction)

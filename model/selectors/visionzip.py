"""VisionZip's dominant tokens: those that the end of the vision encoder attends to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selection import select_patches
from model.selectors.base import SelectionContext, Signal, given


@dataclass(frozen=True, slots=True)
class VisionZipSelector:
    """Keep the tokens that receive most attention in the deepest layer of the vision encoder.

    Source: Yang et al., VisionZip, CVPR 2025, arXiv 2412.04467, section 3 (dominant token selection; without a class
    token, as here, attention is averaged over all queries). Deviations: VisionZip looks at CLIP's second-to-last
    layer, whose output LLaVA uses; Qwen uses the last one. Its contextual tokens are left out: they merge what was
    dropped into a few averages, which have no cell of their own and so cannot be pointed at. Their share goes to
    dominant tokens. Of equal ones the earlier in raster order is taken.
    """

    name: str = "visionzip"
    needs: frozenset[Signal] = frozenset({Signal.VISION_ATTENTION})

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        received = given(context.vision_attention, Signal.VISION_ATTENTION).deepest
        return select_patches(received, keep_fraction)

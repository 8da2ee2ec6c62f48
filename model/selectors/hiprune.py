"""HiPrune: what the middle and the end of the vision encoder attend to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selection import n_kept, select_patches
from model.selectors.base import SelectionContext, Signal, given

_N_WITH_NEIGHBOURS = 5  # an anchor and the four cells beside it


@dataclass(frozen=True, slots=True)
class HiPruneSelector:
    """Keep anchors, their neighbours as a buffer, and registers.

    Source: Liu et al., HiPrune, arXiv 2508.00553, section "Method". Anchors receive most attention in a middle layer,
    which looks at objects; buffers are the four cells beside each; registers receive most attention in the deepest
    layer and fill up what is left. ``share`` (alpha) of the tokens to keep goes to anchors with their buffers.
    Deviations: of the vision encoder only layers in which all patches see each other are looked at, so the middle layer
    is the nearest of those (with 32 layers the 16th, as the authors set it for Qwen2.5-VL); a row of cells does not
    continue in the next one; of equal ones the earlier in raster order is taken.

    Attributes:
        share: of the kept tokens, those for anchors and buffers, 0 to 1.
        depth: where the middle layer lies, as a share of the encoder's depth.
    """

    name: str = "hiprune"
    needs: frozenset[Signal] = frozenset({Signal.VISION_ATTENTION})
    share: float = 0.1
    depth: float = 0.5

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        attention = given(context.vision_attention, Signal.VISION_ATTENTION)
        n_anchors = int(n_kept(context.n_visual, keep_fraction) * self.share / _N_WITH_NEIGHBOURS)
        anchors = np.zeros(context.n_visual, np.bool_)
        anchors[np.argsort(-attention.near(self.depth), kind="stable")[:n_anchors]] = True
        is_surrounded = _with_neighbours(anchors.reshape(context.n_rows, context.n_cols)).ravel()
        return select_patches(np.where(is_surrounded, np.inf, attention.deepest), keep_fraction)


def _with_neighbours(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells and those above, below, left and right of them, [n_rows, n_cols]."""
    grown = cells.copy()
    grown[1:] |= cells[:-1]
    grown[:-1] |= cells[1:]
    grown[:, 1:] |= cells[:, :-1]
    grown[:, :-1] |= cells[:, 1:]
    return grown

"""GUIPruner: elements, what stands out behind them, and a coarse grid of the rest."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.selection import n_kept
from model.selectors.base import SelectionContext, Signal, given


@dataclass(frozen=True, slots=True)
class GuiPrunerSelector:
    """Keep important tokens of the foreground and of the background, and spread the rest evenly over the screen.

    Source: Xu et al., GUIPruner, arXiv 2602.23235, stratified structure-aware pruning of the current screenshot. Cells
    with edges are foreground, the others background; the share of the foreground that is kept is the keep fraction,
    likewise of the background, of which ``salience`` (rho, 0.3) goes to the most important cells and the
    rest to a uniform grid that preserves the layout. Importance is the attention of the prompt in decoder layer 2.
    What is public does not fix how edges make a foreground, nor all roundings. Ours: a cell is foreground if its mean
    gradient is above the threshold that separates the picture's cells best (Otsu); counts are truncated and the
    grid gets what remains. Deviations: tokens are dropped before the decoder, not behind its second layer. The
    paper's shrinking of earlier screenshots has nothing to act on here.

    Attributes:
        salience: share of the background's tokens that goes by importance, 0 to 1.
    """

    name: str = "guipruner"
    needs: frozenset[Signal] = frozenset({Signal.PIXELS, Signal.TEXT_ATTENTION})
    salience: float = 0.3

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        importance = given(context.text_attention, Signal.TEXT_ATTENTION)
        is_foreground = _has_edges(given(context.image, Signal.PIXELS), context.n_rows, context.n_cols).ravel()
        n_keep = n_kept(context.n_visual, keep_fraction)
        n_foreground = int(is_foreground.sum()) * n_keep // context.n_visual
        n_salient = int((n_keep - n_foreground) * self.salience)
        keep_mask = np.zeros(context.n_visual, np.bool_)
        keep_mask[_most_important(importance, is_foreground, n_foreground)] = True
        keep_mask[_most_important(importance, ~is_foreground, n_salient)] = True
        keep_mask[_spread(~keep_mask.reshape(context.n_rows, context.n_cols), n_keep - int(keep_mask.sum()))] = True
        return keep_mask


def _has_edges(image: NDArray[np.uint8], n_rows: int, n_cols: int) -> NDArray[np.bool_]:
    """Whether a cell holds more structure than the plain cells of the picture, [n_rows, n_cols]."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    gradient = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    mean = cv2.resize(gradient, (n_cols, n_rows), interpolation=cv2.INTER_AREA)
    levels = (mean * (np.iinfo(np.uint8).max / max(float(mean.max()), 1.0))).astype(np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(levels > threshold)


def _most_important(importance: NDArray[np.float32], is_eligible: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Token indices of the n best eligible ones; of all of them if there are fewer."""
    eligible = np.flatnonzero(is_eligible)
    return eligible[np.argsort(-importance[eligible], kind="stable")[:n]]


def _spread(is_eligible: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Token indices of n eligible cells, evenly spread.

    Along a Z-order curve, steps of equal length lead to places of equal distance; where all cells are eligible and
    one in 4^k is taken, the result is a square lattice.
    """
    rows, cols = np.nonzero(is_eligible)
    along_curve = np.argsort(_interleaved(rows) << 1 | _interleaved(cols), kind="stable")
    steps = (np.arange(n) * len(rows)) // max(n, 1)
    chosen = along_curve[steps]
    return np.asarray(rows[chosen] * is_eligible.shape[1] + cols[chosen], dtype=np.int64)


def _interleaved(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bits of 16-bit numbers with a zero before each."""
    spread = values.astype(np.int64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        spread = (spread | spread << shift) & mask
    return spread

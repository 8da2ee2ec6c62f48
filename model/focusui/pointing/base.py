"""What every way of pointing takes and returns."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.decode import Region, find_regions, point_px
from model.focusui.network import FocusUI, PackedPrompt, VisualFeatures
from model.focusui.prompt import Prompt, Wording
from model.grounder import Candidate
from model.patches import PatchGrid

MAX_CANDIDATES = 9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """Where on a picture is what an instruction means?

    Attributes:
        visual: the picture.
        grid: its patch grid.
        prompt: the instruction, in the wording of the way that is asked.
        keep_mask: [n_visual] bool on the CPU.
    """

    visual: VisualFeatures
    grid: PatchGrid
    prompt: Prompt
    keep_mask: Tensor

    def pack(self, network: FocusUI) -> PackedPrompt:
        """The prompt without its dropped visual tokens."""
        return network.pack(self.prompt.input_ids, [self.visual], self.keep_mask)

    def spread(self, kept_probs: Tensor) -> NDArray[np.float32]:
        """[n_kept] -> [n_rows, n_cols] float32, 0 at dropped patches."""
        probs = torch.zeros(len(self.keep_mask))
        probs[self.keep_mask] = kept_probs.float().cpu()
        on_grid: NDArray[np.float32] = probs.numpy().reshape(self.grid.shape)
        return on_grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pointed:
    """Where a network pointed.

    Attributes:
        probs: [n_rows, n_cols] float32, sums to 1; all 0 if it points nowhere.
        candidates: best first, at most ``MAX_CANDIDATES``; none if what is meant is not on the picture.
    """

    probs: NDArray[np.float32]
    candidates: tuple[Candidate, ...]


class Pointing(Protocol):
    """A way of pointing."""

    @property
    def wording(self) -> Wording:
        """The prompt that it needs."""
        ...

    def point(self, question: Question) -> Pointed:
        """Answer; runs the decoder."""
        ...


def pointed_by(probs: NDArray[np.float32], grid: PatchGrid) -> Pointed:
    """The regions of a map of probabilities [n_rows, n_cols]. The best one is never rejected."""
    regions = find_regions(probs)[:MAX_CANDIDATES]
    return Pointed(probs=probs, candidates=tuple(_candidate(region, probs, grid) for region in regions))


def _candidate(region: Region, probs: NDArray[np.float32], grid: PatchGrid) -> Candidate:
    """A region; its score is the share of the pointer's attention that it got."""
    rows, cols = region.cells.T
    x, y = point_px(region, grid)
    left, top, _, _ = grid.bounds_px(int(rows.min()), int(cols.min()))
    _, _, right, bottom = grid.bounds_px(int(rows.max()), int(cols.max()))
    return Candidate(x=x, y=y, score=float(probs[rows, cols].sum()), bbox=(left, top, right, bottom))

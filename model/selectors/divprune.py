"""DivPrune: tokens that are as unlike each other as possible."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from model.selection import n_kept
from model.selectors.base import SelectionContext, Signal, given


@dataclass(frozen=True, slots=True)
class DivPruneSelector:
    """Keep a subset whose smallest pairwise cosine distance is large, found greedily.

    Source: Alvar et al., DivPrune, CVPR 2025, arXiv 2503.02175, section 3 (max-min diversity): the first
    token is the one farthest from its nearest neighbour, each further one the farthest from all chosen so far.
    Of equally far tokens the earlier in raster order is taken. Holds n_visual x n_visual similarities: 1 GiB for the
    largest picture that a vision encoder here takes (16384 visual tokens).
    """

    name: str = "divprune"
    needs: frozenset[Signal] = frozenset({Signal.FEATURES})

    @torch.no_grad()
    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        features = normalize(given(context.features, Signal.FEATURES).float(), dim=1)  # [n_visual, d]
        similarity = features @ features.T
        similarity.fill_diagonal_(-torch.inf)
        is_kept = torch.zeros(len(features), dtype=torch.bool, device=features.device)
        to_others = similarity.amax(dim=1)  # [n_visual], to the most similar of all others
        to_kept = torch.full_like(to_others, -torch.inf)  # to the most similar of those kept
        chosen = to_others.argmin()
        for _ in range(n_kept(context.n_visual, keep_fraction)):
            is_kept[chosen] = True
            to_kept = torch.maximum(to_kept, similarity[chosen])
            chosen = to_kept.masked_fill(is_kept, torch.inf).argmin()
        return np.asarray(is_kept.cpu().numpy())

"""DivPrune: tokens that are as unlike each other as possible."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import normalize

from model.selection import n_kept
from model.selectors.base import SelectionContext, Signal, given

_N_SIMILARITIES = 1 << 24  # held at once while the first token is looked for: 64 MiB


@dataclass(frozen=True, slots=True)
class DivPruneSelector:
    """Keep a subset whose smallest pairwise cosine distance is large, found greedily.

    Source: Alvar et al., DivPrune, CVPR 2025, arXiv 2503.02175, sections 3.2 and 3.3 (max-min diversity): the first
    token is the one farthest from its nearest neighbour, each further one the farthest from all chosen so far.
    Deviations: distances are computed as they are needed, not as one matrix, which would take gigabytes for a
    4K screen; of equally far tokens the earlier in raster order is taken.
    """

    name: str = "divprune"
    needs: frozenset[Signal] = frozenset({Signal.FEATURES})

    @torch.no_grad()
    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep; nothing is left to chance."""
        features = normalize(given(context.features, Signal.FEATURES).float(), dim=1)  # [n_visual, d]
        is_kept = torch.zeros(len(features), dtype=torch.bool, device=features.device)
        nearest = torch.full((len(features),), -torch.inf, device=features.device)  # similarity to the nearest kept one
        chosen = _most_alone(features)
        for _ in range(n_kept(context.n_visual, keep_fraction)):
            is_kept[chosen] = True
            nearest = torch.maximum(nearest, features @ features[chosen])
            chosen = nearest.masked_fill(is_kept, torch.inf).argmin()
        return np.asarray(is_kept.cpu().numpy())


def _most_alone(features: Tensor) -> Tensor:
    """Index [] of the token whose nearest other token is farthest away."""
    n_visual = len(features)
    highest = []
    for start in range(0, n_visual, max(1, _N_SIMILARITIES // n_visual)):
        block = features[start : start + max(1, _N_SIMILARITIES // n_visual)]
        similarity = block @ features.T
        similarity.diagonal(start).fill_(-torch.inf)
        highest.append(similarity.amax(dim=1))
    return torch.cat(highest).argmin()

"""Patch scores of a picture of which the vision tower may have been shown a part only.

Legend: ``n_visual`` visual tokens of the whole picture, ``n_text`` tokens of an instruction, ``d`` their width.
"""

import torch
from torch import Tensor

from model.focusui.network import FocusUI, VisualFeatures
from model.focusui.patch_scorer import pool_similarity

_LEAST = -1.0


def scorer_side(network: FocusUI, visual: VisualFeatures) -> Tensor:
    """The scorer's side of a picture, [n_visual, d], once per look; zero where the tower was shown nothing."""
    if visual.seen_mask is None:
        side: Tensor = network.patch_scorer.embed_visual(visual.embeds)
        return side
    seen_idx = visual.seen_mask.nonzero().squeeze(-1).to(visual.embeds.device)
    seen_side = network.patch_scorer.embed_visual(visual.embeds[seen_idx])
    return torch.zeros_like(visual.embeds).index_copy(0, seen_idx, seen_side)


def compare(network: FocusUI, side: Tensor, instruction_ids: Tensor) -> Tensor:
    """Patch scores [n_visual] in [-1, 1] from ``scorer_side`` and the ids of an instruction [n_text]."""
    return pool_similarity(side, network.patch_scorer.embed_text(network.embed(instruction_ids)))


def least_where_unseen(scores: Tensor, visual: VisualFeatures) -> Tensor:
    """Scores [n_visual], the lowest possible where the tower was shown nothing."""
    return scores if visual.seen_mask is None else scores.masked_fill(~visual.seen_mask.to(scores.device), _LEAST)


def drop_unseen(keep_mask: Tensor, visual: VisualFeatures) -> Tensor:
    """Keep mask [n_visual] on the CPU without what the tower was not shown."""
    return keep_mask if visual.seen_mask is None else keep_mask & visual.seen_mask

"""Which visual tokens are kept, as the published weights were trained: the best, ties broken by the prompt.

Legend: ``n_visual`` visual tokens, ``n_seq`` tokens of the prompt.
"""

import torch
from torch import Tensor

from model.selection import n_kept

_SEED_FACTOR = 1315423911
_SEED_MODULUS = 2**31 - 1


def tie_seed(input_ids: Tensor) -> int:
    """Seed of the permutation that breaks ties, from all ids of the prompt [n_seq] before anything is dropped."""
    return int((input_ids.long().cpu() * _SEED_FACTOR).sum()) % _SEED_MODULUS


def select_visual_tokens(scores: Tensor, keep_fraction: float, input_ids: Tensor) -> Tensor:
    """Mark the best visual tokens.

    In bfloat16 many scores are equal. As in the authors' code they are permuted before the best are taken, by a
    generator on the CPU that the prompt seeds; which of the equal ones win then depends on ``torch.topk``. At least one
    token is kept, where the authors' code would keep none and fail.

    Args:
        scores: [n_visual], higher is more relevant.
        keep_fraction: share of visual tokens kept, in (0, 1].
        input_ids: [n_seq] int64, the whole prompt before packing.

    Returns:
        keep_mask: [n_visual] bool on the CPU, exactly ``n_kept(n_visual, keep_fraction)`` True.
    """
    n_visual = len(scores)
    n_keep = n_kept(n_visual, keep_fraction)
    keep_mask = torch.zeros(n_visual, dtype=torch.bool)
    generator = torch.Generator().manual_seed(tie_seed(input_ids))
    permutation = torch.randperm(n_visual, generator=generator)
    best = torch.topk(scores.detach().cpu()[permutation], n_keep, sorted=False).indices
    keep_mask[permutation[best]] = True
    return keep_mask

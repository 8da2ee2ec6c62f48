"""The loss of what icons mean: each one's names must be nearer to it than the names of other icons."""

import random
from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor

from model.training.nano.names import NameTable

MOST_LOG_SCALE: Final = 4.6
"""Of the learned inverse temperature."""
_MOST_NAMES = 12
"""Of one icon that are learned at once."""


def naming_loss(
    vectors: Tensor,
    names_of: Sequence[Sequence[str]],
    table: NameTable,
    rng: random.Random,
    *,
    n_others: int,
    scale: Tensor,
) -> Tensor:
    """InfoNCE with several positives, against the names of the other icons and random ones.

    Args:
        vectors: [n, MEANING_WIDTH] of icons.
        names_of: each, its own name first; what the table does not know is passed over.
        table: vectors of all names.
        rng: chooses names.
        n_others: random names.
        scale: inverse temperature.
    """
    known = [[name for name in names if name in table.rows] for names in names_of]
    rows = [row for row, names in enumerate(known) if names]
    if not rows:
        return vectors.sum() * 0
    own = [known[row] for row in rows]
    taken = [[names[0], *rng.sample(names[1:], min(len(names) - 1, _MOST_NAMES - 1))] for names in own]
    listed = sorted({name for names in taken for name in names})
    column = {name: index for index, name in enumerate(listed)}
    owners = torch.zeros(len(own), len(listed), dtype=torch.bool)
    for row, names in enumerate(own):
        owners[row, [column[name] for name in names if name in column]] = True
    others = [rng.randrange(len(table.names)) for _ in range(n_others)]
    targets = torch.from_numpy(table.vectors[[table.rows[name] for name in listed] + others].astype(np.float32))
    targets, owners = targets.to(vectors.device), owners.to(vectors.device)
    logits = scale * vectors[rows] @ targets.T
    positive = logits[:, : len(listed)].masked_fill(~owners, -torch.inf)
    return (logits.logsumexp(-1) - positive.logsumexp(-1) + owners.sum(-1).float().log()).mean()

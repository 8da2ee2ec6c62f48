"""The line reader: what is written at the slots of cells, told from the cells of the whole line around them.

The encoder's own head sees letters, each where it is; this network sees words, too, and mends what the head says: it
knows that "o" stands between "M" and "dify", and not "0".
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.nano.alphabet import N_CLASSES
from model.nano.laying import GAP
from model.nano.network import ReadingHead
from model.nano.shape import N_FEATURES, SLOTS_PER_CELL

_WIDTH: Final = 192
_N_BLOCKS: Final = 4
_HIDDEN_SHARE: Final = 0.1
"""Of what the encoder says, while the network learns from it."""


class _Block(nn.Module):
    """A convolution along the line, channel by channel, then a network for each cell (arXiv 2201.03545, section 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.along = nn.Conv1d(_WIDTH, _WIDTH, 2 * GAP + 1, padding=GAP, groups=_WIDTH)
        self.norm = nn.LayerNorm(_WIDTH)
        self.wide = nn.Linear(_WIDTH, 2 * _WIDTH)
        self.narrow = nn.Linear(2 * _WIDTH, _WIDTH)

    def forward(self, cells: Tensor) -> Tensor:
        """[n, width] -> [n, width]."""
        mixed = self.norm(self.along(cells.T[None])[0].T)
        found: Tensor = self.narrow(functional.relu(self.wide(mixed)))
        return found


class LineReader(nn.Module):
    """Reads lines that were laid out one after the other.

    Args:
        head: the encoder's, trained with it; it learns no more. At first the reader says what it says.
    """

    def __init__(self, head: ReadingHead) -> None:
        super().__init__()
        self.head = head.requires_grad_(requires_grad=False)
        self.hidden = nn.Dropout(_HIDDEN_SHARE)
        self.enter = nn.Conv1d(N_FEATURES, _WIDTH, 3, padding=1)
        self.blocks = nn.ModuleList(_Block() for _ in range(_N_BLOCKS))
        self.norm = nn.LayerNorm(_WIDTH)
        self.out = nn.Linear(_WIDTH, SLOTS_PER_CELL * N_CLASSES)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, cells: Tensor, is_gap: Tensor) -> Tensor:
        """Read.

        Args:
            cells: [n, N_FEATURES] (``laying.lay_out``).
            is_gap: [n] bool; nothing passes over a gap.

        Returns:
            logits [n, SLOTS_PER_CELL, N_CLASSES]; those of gaps mean nothing.
        """
        is_shown = torch.logical_not(is_gap)[:, None].to(cells.dtype)
        x = functional.relu(self.enter(self.hidden(cells).T[None])[0].T) * is_shown
        for block in self.blocks:
            x = x + block(x) * is_shown
        mended: Tensor = self.out(self.norm(x)).reshape(-1, SLOTS_PER_CELL, N_CLASSES)
        around = functional.pad(cells, (0, 0, 1, 1))
        letters: Tensor = self.head(torch.cat((around[:-2], cells, around[2:]), dim=-1))
        return letters + mended

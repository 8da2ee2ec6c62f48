"""Rotary positions, as every Qwen-VL tower and decoder applies them (RoFormer, arXiv 2104.09864)."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Angles:
    """What the position of each token turns by; both halves of ``d_head`` hold the same angles.

    Attributes:
        cos: [..., d_head].
        sin: [..., d_head].
    """

    cos: Tensor
    sin: Tensor

    def at(self, rows: Tensor) -> "Angles":
        """Those of some tokens."""
        return Angles(cos=self.cos[rows], sin=self.sin[rows])

    def turn(self, heads: Tensor) -> Tensor:
        """Turn the first half of each head's numbers [..., d_head] against the second."""
        first, second = heads.chunk(2, dim=-1)
        return heads * self.cos + torch.cat((-second, first), dim=-1) * self.sin

"""Self-attention under the parameter names that the published heads use.

Legend: ``b`` batch, ``n`` tokens, ``d`` width of a token.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

N_HEADS = 8
"""FocusUI and GUI-Actor use eight heads whatever the width."""


class SelfAttention(nn.Module):
    """Multi-head self-attention without positions or mask, with biases.

    Names and shapes of the parameters are those of ``torch.nn.MultiheadAttention``, whose inference shortcuts do not
    export to ONNX and differ in the last digits.
    """

    def __init__(self, d_model: int, *, n_heads: int = N_HEADS) -> None:
        super().__init__()
        if d_model % n_heads:
            raise ValueError(f"{n_heads} heads cannot share a width of {d_model}")
        self.n_heads = n_heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * d_model, d_model))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out_proj = nn.Linear(d_model, d_model)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Random weights, zero biases."""
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.in_proj_bias)
        self.out_proj.reset_parameters()
        nn.init.zeros_(self.out_proj.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        """[b, n, d] -> [b, n, d]."""
        projected = functional.linear(tokens, self.in_proj_weight, self.in_proj_bias)
        # [b, n, 3 d] -> three of [b, heads, n, d / heads]
        heads = projected.view(*projected.shape[:2], 3, self.n_heads, -1)
        query, key, value = heads.permute(2, 0, 3, 1, 4).unbind(0)
        attended = functional.scaled_dot_product_attention(query, key, value)
        mixed: Tensor = self.out_proj(attended.transpose(1, 2).flatten(2))
        return mixed

"""Linear layers with weights of eight bits, for export to ONNX.

Only weights are rounded, each block of 32 with a scale of its own; products are those of floats. Quantised grounders
are known to misclick, so nothing but the decoder's linear layers is quantised: vision tower, patch scorer, pointer head
and embeddings stay as they are.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.focusui.network import FocusUI

BLOCK = 32
"""Weights of one output that share a scale, along the inputs."""

_HIGHEST = 127
_ZERO_POINT = 128  # what ONNX Runtime takes off unsigned bytes where no other is given


class EightBitLinear(nn.Module):
    """What ONNX Runtime's ``MatMulNBits`` computes with a linear layer's weights; runs in an exported graph alone.

    Args:
        linear: the layer.
    """

    weights: Tensor
    scales: Tensor

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.n_in, self.n_out = linear.in_features, linear.out_features
        weights, scales = quantize(linear.weight.detach())
        self.register_buffer("weights", weights)
        self.register_buffer("scales", scales)
        self.bias = linear.bias

    def forward(self, tokens: Tensor) -> Tensor:
        """[b, n, n_in] -> [b, n, n_out]."""
        product: Tensor = torch.onnx.ops.symbolic(
            "com.microsoft::MatMulNBits",
            (tokens, self.weights, self.scales),
            {"K": self.n_in, "N": self.n_out, "bits": 8, "block_size": BLOCK, "accuracy_level": 1},
            dtype=tokens.dtype,
            shape=(*tokens.shape[:-1], self.n_out),
            version=1,
        )
        return product if self.bias is None else product + self.bias


def quantize(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Round to multiples of a scale per block.

    Args:
        weight: [n_out, n_in] float32.

    Returns:
        [n_out, n_blocks, BLOCK] uint8, zero at 128, the last block filled up; and scales [n_out, n_blocks] float32.
    """
    blocks = functional.pad(weight, (0, -weight.shape[1] % BLOCK)).view(len(weight), -1, BLOCK)
    largest = blocks.abs().amax(-1)
    scales = torch.where(largest > 0, largest / _HIGHEST, torch.ones_like(largest))
    return ((blocks / scales.unsqueeze(-1)).round() + _ZERO_POINT).to(torch.uint8), scales


def quantize_decoder(network: FocusUI) -> None:
    """Replace the linear layers of the decoder; afterwards it can be exported, but no longer run in torch."""
    layers: Any = network.model.language_model.layers
    for layer in layers:
        for parent in (layer.self_attn, layer.mlp):
            for name, child in list(parent.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(parent, name, EightBitLinear(child))

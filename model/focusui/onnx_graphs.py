"""FocusUI's stages as modules that export to ONNX: what depends on the picture's size comes in as arrays.

The layers are those of transformers; only the loops around them are written anew, without windows, segments and masks
that are worked out from numbers inside. ``model.focusui_onnx`` makes the arrays, in NumPy.

Legend: ``n_patches`` patches of the vision tower, ``n_visual`` visual tokens, ``n_kept`` of those that remain, ``n``
tokens up to the pointer token, drop markers among them, ``n_heads`` attention heads, ``d`` width of a token.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.focusui.network import FocusUI

Heads = tuple[Tensor, Tensor, Tensor]
"""Queries, keys and values."""


class VisionGraph(nn.Module):
    """The vision tower of one picture, patches in the order of visual tokens.

    Args:
        network: whose tower.
    """

    def __init__(self, network: FocusUI) -> None:
        super().__init__()
        self.tower: Any = network.model.visual
        self.full_attention = frozenset(getattr(self.tower, "fullatt_block_indexes", range(len(self.tower.blocks))))
        self.deepstack_after: list[int] = list(getattr(self.tower, "deepstack_visual_indexes", ()))

    @property
    def has_windows(self) -> bool:
        """Whether some blocks look at windows alone (Qwen2.5-VL)."""
        return len(self.full_attention) < len(self.tower.blocks)

    @property
    def has_positions_to_learn(self) -> bool:
        """Whether positions are also looked up in a table (Qwen3-VL)."""
        return hasattr(self.tower, "pos_embed")

    def forward(self, pixel_values: Tensor, positions: Tensor, *of_this_tower: Tensor) -> tuple[Tensor, ...]:
        """Encode a picture.

        Args:
            pixel_values: [n_patches, d_patch] float32.
            positions: [n_patches, 2] int64, row and column of each patch.
            of_this_tower: with windows, ``window_patches`` [n_windows, n_slots] int64 (patches of each window, filled
                up with any), ``window_bias`` [n_windows, 1, 1, n_slots] float32 (0 at patches, minus infinity at what
                fills up) and ``patch_slots`` [n_patches] int64 (where each patch lies in the flattened windows); with a
                table of positions, ``table_rows`` [n_patches, 4] int64 and ``table_weights`` [n_patches, 4] float32.

        Returns:
            Embeddings [n_visual, d], and for each DeepStack level as much again.
        """
        tower = self.tower
        kernel = tower.patch_embed.proj  # a convolution whose stride is its size: one product per patch
        hidden = functional.linear(pixel_values, kernel.weight.flatten(1), kernel.bias)
        if self.has_positions_to_learn:
            rows, weights = of_this_tower
            hidden = hidden + (tower.pos_embed(rows) * weights.unsqueeze(-1)).sum(1)
        rotary = tower.rotary_pos_emb(hidden, positions)
        levels = []
        for block_idx, block in enumerate(tower.blocks):
            attend = _attend if block_idx in self.full_attention else _attend_in_windows
            windows = () if block_idx in self.full_attention else of_this_tower
            heads = _vision_heads(block.attn, block.norm1(hidden), *rotary)
            hidden = hidden + block.attn.proj(attend(heads, *windows))
            hidden = hidden + block.mlp(block.norm2(hidden))
            if block_idx in self.deepstack_after:
                levels.append(tower.deepstack_merger_list[self.deepstack_after.index(block_idx)](hidden))
        return (tower.merger(hidden), *levels)


class DecoderGraph(nn.Module):
    """The decoder, from the packed prompt to the hidden state of its last token, the pointer token.

    What follows the pointer token cannot change it under a causal mask, so it is not part of the prompt here, and the
    last layer runs for the pointer token alone.
    """

    def __init__(self, network: FocusUI) -> None:
        super().__init__()
        self.decoder: Any = network.model.language_model

    def forward(self, embeds: Tensor, position_ids: Tensor, deepstack: Tensor | None = None) -> Tensor:
        """Run the prefill.

        Args:
            embeds: [n, d] float32, as they enter the decoder.
            position_ids: [3, n] int64, M-RoPE positions of the full prompt.
            deepstack: [n_levels, n, d] float32, what is added after the first layers; 0 where nothing is.

        Returns:
            [1, d], after the last norm.
        """
        hidden = embeds.unsqueeze(0)
        cos, sin = self.decoder.rotary_emb(hidden, position_ids.unsqueeze(1))
        cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)  # [1, 1, n, d / n_heads]
        n_levels = 0 if deepstack is None else deepstack.shape[0]
        last_layer = self.decoder.layers[-1]
        for layer_idx, layer in enumerate(self.decoder.layers):
            query, key, value = _decoder_heads(layer.self_attn, layer.input_layernorm(hidden), cos, sin)
            if layer is last_layer:
                hidden, query = hidden[:, -1:], query[:, :, -1:]
            attended = functional.scaled_dot_product_attention(query, key, value, is_causal=layer is not last_layer)
            hidden = hidden + layer.self_attn.o_proj(attended.transpose(1, 2).flatten(2))
            hidden = hidden + layer.mlp(layer.post_attention_layernorm(hidden))
            if deepstack is not None and layer_idx < n_levels:
                level = deepstack[layer_idx]
                hidden = hidden + (level[-1:] if layer is last_layer else level)
        normed: Tensor = self.decoder.norm(hidden)
        return normed.squeeze(0)


class PointerGraph(nn.Module):
    """The pointer head and the softmax over what it points at."""

    def __init__(self, network: FocusUI) -> None:
        super().__init__()
        self.head: Any = network.multi_patch_pointer_head

    def forward(self, keys: Tensor, query: Tensor) -> Tensor:
        """Visual tokens [n_kept, d] as they enter the decoder, hidden state [1, d] -> attention [n_kept]."""
        logits: Tensor = self.head(keys, query)
        return logits[0].softmax(-1)


def _vision_heads(attn: Any, hidden: Tensor, cos: Tensor, sin: Tensor) -> Heads:
    """Queries, keys and values [n_patches, n_heads, d / n_heads] from [n_patches, d]."""
    query, key, value = attn.qkv(hidden).unflatten(-1, (3, attn.num_heads, -1)).unbind(1)
    cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)
    return _rotated(query, cos, sin), _rotated(key, cos, sin), value


def _attend(heads: Heads) -> Tensor:
    """Attention of all patches to all, [n_patches, n_heads, d / n_heads] each -> [n_patches, d]."""
    query, key, value = (tensor.transpose(0, 1).unsqueeze(0) for tensor in heads)
    return functional.scaled_dot_product_attention(query, key, value).squeeze(0).transpose(0, 1).flatten(1)


def _attend_in_windows(heads: Heads, window_patches: Tensor, window_bias: Tensor, patch_slots: Tensor) -> Tensor:
    """Attention of the patches of a window to each other, [n_patches, n_heads, d / n_heads] each -> [n_patches, d]."""
    # [n_windows, n_slots, n_heads, d / n_heads] -> [n_windows, n_heads, n_slots, d / n_heads]
    query, key, value = (tensor[window_patches].transpose(1, 2) for tensor in heads)
    logits = query @ key.mT * query.shape[-1] ** -0.5 + window_bias
    attended = logits.softmax(-1) @ value
    slots: Tensor = attended.transpose(1, 2).flatten(2).flatten(0, 1)
    return slots[patch_slots]


def _decoder_heads(attn: Any, hidden: Tensor, cos: Tensor, sin: Tensor) -> Heads:
    """Queries, keys and values [1, n_heads, n, d / n_heads] from [1, n, d]; shared keys and values are repeated."""
    query, key, value = (
        project(hidden).unflatten(-1, (-1, attn.head_dim)) for project in (attn.q_proj, attn.k_proj, attn.v_proj)
    )
    if hasattr(attn, "q_norm"):  # Qwen3-VL
        query, key = attn.q_norm(query), attn.k_norm(key)
    query, key, value = (tensor.transpose(1, 2) for tensor in (query, key, value))
    shared_by = attn.num_key_value_groups
    key, value = (
        tensor.unsqueeze(2).expand(-1, -1, shared_by, -1, -1).flatten(1, 2)
        for tensor in (_rotated(key, cos, sin), value)
    )
    return _rotated(query, cos, sin), key, value


def _rotated(tensor: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions: each half of the last dimension against the other."""
    first, second = tensor.chunk(2, -1)
    return tensor * cos + torch.cat((-second, first), -1) * sin

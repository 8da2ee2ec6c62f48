"""The decoder, run for the one hidden state that grounding reads.

Only the hidden state at the pointer token is used, so the last layer computes keys and values for all tokens but
query, output and MLP for that one alone. Nothing here asks the device for a number. Keys and values are plain tensors:
those of a prefix are computed once and only read afterwards, whatever follows it.

Legend: ``n`` tokens that are run, ``n_past`` tokens before them, ``n_rows`` hidden states wanted, ``d`` width of a
token, ``n_heads`` query heads, ``n_kv_heads`` key heads, ``d_head``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.focusui.rotary import Angles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyValues:
    """What one layer remembers of tokens: keys, turned by their positions, and values, [n_kv_heads, n, d_head]."""

    keys: Tensor
    values: Tensor

    @property
    def n_bytes(self) -> int:
        """Memory that they take."""
        return self.keys.nbytes + self.values.nbytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeepStack:
    """Visual features that the first layers add to their output.

    Attributes:
        rows: [n_visual] int64 on the device, which tokens are visual.
        levels: [n_visual, d] for each of the first layers.
    """

    rows: Tensor
    levels: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerOutput:
    """Hidden states [n, d] after a layer, and what it remembers of them."""

    hidden: Tensor
    memory: KeyValues


DecoderLayer = Callable[[nn.Module, Tensor, Angles, KeyValues | None, Tensor | None], LayerOutput]
"""The signature of ``run_layer``, for a compiled one."""


def run_layer(layer: Any, hidden: Tensor, angles: Angles, past: KeyValues | None, mask: Tensor | None) -> LayerOutput:
    """One layer over all its tokens.

    Args:
        layer: of any Qwen-VL decoder.
        hidden: [n, d].
        angles: [n, d_head].
        past: what the layer remembers of the tokens before; None if these are the first.
        mask: [n, n_past + n] bool, True where a token sees another; None with ``past`` None: causal.
    """
    normed = layer.input_layernorm(hidden)
    memory = _remember(layer.self_attn, normed, angles)
    hidden = _finish(
        layer, hidden, _attend(layer.self_attn, _query(layer.self_attn, normed, angles), memory, past, mask)
    )
    return LayerOutput(hidden=hidden, memory=memory)


def run_last_layer(
    layer: Any, hidden: Tensor, angles: Angles, past: KeyValues | None, *, rows: Tensor, mask: Tensor
) -> Tensor:
    """The last layer for the rows that are read, [n_rows, d].

    Args:
        layer: see ``run_layer``.
        hidden: [n, d].
        angles: [n, d_head].
        past: see ``run_layer``.
        rows: [n_rows] int64 on the device.
        mask: [n_rows, n_past + n] bool, True where one of them sees another token.
    """
    normed = layer.input_layernorm(hidden)
    memory = _remember(layer.self_attn, normed, angles)
    query = _query(layer.self_attn, normed[rows], angles.at(rows))
    return _finish(layer, hidden[rows], _attend(layer.self_attn, query, memory, past, mask))


def run_decoder(
    decoder: Any,
    embeds: Tensor,
    positions: Tensor,
    rows: Sequence[int],
    *,
    past: Sequence[KeyValues] | None = None,
    deepstack: DeepStack | None = None,
    layer_fn: DecoderLayer = run_layer,
) -> Tensor:
    """Hidden states after the last norm at the given tokens, [n_rows, d].

    Args:
        decoder: ``model.language_model`` of Qwen2-VL, Qwen2.5-VL or Qwen3-VL.
        embeds: [n, d].
        positions: [3, n] int64 on the device, M-RoPE positions.
        rows: which of the ``n`` tokens are wanted.
        past: what each layer remembers of the tokens before these; None if these are the first.
        deepstack: visual features for the first layers; None if there are none, or all lie in ``past``.
        layer_fn: ``run_layer``, or that compiled.
    """
    n_past = 0 if past is None else past[0].keys.shape[1]
    key_places = torch.arange(n_past + len(embeds), device=embeds.device)
    mask = None if past is None else key_places <= key_places[n_past:, None]
    angles = _angles(decoder, embeds, positions)
    hidden = embeds
    for layer_idx, layer in enumerate(decoder.layers[:-1]):
        memory = None if past is None else past[layer_idx]
        hidden = layer_fn(layer, hidden, angles, memory, mask).hidden
        hidden = _add_level(hidden, deepstack, layer_idx)
    wanted = torch.tensor(rows, device=embeds.device)
    seen = key_places <= (wanted + n_past)[:, None]
    hidden = run_last_layer(
        decoder.layers[-1], hidden, angles, None if past is None else past[-1], rows=wanted, mask=seen
    )
    normed: Tensor = decoder.norm(hidden)
    return normed


def remember_prefix(
    decoder: Any,
    embeds: Tensor,
    positions: Tensor,
    *,
    deepstack: DeepStack | None = None,
    layer_fn: DecoderLayer = run_layer,
) -> tuple[KeyValues, ...]:
    """What each layer remembers of a prefix, for ``run_decoder`` to go on from; arguments as there."""
    angles = _angles(decoder, embeds, positions)
    hidden = embeds
    memories = []
    for layer_idx, layer in enumerate(decoder.layers[:-1]):
        output = layer_fn(layer, hidden, angles, None, None)
        memories.append(output.memory)
        hidden = _add_level(output.hidden, deepstack, layer_idx)
    last = decoder.layers[-1]
    memories.append(_remember(last.self_attn, last.input_layernorm(hidden), angles))
    return tuple(memories)


def _angles(decoder: Any, embeds: Tensor, positions: Tensor) -> Angles:
    """Angles [n, d_head] of M-RoPE positions [3, n]."""
    cos, sin = decoder.rotary_emb(embeds.unsqueeze(0), positions.unsqueeze(1))
    return Angles(cos=cos[0], sin=sin[0])


def _query(attn: Any, normed: Tensor, angles: Angles) -> Tensor:
    """[n, d] -> [n_heads, n, d_head]."""
    return _turned(attn.q_proj(normed), getattr(attn, "q_norm", None), attn.head_dim, angles)


def _remember(attn: Any, normed: Tensor, angles: Angles) -> KeyValues:
    keys = _turned(attn.k_proj(normed), getattr(attn, "k_norm", None), attn.head_dim, angles)
    values = attn.v_proj(normed).view(len(normed), -1, attn.head_dim).transpose(0, 1)
    return KeyValues(keys=keys, values=values)


def _turned(projected: Tensor, norm: nn.Module | None, d_head: int, angles: Angles) -> Tensor:
    """[n, heads * d_head] -> [heads, n, d_head]; Qwen3 norms each head first."""
    heads = projected.view(len(projected), -1, d_head)
    if norm is not None:
        heads = norm(heads)
    return angles.turn(heads.transpose(0, 1))


def _attend(attn: Any, query: Tensor, new: KeyValues, past: KeyValues | None, mask: Tensor | None) -> Tensor:
    """Attention output [n, n_heads * d_head]; each key head serves several query heads."""
    n_heads, n_queries, d_head = query.shape
    keys, values = new.keys, new.values
    if past is not None:
        keys, values = torch.cat((past.keys, keys), dim=1), torch.cat((past.values, values), dim=1)
    n_kv_heads = len(keys)
    if mask is None:
        attended = functional.scaled_dot_product_attention(
            query[None], keys[None], values[None], is_causal=True, scale=attn.scaling, enable_gqa=n_kv_heads < n_heads
        )[0]
    else:
        # The queries that share a key head follow one another: no copy of the keys for each of them, which the fast
        # kernels would need beside a mask.
        n_sharing = n_heads // n_kv_heads
        grouped = query.reshape(n_kv_heads, n_sharing * n_queries, d_head)
        attended = functional.scaled_dot_product_attention(
            grouped[None], keys[None], values[None], attn_mask=mask.repeat(n_sharing, 1), scale=attn.scaling
        )[0].reshape(n_heads, n_queries, d_head)
    return attended.transpose(0, 1).flatten(1)


def _finish(layer: Any, hidden: Tensor, attended: Tensor) -> Tensor:
    """From the attention's output [n, n_heads * d_head] to the layer's, [n, d]."""
    hidden = hidden + layer.self_attn.o_proj(attended)
    finished: Tensor = hidden + layer.mlp(layer.post_attention_layernorm(hidden))
    return finished


def _add_level(hidden: Tensor, deepstack: DeepStack | None, layer_idx: int) -> Tensor:
    if deepstack is None or layer_idx >= len(deepstack.levels):
        return hidden
    return hidden.index_add(0, deepstack.rows, deepstack.levels[layer_idx].to(hidden.dtype))

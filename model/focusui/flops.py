"""How many floating-point operations each stage takes, from the configuration: what a measurement can be held against.

A multiplication and an addition are two operations. Norms, activations and rotary positions are left out, as is the
embedding table. Under the causal mask half of the attention matrix counts. Legend: ``d`` width, ``d_ff`` width of the
MLP, ``n`` tokens or patches.
"""

from dataclasses import dataclass
from typing import Any

from model.focusui.vision_plan import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Flops:
    """Operations per stage."""

    encoder: float
    scorer: float
    decoder: float
    pointer: float

    @property
    def total(self) -> float:
        """Of all stages."""
        return self.encoder + self.scorer + self.decoder + self.pointer


def encoder_flops(vision: Any, windows: tuple[Windows, ...]) -> float:
    """Of the vision tower, for what its plan shows of a picture; ``vision`` is the ``vision_config``."""
    n = sum(group.n_windows * group.n_patches for group in windows)
    d = vision.hidden_size
    n_matrices = 3 if vision.model_type.startswith("qwen2_5") else 2  # in the MLP: gated or not
    block = n * (8 * d**2 + 2 * n_matrices * d * vision.intermediate_size)
    n_full = len(vision.fullatt_block_indexes) if hasattr(vision, "fullatt_block_indexes") else 0
    windowed = sum(4 * group.n_windows * group.n_patches**2 * d for group in windows)
    attention = n_full * 4 * n**2 * d + (vision.depth - n_full) * windowed
    unit = vision.spatial_merge_size**2
    n_mergers = 1 + len(getattr(vision, "deepstack_visual_indexes", ()))
    merger = 2 * n / unit * ((unit * d) ** 2 + unit * d * vision.out_hidden_size)
    d_patch = vision.in_channels * vision.temporal_patch_size * vision.patch_size**2
    return float(vision.depth * block + attention + n_mergers * merger + 2 * n * d_patch * d)


def decoder_flops(text: Any, n: int, *, n_past: int = 0) -> float:
    """Of the decoder over ``n`` tokens behind ``n_past``, with one row of the last layer; ``text``: ``text_config``."""
    d, d_ff = text.hidden_size, text.intermediate_size
    d_head = getattr(text, "head_dim", None) or d // text.num_attention_heads
    d_query, d_key = text.num_attention_heads * d_head, text.num_key_value_heads * d_head
    row = 4 * d * d_query + 6 * d * d_ff  # query, output and MLP
    memory = 4 * d * d_key
    attention = 4 * d_query * (n * n_past + n**2 / 2)
    last = n * memory + row + 4 * d_query * (n_past + n)
    return float((text.num_hidden_layers - 1) * (n * (row + memory) + attention) + last)


def scorer_flops(d: int, n_visual: int, n_text: int) -> float:
    """Of the patch scorer: both enhancers and their similarity."""
    return _head_flops(d, n_visual) + _head_flops(d, n_text) + 2 * n_visual * n_text * d


def pointer_flops(d: int, n_kept: int) -> float:
    """Of the pointer head for one pointer token."""
    return _head_flops(d, n_kept) + 4 * d**2 + 2 * n_kept * d


def _head_flops(d: int, n: int) -> float:
    """Self-attention and a 2-layer MLP of the same width."""
    return float(n * 12 * d**2 + 4 * n**2 * d)

"""How large a Qwen-VL model is, from its config: parameters, bytes of its weights, memory for one look.

The parts are counted as the architectures define them (Qwen2-VL, arXiv 2409.12191; Qwen2.5-VL, arXiv 2502.13923;
Qwen3-VL), biases and norms of the vision tower left out: the sum is within 0.2 % of what the built models have.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model.weight_mode import WeightMode

_MERGED = 4  # patches per visual token
_TEMPORAL = 2  # a picture counts as two equal frames
_N_RGB = 3


class Family(StrEnum):
    """Architectures, by the ``model_type`` of their config."""

    QWEN2_VL = "qwen2_vl"
    QWEN2_5_VL = "qwen2_5_vl"
    QWEN3_VL = "qwen3_vl"

    @property
    def label(self) -> str:
        """As its makers write it."""
        return {"qwen2_vl": "Qwen2-VL", "qwen2_5_vl": "Qwen2.5-VL", "qwen3_vl": "Qwen3-VL"}[self.value]


class Head(StrEnum):
    """What a checkpoint has beyond its backbone."""

    NONE = "none"
    POINTER = "pointer"
    FOCUS = "focus"

    def n_parameters(self, d_model: int) -> int:
        """Pointer head: attention and two 2-layer MLPs; patch scorer: twice attention and one such MLP."""
        pointer = 8 * d_model**2 + 10 * d_model
        scorer = 12 * d_model**2 + 16 * d_model
        return {"none": 0, "pointer": pointer, "focus": pointer + scorer}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShape:
    """The numbers of a config that decide about size and memory.

    Attributes:
        family: the architecture.
        head: what is added to the backbone.
        d_model, d_ff, n_layers, n_heads, n_kv_heads, head_dim, n_vocab: of the decoder.
        is_tied: whether the output embedding is the input embedding.
        d_vision, d_vision_ff, n_vision_layers, patch_px, n_deepstack: of the vision encoder.
    """

    family: Family
    head: Head
    d_model: int
    d_ff: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    n_vocab: int
    is_tied: bool
    d_vision: int
    d_vision_ff: int
    n_vision_layers: int
    patch_px: int
    n_deepstack: int = 0

    @property
    def n_decoder_linear(self) -> int:
        """Parameters of the decoder's linear layers, the only ones that are quantised."""
        attention = self.d_model * self.head_dim * 2 * (self.n_heads + self.n_kv_heads)
        return self.n_layers * (attention + 3 * self.d_model * self.d_ff)

    @property
    def n_vision(self) -> int:
        """Parameters of the vision encoder and its mergers."""
        n_mlp = 3 if self.family is Family.QWEN2_5_VL else 2  # gated or not
        block = 4 * self.d_vision**2 + n_mlp * self.d_vision * self.d_vision_ff
        d_merged = _MERGED * self.d_vision
        merger = d_merged**2 + d_merged * self.d_model
        stem = _N_RGB * _TEMPORAL * self.patch_px**2 * self.d_vision
        return self.n_vision_layers * block + (1 + self.n_deepstack) * merger + stem

    @property
    def n_parameters(self) -> int:
        """All of them."""
        n_embedding = self.n_vocab * self.d_model * (1 if self.is_tied else 2)
        return self.n_decoder_linear + self.n_vision + n_embedding + self.head.n_parameters(self.d_model)

    def weight_bytes(self, mode: WeightMode) -> int:
        """Memory that the weights take."""
        n_other = self.n_parameters - self.n_decoder_linear
        return round(self.n_decoder_linear * mode.bytes_per_parameter + n_other * mode.bytes_per_other_parameter)

    def n_visual_tokens(self, width_px: int, height_px: int) -> int:
        """Visual tokens of a picture, before anything is dropped."""
        side_px = 2 * self.patch_px
        return max(1, round(width_px / side_px)) * max(1, round(height_px / side_px))

    def working_bytes(self, mode: WeightMode, width_px: int = 1920, height_px: int = 1080) -> int:
        """Estimate of what one look and one prefill need beyond the weights: activations and the KV cache.

        The widest moments count: in a vision block queries, keys, values, residual and MLP of every patch; in a
        decoder layer the same of every token, and the cache of all layers. Attention is taken to be memory-efficient
        (no n x n matrix). All tokens kept; an upper bound for what dropping leaves.
        """
        n_bytes = mode.bytes_per_other_parameter
        n_tokens = self.n_visual_tokens(width_px, height_px)
        vision = n_tokens * _MERGED * (6 * self.d_vision + 3 * self.d_vision_ff)
        qkv = self.head_dim * (self.n_heads + 2 * self.n_kv_heads)
        decoder = n_tokens * (6 * self.d_model + qkv + 3 * self.d_ff)
        cache = n_tokens * 2 * self.n_kv_heads * self.head_dim * self.n_layers
        return math.ceil((max(vision, decoder) + cache) * n_bytes)


def shape_of_config(config: Mapping[str, Any]) -> ModelShape:
    """Read a ``config.json``, in the layout of any ``transformers`` release.

    Raises:
        KeyError, ValueError, TypeError: it describes another architecture, or something is missing.
    """
    family = Family(config["model_type"])
    text: Mapping[str, Any] = config.get("text_config") or config
    vision: Mapping[str, Any] = config["vision_config"]
    d_model, n_heads = int(text["hidden_size"]), int(text["num_attention_heads"])
    d_vision = int(vision["embed_dim"] if "embed_dim" in vision else vision["hidden_size"])
    d_vision_ff = vision["intermediate_size"] if "intermediate_size" in vision else d_vision * vision["mlp_ratio"]
    return ModelShape(
        family=family,
        head=_head_of(config),
        d_model=d_model,
        d_ff=int(text["intermediate_size"]),
        n_layers=int(text["num_hidden_layers"]),
        n_heads=n_heads,
        n_kv_heads=int(text.get("num_key_value_heads") or n_heads),
        head_dim=int(text.get("head_dim") or d_model // n_heads),
        n_vocab=int(text["vocab_size"]),
        is_tied=bool(text.get("tie_word_embeddings", config.get("tie_word_embeddings", False))),
        d_vision=d_vision,
        d_vision_ff=int(d_vision_ff),
        n_vision_layers=int(vision["depth"]),
        patch_px=int(vision.get("patch_size", 16 if family is Family.QWEN3_VL else 14)),
        n_deepstack=len(vision.get("deepstack_visual_indexes", ())),
    )


def _head_of(config: Mapping[str, Any]) -> Head:
    if "image_drop_end_token_id" in config:
        return Head.FOCUS
    return Head.POINTER if "pointer_pad_token_id" in config else Head.NONE

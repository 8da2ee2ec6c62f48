"""Models of the published shapes with random weights: what they take in time and memory, without a download.

The numbers are those of ``config.json`` of the instruction-tuned backbones on the Hugging Face hub
(Qwen/Qwen3-VL-2B-Instruct, Qwen/Qwen3-VL-4B-Instruct, Qwen/Qwen2.5-VL-3B-Instruct, Qwen/Qwen2.5-VL-7B-Instruct).
FocusUI adds its tokens within the rows that the embedding table has to spare.
"""

from enum import StrEnum
from typing import Any

import torch
from transformers import Qwen2_5_VLConfig, Qwen3VLConfig

from model.focusui.image_input import ImageSpec
from model.focusui.network import FocusUI, FocusUIQwen2_5VL, FocusUIQwen3VL

_MEAN_CLIP, _STD_CLIP = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_MIN_PIXELS, _MAX_PIXELS = 3136, 5_720_064
"""Limits that the published FocusUI checkpoints carry."""


class Shape(StrEnum):
    """Which model: FocusUI-Qwen3-VL-2B, FocusUI-3B, the same on Qwen3-VL-4B, FocusUI-7B; or one for tests."""

    TINY = "tiny"
    B2 = "2b"
    B3 = "3b"
    B4 = "4b"
    B7 = "7b"


def build_network(shape: Shape, *, device: torch.device | str, dtype: torch.dtype) -> FocusUI:
    """A model of random weights, made where it is to run."""
    network_class, config = _CONFIGS[shape]
    with torch.device(device):
        network: FocusUI = network_class._from_config(config(), dtype=dtype)
    evaluating: FocusUI = network.eval()
    return evaluating


def image_spec_of(network: FocusUI) -> ImageSpec:
    """How pictures are prepared for a model of random weights: as the published checkpoints of its kind want them."""
    vision = network.config.vision_config
    is_qwen_3 = network.config.model_type == "qwen3_vl"
    return ImageSpec(
        patch_px=vision.patch_size,
        merge_size=vision.spatial_merge_size,
        temporal_size=vision.temporal_patch_size,
        mean=(0.5, 0.5, 0.5) if is_qwen_3 else _MEAN_CLIP,
        std=(0.5, 0.5, 0.5) if is_qwen_3 else _STD_CLIP,
        min_pixels=_MIN_PIXELS,
        max_pixels=_MAX_PIXELS,
    )


def _qwen2_5(text: dict[str, Any], vision: dict[str, Any], *, is_tied: bool, first_id: int = 151_655) -> Any:
    rope = {"rope_type": "default", "mrope_section": text.pop("mrope_section", [16, 24, 24])}
    return Qwen2_5_VLConfig(
        text_config={
            "bos_token_id": None,
            "eos_token_id": None,
            "max_position_embeddings": 128_000,
            "rms_norm_eps": 1e-6,
            "rope_theta": 1_000_000.0,
            "rope_scaling": rope,
            "tie_word_embeddings": is_tied,
            **text,
        },
        vision_config={
            "depth": 32,
            "hidden_size": 1280,
            "intermediate_size": 3420,
            "num_heads": 16,
            "window_size": 112,
            "fullatt_block_indexes": [7, 15, 23, 31],
            "out_hidden_size": text["hidden_size"],
            **vision,
        },
        tie_word_embeddings=is_tied,
        **_token_ids(first_id),
    )


def _qwen3(text: dict[str, Any]) -> Any:
    return Qwen3VLConfig(
        text_config={
            "vocab_size": 151_936,
            "head_dim": 128,
            "num_key_value_heads": 8,
            "max_position_embeddings": 262_144,
            "rms_norm_eps": 1e-6,
            "rope_theta": 5_000_000.0,
            "rope_scaling": {"rope_type": "default", "mrope_interleaved": True, "mrope_section": [24, 20, 20]},
            "tie_word_embeddings": True,
            **text,
        },
        vision_config={
            "depth": 24,
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_heads": 16,
            "patch_size": 16,
            "num_position_embeddings": 2304,
            "deepstack_visual_indexes": [5, 11, 17],
            "out_hidden_size": text["hidden_size"],
        },
        tie_word_embeddings=True,
        **_token_ids(151_655),
    )


def _token_ids(first: int) -> dict[str, int]:
    """Ids of image, video and the added tokens, one behind the other but for the gap that the tokenizers leave."""
    return {
        "image_token_id": first,
        "video_token_id": first + 1,
        "pointer_start_token_id": first + 12,
        "pointer_end_token_id": first + 13,
        "pointer_pad_token_id": first + 14,
        "image_drop_end_token_id": first + 15,
    }


_CONFIGS: dict[Shape, Any] = {
    Shape.TINY: (
        FocusUIQwen2_5VL,
        lambda: _qwen2_5(
            {
                "vocab_size": 160,
                "hidden_size": 64,
                "intermediate_size": 160,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "mrope_section": [2, 3, 3],
            },
            {
                "depth": 4,
                "hidden_size": 32,
                "intermediate_size": 64,
                "num_heads": 2,
                "fullatt_block_indexes": [3],
            },
            is_tied=True,
            first_id=128,
        ),
    ),
    Shape.B2: (
        FocusUIQwen3VL,
        lambda: _qwen3(
            {"hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 28, "num_attention_heads": 16}
        ),
    ),
    Shape.B3: (
        FocusUIQwen2_5VL,
        lambda: _qwen2_5(
            {
                "vocab_size": 151_936,
                "hidden_size": 2048,
                "intermediate_size": 11_008,
                "num_hidden_layers": 36,
                "num_attention_heads": 16,
                "num_key_value_heads": 2,
            },
            {},
            is_tied=True,
        ),
    ),
    Shape.B4: (
        FocusUIQwen3VL,
        lambda: _qwen3(
            {"hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36, "num_attention_heads": 32}
        ),
    ),
    Shape.B7: (
        FocusUIQwen2_5VL,
        lambda: _qwen2_5(
            {
                "vocab_size": 152_064,
                "hidden_size": 3584,
                "intermediate_size": 18_944,
                "num_hidden_layers": 28,
                "num_attention_heads": 28,
                "num_key_value_heads": 4,
            },
            {},
            is_tied=False,
        ),
    ),
}

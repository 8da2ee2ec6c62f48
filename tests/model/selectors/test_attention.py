import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from transformers.vision_utils import get_vision_window_index

from model.focusui.image_input import ImageInput
from model.selectors.attention import _cell_order, encode_with_attention, prompt_attention
from tests.model.focusui.tiny import sample, tiny
from tests.reference import VARIANTS

_BOTH = pytest.mark.parametrize("variant", VARIANTS)


@pytest.mark.parametrize(("n_rows", "n_cols"), [(1, 1), (4, 4), (5, 7), (8, 3), (9, 13)])
def test_cells_are_found_again_behind_the_windows(n_rows: int, n_cols: int) -> None:
    network = tiny("qwen2_5_vl").network
    config = network.config.vision_config
    expected, _ = get_vision_window_index(
        torch.tensor([[1, 2 * n_rows, 2 * n_cols]]),
        spatial_merge_size=config.spatial_merge_size,
        window_size=config.window_size,
        patch_size=config.patch_size,
    )
    np.testing.assert_array_equal(_cell_order(network, n_rows, n_cols), expected)


def test_without_windows_cells_are_in_raster_order() -> None:
    np.testing.assert_array_equal(_cell_order(tiny("qwen3_vl").network, 3, 5), np.arange(15))


def _inputs(variant: str, n_rows: int, n_cols: int) -> ImageInput:
    """Noise."""
    spec = tiny(variant).image_spec
    n_patches, width = 4 * n_rows * n_cols, 3 * spec.temporal_size * spec.patch_px**2
    return ImageInput(
        pixel_values=torch.randn(n_patches, width, generator=torch.Generator().manual_seed(3)),
        grid_thw=torch.tensor([[1, 2 * n_rows, 2 * n_cols]]),
        pixels=np.zeros((1, 1, 3), np.uint8),
    )


@_BOTH
@torch.inference_mode()
def test_what_visual_tokens_receive_is_that_of_eager_attention_in_raster_order(
    variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The encoder's blocks of four patches, and the windows that Qwen2.5-VL sorts them into, are undone."""
    network, n_rows, n_cols = tiny(variant).network, 6, 7
    inputs = _inputs(variant, n_rows, n_cols)
    attention = encode_with_attention(network, inputs).attention
    assert set(attention.received) == ({1} if variant == "qwen2_5_vl" else {0, 1, 2})
    assert attention.n_layers == 3

    modeling = sys.modules[type(network.model.visual).__module__]
    eager_forward, weights = modeling.eager_attention_forward, {}

    def remembering(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
        output, weights[module] = eager_forward(module, *args, **kwargs)
        return output, weights[module]

    monkeypatch.setattr(modeling, "eager_attention_forward", remembering)
    network.set_attn_implementation("eager")
    try:
        network.encode_images(inputs.pixel_values, inputs.grid_thw)
    finally:
        network.set_attn_implementation("sdpa")
    held_as = list(range(n_rows * n_cols))
    if variant == "qwen2_5_vl":
        held_as = get_vision_window_index(inputs.grid_thw, spatial_merge_size=2, window_size=112, patch_size=14)[
            0
        ].tolist()
    for layer, received in attention.received.items():
        per_patch = weights[network.model.visual.blocks[layer].attn][0].mean(dim=(0, 1))
        expected = {cell: float(four.mean()) for cell, four in zip(held_as, per_patch.split(4), strict=True)}
        np.testing.assert_allclose(received, [expected[cell] for cell in range(n_rows * n_cols)], rtol=1e-5)


@_BOTH
@torch.inference_mode()
def test_watching_the_encoder_changes_nothing(variant: str) -> None:
    network, inputs = tiny(variant).network, _inputs(variant, 4, 5)
    (plain,) = network.encode_images(inputs.pixel_values, inputs.grid_thw)
    torch.testing.assert_close(encode_with_attention(network, inputs).visual.embeds, plain.embeds, rtol=0, atol=0)


@_BOTH
@torch.inference_mode()
def test_attention_of_the_prompt_equals_eager_attention_of_the_second_layer(variant: str) -> None:
    network, one = tiny(variant).network, sample(variant)
    paid = prompt_attention(network, one.prompt, one.visual)
    assert len(network.model.language_model.layers) == 3
    packed = network.pack(one.prompt.input_ids, [one.visual])
    network.set_attn_implementation("eager")
    try:
        extra = (
            {"visual_pos_masks": packed.visual_mask[None], "deepstack_visual_embeds": list(packed.deepstack)}
            if packed.deepstack
            else {}
        )
        attentions = network.model.language_model(
            inputs_embeds=packed.embeds[None],
            position_ids=packed.position_ids[:, None],
            use_cache=False,
            output_attentions=True,
            **extra,
        ).attentions
    finally:
        network.set_attn_implementation("sdpa")
    expected = attentions[1][0, :, -1].mean(0)[packed.visual_mask]
    np.testing.assert_allclose(paid, expected.numpy(), rtol=1e-4, atol=1e-7)

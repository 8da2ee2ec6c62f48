"""Quantised weights: how far they may lie from the whole ones, and exactly which layers have them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from model.focusui.checkpoint import load_checkpoint
from model.focusui.quantise import QUANTISERS, QuantisedLinear, QuantisedLoading, Quantiser, quantised_names
from model.weight_mode import WeightMode
from tests.model.focusui.tiny import tiny
from tests.reference import VARIANTS, checkpoint_folder

PROJECTIONS = {
    *(f"self_attn.{name}_proj" for name in ("q", "k", "v", "o")),
    *(f"mlp.{name}_proj" for name in ("gate", "up", "down")),
}


def quantised(quantiser: Quantiser, weight: torch.Tensor) -> QuantisedLinear:
    d_out, d_in = weight.shape
    layer = QuantisedLinear(
        d_in=d_in, d_out=d_out, shapes=quantiser.shapes(d_out, d_in), has_bias=False, dtype=weight.dtype
    )
    made = quantiser.quantise(weight)
    layer.weight.data, layer.zero.data, layer.scale.data = made.levels, made.zero, made.scale
    return layer


@settings(max_examples=40, deadline=None)
@given(
    mode=st.sampled_from(sorted(QUANTISERS)),
    d_out=st.integers(1, 5),
    d_in=st.sampled_from([2, 48, 128, 384]),
    spread=st.sampled_from([0.0, 1e-3, 1.0, 50.0]),
    shift=st.sampled_from([0.0, -2.0, 3.0]),
    seed=st.integers(0, 2**32),
)
def test_no_weight_moves_by_more_than_half_a_level(
    mode: WeightMode, d_out: int, d_in: int, spread: float, shift: float, seed: int
) -> None:
    weight = torch.randn(d_out, d_in, generator=torch.Generator().manual_seed(seed)) * spread + shift
    layer = quantised(QUANTISERS[mode], weight)
    groups = weight.view(*layer.scale.shape, -1)
    # Half a level for the weight, and at the ends of the range another half for the level that means zero.
    moved = (layer.dense().view_as(groups) - groups).abs()
    assert (moved <= layer.scale.unsqueeze(-1) * 1.001).all()


@pytest.mark.parametrize("mode", sorted(QUANTISERS))
def test_zero_stays_zero(mode: WeightMode) -> None:
    weight = torch.randn(3, 256, generator=torch.Generator().manual_seed(1))
    weight[:, ::3] = 0
    assert (quantised(QUANTISERS[mode], weight).dense()[:, ::3] == 0).all()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("mode", sorted(QUANTISERS))
def test_only_the_decoders_linear_layers_are_quantised(variant: str, mode: WeightMode) -> None:
    loaded = load_checkpoint(
        checkpoint_folder(variant), dtype=torch.bfloat16, quantization_config=QuantisedLoading(QUANTISERS[mode])
    )
    n_layers = loaded.network.config.text_config.num_hidden_layers
    expected = {f"model.language_model.layers.{i}.{name}" for i in range(n_layers) for name in PROJECTIONS}
    assert quantised_names(loaded.network) == expected

    whole = load_checkpoint(checkpoint_folder(variant), dtype=torch.bfloat16)
    ours = dict(loaded.network.named_parameters())
    for name, parameter in whole.network.named_parameters():
        if name.removesuffix(".weight") in expected:
            layer = loaded.network.get_submodule(name.removesuffix(".weight"))
            assert ours[name].dtype == torch.uint8
            error = (layer.dense() - parameter).abs().max() / parameter.abs().max()
            assert 0 < error < {WeightMode.INT8: 0.01, WeightMode.INT4: 0.1}[mode]
        else:
            assert ours[name].dtype == torch.bfloat16
            assert torch.equal(ours[name], parameter), name


def test_other_linear_layers_of_the_network_are_many() -> None:
    """What is left alone above is worth naming: vision tower, patch scorer, pointer head, output embedding."""
    linears = {name for name, module in tiny("qwen2_5_vl").network.named_modules() if isinstance(module, nn.Linear)}
    left_alone = {name for name in linears if ".language_model.layers." not in name}
    for part in ("model.visual.", "patch_scorer.", "multi_patch_pointer_head.", "lm_head"):
        assert any(name.startswith(part) for name in left_alone)

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from model.focusui import attention_probe
from model.focusui.attention_probe import record_attention
from model.focusui.checkpoint import load_checkpoint
from model.focusui.network import FocusUI
from tests.reference import VARIANTS, checkpoint_folder


@pytest.fixture(scope="module", params=VARIANTS)
def network(request: pytest.FixtureRequest) -> FocusUI:
    return load_checkpoint(checkpoint_folder(request.param), dtype=torch.float32).network


def _decoder_modules(network: FocusUI) -> dict[int, nn.Module]:
    return {i: layer.self_attn for i, layer in enumerate(network.model.language_model.layers)}


def _decode(network: FocusUI, mask: Tensor | None = None, **options: Any) -> Any:
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(0, 500, (2, 17), generator=generator)
    positions = torch.arange(17).expand(3, 2, -1)
    return network.model.language_model(
        input_ids=ids, position_ids=positions, attention_mask=mask, use_cache=False, **options
    )


@pytest.fixture
def eager(network: FocusUI) -> Iterator[Callable[[Tensor | None], tuple[Tensor, ...]]]:
    def run(mask: Tensor | None) -> tuple[Tensor, ...]:
        network.set_attn_implementation("eager")
        attentions: tuple[Tensor, ...] = _decode(network, mask, output_attentions=True).attentions
        network.set_attn_implementation("sdpa")
        return attentions

    yield run
    network.set_attn_implementation("sdpa")


_PADDED = torch.ones(2, 17, dtype=torch.long)
_PADDED[0, 12:] = 0


@torch.no_grad()
@pytest.mark.parametrize("mask", [None, _PADDED], ids=["whole", "padded"])
def test_rows_of_the_decoder_equal_those_of_eager_attention(
    network: FocusUI, eager: Callable[[Tensor | None], tuple[Tensor, ...]], mask: Tensor | None
) -> None:
    expected = eager(mask)
    with record_attention(_decoder_modules(network), queries=torch.tensor([-1, 3, 0])) as shared:
        _decode(network, mask)
    with record_attention(_decoder_modules(network), queries=torch.tensor([[11, 2], [16, 5]])) as own:
        _decode(network, mask)
    for layer, attention in enumerate(expected):
        torch.testing.assert_close(shared.only(layer), attention[:, :, [16, 3, 0]])
        rows = torch.stack([attention[0][:, [11, 2]], attention[1][:, [16, 5]]])
        torch.testing.assert_close(own.only(layer), rows)


@torch.no_grad()
@pytest.mark.parametrize("n_before", [10, 16])
def test_rows_behind_a_cache_reach_back_into_it(
    network: FocusUI, eager: Callable[[Tensor | None], tuple[Tensor, ...]], n_before: int
) -> None:
    """GIVEN a prompt whose beginning is in the cache WHEN the rest runs THEN its rows cover the whole prompt."""
    expected = eager(None)
    ids = torch.randint(0, 500, (2, 17), generator=torch.Generator().manual_seed(0))
    positions = torch.arange(17).expand(3, 2, -1)
    decoder = network.model.language_model
    cache = decoder(input_ids=ids[:, :n_before], position_ids=positions[..., :n_before], use_cache=True).past_key_values
    with record_attention(_decoder_modules(network), queries=torch.tensor([0, -1])) as record:
        decoder(
            input_ids=ids[:, n_before:],
            position_ids=positions[..., n_before:],
            past_key_values=cache,
            use_cache=True,
        )
    for layer, attention in enumerate(expected):
        torch.testing.assert_close(record.only(layer), attention[:, :, [n_before, 16]])


@torch.no_grad()
def test_what_keys_receive_is_the_mean_over_queries(
    network: FocusUI, eager: Callable[[Tensor | None], tuple[Tensor, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = eager(None)
    monkeypatch.setattr(attention_probe, "_N_WEIGHTS", 400)  # several blocks of queries
    modules = _decoder_modules(network)
    with record_attention({1: modules[1]}) as record:
        _decode(network)
    assert list(record.calls) == [1]
    torch.testing.assert_close(record.only(1), expected[1].mean(dim=2))


@torch.no_grad()
def test_the_output_is_that_of_sdpa_and_nothing_stays_behind(network: FocusUI) -> None:
    plain = _decode(network).last_hidden_state
    with record_attention(_decoder_modules(network), queries=torch.tensor([-1])) as record:
        probed = _decode(network).last_hidden_state
    torch.testing.assert_close(probed, plain, rtol=0, atol=0)
    _decode(network)
    assert [len(calls) for calls in record.calls.values()] == [1] * len(record.calls)
    assert network.config.text_config._attn_implementation == "sdpa"


def test_a_module_is_probed_once_at_a_time(network: FocusUI) -> None:
    modules = _decoder_modules(network)
    with record_attention(modules), pytest.raises(ValueError, match=r"\[2\]"), record_attention({2: modules[2]}):
        pass


def test_what_fails_inside_leaves_the_model_as_it_was(network: FocusUI) -> None:
    with pytest.raises(RuntimeError, match="inside"), record_attention(_decoder_modules(network)):
        raise RuntimeError("inside")
    assert network.config.text_config._attn_implementation == "sdpa"
    with record_attention(_decoder_modules(network)):
        pass


@torch.no_grad()
def test_vision_encoders_are_read_per_picture(network: FocusUI, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN two pictures in one call
    WHEN a layer is read in which all patches of a picture see each other
    THEN there is one record per picture, equal to eager attention's
    """
    visual = network.model.visual
    layer = 1
    grid_thw = torch.tensor([[1, 4, 6], [1, 10, 4]])
    config = network.config.vision_config
    width = config.in_channels * config.temporal_patch_size * config.patch_size**2
    pixel_values = torch.randn(64, width, generator=torch.Generator().manual_seed(0))
    with record_attention({layer: visual.blocks[layer].attn}) as record:
        network.encode_images(pixel_values, grid_thw)

    modeling = sys.modules[type(visual).__module__]
    eager_forward = modeling.eager_attention_forward
    weights: list[Tensor] = []

    def remembering(module: nn.Module, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        output, attention = eager_forward(module, *args, **kwargs)
        if module is visual.blocks[layer].attn:
            weights.append(attention)
        return output, attention

    monkeypatch.setattr(modeling, "eager_attention_forward", remembering)
    network.set_attn_implementation("eager")
    try:
        network.encode_images(pixel_values, grid_thw)
    finally:
        network.set_attn_implementation("sdpa")
    assert [len(attention[0, 0]) for attention in weights] == [24, 40]
    for read, attention in zip(record.calls[layer], weights, strict=True):
        torch.testing.assert_close(read, attention.mean(dim=2))


def test_what_is_read_can_be_learned_from_if_asked(network: FocusUI) -> None:
    modules = _decoder_modules(network)
    with record_attention(modules, queries=torch.tensor([-1])) as plain:
        _decode(network)
    with record_attention(modules, queries=torch.tensor([-1]), has_gradients=True) as learning:
        _decode(network)
    assert not plain.only(0).requires_grad
    torch.testing.assert_close(plain.only(0), learning.only(0))
    first = network.model.language_model.layers[0].self_attn
    gradients = torch.autograd.grad(learning.only(0)[0, 0, 0, 3], [first.q_proj.weight, first.k_proj.weight])
    assert all(gradient.any() for gradient in gradients)

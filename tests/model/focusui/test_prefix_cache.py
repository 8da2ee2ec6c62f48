"""A picture that waits in the decoder answers as keep fraction 1.0 does."""

import pytest
import torch

from model.focusui.prefix_cache import PrefixCache, PrefixStore, cache_prefix, point_behind_prefix
from tests.model.focusui.tiny import sample, tiny
from tests.reference import VARIANTS

both_variants = pytest.mark.parametrize("variant", VARIANTS)
INSTRUCTIONS = ("Click the Save button", "x", "the third field from the top, then the one below it, but not the last")


@both_variants
@torch.inference_mode()
def test_any_number_of_instructions_behind_one_picture(variant: str) -> None:
    network = tiny(variant).network
    first = sample(variant)
    cache = cache_prefix(network, first.prompt, first.visual)
    n_bytes = cache.n_bytes
    for instruction in (*INSTRUCTIONS, INSTRUCTIONS[0]):
        one = sample(variant, instruction=instruction)
        whole = network.point(network.pack(one.prompt.input_ids, [one.visual]))
        behind = point_behind_prefix(network, cache, one.prompt, first.visual)
        torch.testing.assert_close(behind, whole, atol=1e-6, rtol=0)
    assert cache.n_bytes == n_bytes


@both_variants
@torch.inference_mode()
def test_bytes_are_those_of_keys_values_and_the_pointers_side(variant: str) -> None:
    one, network = sample(variant), tiny(variant).network
    text = network.config.text_config
    d_head = 32 if variant == "qwen3_vl" else text.hidden_size // text.num_attention_heads
    per_layer = 2 * one.prompt.n_prefix * text.num_key_value_heads * d_head
    expected = 4 * (text.num_hidden_layers * per_layer + one.n_visual * text.hidden_size)
    assert cache_prefix(network, one.prompt, one.visual).n_bytes == expected


def _cache(n_numbers: int) -> PrefixCache:
    return PrefixCache(memories=(), pointer_visual=torch.zeros(n_numbers))


def test_the_cache_not_used_for_longest_makes_room() -> None:
    store = PrefixStore(max_bytes=100)
    store.put("a", _cache(10))
    store.put("b", _cache(10))
    assert store.get("a") is not None
    store.put("c", _cache(10))
    assert store.get("b") is None
    assert store.get("a") is not None
    assert store.get("c") is not None
    assert store.n_bytes == 80
    store.clear()
    assert store.n_bytes == 0


def test_a_cache_larger_than_the_limit_is_not_kept() -> None:
    store = PrefixStore(max_bytes=100)
    store.put("a", _cache(26))
    assert store.get("a") is None

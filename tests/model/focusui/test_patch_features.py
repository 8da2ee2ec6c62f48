import pytest
import torch

from model.focusui.network import FocusUI
from model.focusui.patch_features import record_patches
from tests.model.focusui.tiny import tiny
from tests.model.training import recorded
from tests.reference import VARIANTS


def _merge(network: FocusUI, patches: torch.Tensor) -> torch.Tensor:
    merged: torch.Tensor = network.model.visual.merger(patches.flatten(0, 1))
    return merged


@pytest.mark.parametrize("variant", VARIANTS)
def test_patches_merge_into_the_visual_tokens_in_whose_place_they_stand(variant: str) -> None:
    """Two pictures at once, whose sides are no multiples of a window."""
    network = tiny(variant).network
    samples = [recorded.sample(variant, picture) for picture in ("odd_777x513", "editor_640x400")]
    with record_patches(network) as record:
        visuals = network.encode_images(
            torch.cat([sample.pixel_values for sample in samples]), torch.cat([sample.grid_thw for sample in samples])
        )
    for visual, patches in zip(visuals, record.of(visuals), strict=True):
        assert patches.shape[:2] == (len(visual.embeds), 4)
        torch.testing.assert_close(_merge(network, patches), visual.embeds, atol=1e-5, rtol=1e-5)


def test_patches_can_be_learned_from() -> None:
    network, sample = tiny("qwen2_5_vl").network, recorded.sample("qwen2_5_vl", "editor_640x400")
    with record_patches(network) as record:
        visuals = network.encode_images(sample.pixel_values, sample.grid_thw)
    network.zero_grad(set_to_none=True)
    torch.autograd.backward(record.of(visuals)[0].sum())
    assert network.model.visual.patch_embed.proj.weight.grad is not None
    network.zero_grad(set_to_none=True)


@torch.no_grad()
def test_without_gradients_the_order_would_be_another() -> None:
    network, sample = tiny("qwen2_5_vl").network, recorded.sample("qwen2_5_vl", "editor_640x400")
    with record_patches(network), pytest.raises(ValueError, match="while gradients are on"):
        network.encode_images(sample.pixel_values, sample.grid_thw)
    network.encode_images(sample.pixel_values, sample.grid_thw)

"""How a network packs a prompt other than by PosPad, which test_network.py and test_reference.py cover."""

import pytest
import torch

from model.packing import Packing
from tests.model.focusui.tiny import sample, tiny
from tests.reference import VARIANTS


@pytest.mark.parametrize("variant", VARIANTS)
@torch.inference_mode()
def test_dropped_tokens_leave_no_marker_and_renumbered_ones_close_up(variant: str) -> None:
    network, one = tiny(variant).network, sample(variant)
    keep_mask = torch.arange(one.n_visual) % 5 == 2
    full = network.position_ids(one.prompt.input_ids, [one.visual])
    packed = {packing: network.pack(one.prompt.input_ids, [one.visual], keep_mask, packing) for packing in Packing}
    drop, renumbered = packed[Packing.DROP], packed[Packing.RENUMBER]
    remaining = ~one.prompt.image_mask
    remaining[one.prompt.image_mask] = keep_mask
    for prompt in (drop, renumbered):
        torch.testing.assert_close(prompt.input_ids, one.prompt.input_ids[remaining])
        torch.testing.assert_close(prompt.embeds, drop.embeds)
        assert int(prompt.visual_mask.sum()) == int(keep_mask.sum())
    torch.testing.assert_close(drop.position_ids, full[:, remaining])
    assert set(renumbered.position_ids.flatten().tolist()) == set(range(int(renumbered.position_ids.max()) + 1))
    attention = {packing: network.point(prompt) for packing, prompt in packed.items()}
    assert not torch.equal(attention[Packing.POSPAD], attention[Packing.DROP])
    assert not torch.equal(attention[Packing.DROP], attention[Packing.RENUMBER])


@pytest.mark.parametrize("variant", VARIANTS)
@torch.inference_mode()
def test_packings_are_one_when_everything_is_kept(variant: str) -> None:
    network, one = tiny(variant).network, sample(variant)
    whole = network.point(network.pack(one.prompt.input_ids, [one.visual]))
    for packing in Packing:
        prompt = network.pack(one.prompt.input_ids, [one.visual], torch.ones(one.n_visual, dtype=torch.bool), packing)
        torch.testing.assert_close(network.point(prompt), whole, rtol=0, atol=0)

"""Counted operations against those that torch counts while the networks run."""

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from model.focusui.flops import Flops, decoder_flops, encoder_flops, pointer_flops, scorer_flops
from model.focusui.scoring import compare, scorer_side
from tests.model.focusui.test_faster_ways import picture_input
from tests.model.focusui.tiny import sample, tiny
from tests.reference import VARIANTS

both_variants = pytest.mark.parametrize("variant", VARIANTS)


@both_variants
@torch.inference_mode()
def test_as_torch_counts(variant: str) -> None:
    checkpoint, network, one = tiny(variant), tiny(variant).network, sample(variant)
    inputs = picture_input(checkpoint, "editor_640x400")
    counted = {}
    with sdpa_kernel(SDPBackend.MATH):  # as plain matrix products, which are counted on every device
        with FlopCounterMode(display=False) as counter:
            network.encode_images(inputs.pixel_values, inputs.grid_thw)
        counted["encoder"] = counter.get_total_flops()
        with FlopCounterMode(display=False) as counter:
            compare(network, scorer_side(network, one.visual), one.prompt.instruction_ids)
        counted["scorer"] = counter.get_total_flops()
        packed = network.pack(one.prompt.input_ids, [one.visual])
        with FlopCounterMode(display=False) as counter:
            hidden = network.pointer_hidden(packed)
        counted["decoder"] = counter.get_total_flops()
        with FlopCounterMode(display=False) as counter:
            network.multi_patch_pointer_head(packed.embeds[packed.visual_mask], hidden)
        counted["pointer"] = counter.get_total_flops()
    config = network.config
    d = config.text_config.hidden_size
    n_text, n_packed = len(one.prompt.instruction_ids), len(packed.input_ids)
    plan = network.vision_planner.plan(one.visual.n_rows, one.visual.n_cols, torch.device("cpu"))
    assert encoder_flops(config.vision_config, plan.windows) == counted["encoder"]
    assert scorer_flops(d, one.n_visual, n_text) == counted["scorer"]
    assert pointer_flops(d, one.n_visual) == counted["pointer"]
    # Plain products do not skip what the mask hides: half of the attention of all layers but the last.
    d_head = 32 if variant == "qwen3_vl" else d // config.text_config.num_attention_heads
    hidden_half = 2 * n_packed**2 * config.text_config.num_attention_heads * d_head
    n_layers = config.text_config.num_hidden_layers
    assert decoder_flops(config.text_config, n_packed) + (n_layers - 1) * hidden_half == counted["decoder"]


def test_behind_a_prefix_only_new_tokens_count() -> None:
    text = tiny("qwen2_5_vl").network.config.text_config
    whole, behind = decoder_flops(text, 500), decoder_flops(text, 20, n_past=480)
    assert behind < 0.1 * whole
    assert decoder_flops(text, 480) < whole - 0.8 * behind


def test_total_is_the_sum() -> None:
    assert Flops(encoder=1.0, scorer=2.0, decoder=4.0, pointer=8.0).total == 15.0

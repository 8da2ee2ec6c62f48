"""The faster ways through tower and decoder give what transformers gives."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch._dynamo.testing import CompileCounter
from transformers.vision_utils import get_vision_window_index

from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.image_input import ImageInput, patchify, resized
from model.focusui.kernels import Kernels, compiled_kernels
from model.focusui.prefix_cache import cache_prefix, point_behind_prefix
from model.focusui.prompt import PromptWriter
from model.focusui.selection import select_visual_tokens
from model.focusui.vision_plan import VisionPlanner, Windows
from model.pictures import load_picture
from tests.model.focusui.kin import gui_actor_on_qwen2
from tests.model.focusui.tiny import sample, tiny
from tests.reference import VARIANTS, screenshot

both_variants = pytest.mark.parametrize("variant", VARIANTS)
PICTURES = ("editor_640x400", "odd_777x513", "desk_1280x720")


def picture_input(checkpoint: Checkpoint, picture: str) -> ImageInput:
    return patchify(resized(load_picture(screenshot(picture)), checkpoint.image_spec), checkpoint.image_spec)


@both_variants
@pytest.mark.parametrize("picture", PICTURES)
@torch.inference_mode()
def test_the_tower_gives_what_transformers_gives(variant: str, picture: str) -> None:
    checkpoint = tiny(variant)
    inputs = picture_input(checkpoint, picture)
    (ours,) = checkpoint.network.encode_images(inputs.pixel_values, inputs.grid_thw)
    theirs = checkpoint.network.model.get_image_features(inputs.pixel_values, inputs.grid_thw, return_dict=True)
    torch.testing.assert_close(ours.embeds, theirs.pooler_output[0], atol=1e-6, rtol=1e-6)
    levels = [level[0] for level in getattr(theirs, "deepstack_features", None) or ()]
    assert len(levels) == (2 if variant == "qwen3_vl" else 0)
    for mine, level in zip(ours.deepstack, levels, strict=True):
        torch.testing.assert_close(mine, level, atol=1e-6, rtol=1e-6)


@both_variants
@pytest.mark.parametrize("keep_fraction", [1.0, 0.5, 0.1])
@torch.inference_mode()
def test_the_decoder_gives_what_transformers_gives(variant: str, keep_fraction: float) -> None:
    network, one = tiny(variant).network, sample(variant)
    scores = network.score_patches(one.visual, one.prompt.instruction_ids)
    keep_mask = select_visual_tokens(scores, keep_fraction, one.prompt.input_ids)
    packed = network.pack(one.prompt.input_ids, [one.visual], keep_mask)
    (hidden,) = network.decode([packed])
    stock = network.pointer_logits(packed, hidden)[0].softmax(-1)
    torch.testing.assert_close(network.point(packed), stock, atol=1e-6, rtol=0)


@both_variants
@torch.inference_mode()
def test_other_attention_is_left_to_transformers(variant: str) -> None:
    """A probe that reads attention must be called, so the faster ways step aside."""
    checkpoint, one = tiny(variant), sample(variant)
    network = checkpoint.network
    packed = network.pack(one.prompt.input_ids, [one.visual])
    expected = network.point(packed)
    calls: list[Tensor] = []
    attentions = [network.model.visual.blocks[0].attn, network.model.language_model.layers[0].self_attn]
    hooks = [module.register_forward_hook(lambda _module, _args, output: calls.append(output)) for module in attentions]
    configs = (network.model.visual.config, network.model.language_model.config)
    try:
        for config in configs:
            config._attn_implementation = "eager"
        inputs = picture_input(checkpoint, "editor_640x400")
        (visual,) = network.encode_images(inputs.pixel_values, inputs.grid_thw)
        torch.testing.assert_close(network.point(packed), expected, atol=1e-5, rtol=0)
    finally:
        for hook in hooks:
            hook.remove()
        for config in configs:
            config._attn_implementation = "sdpa"
    assert len(calls) == 2
    torch.testing.assert_close(visual.embeds, one.visual.embeds, atol=1e-5, rtol=0)


def test_training_goes_through_transformers_and_gives_the_same() -> None:
    checkpoint = tiny("qwen2_5_vl")
    inputs = picture_input(checkpoint, "editor_640x400")
    (visual,) = checkpoint.network.encode_images(inputs.pixel_values, inputs.grid_thw)
    assert visual.embeds.requires_grad
    torch.testing.assert_close(visual.embeds.detach(), sample("qwen2_5_vl").visual.embeds, atol=1e-6, rtol=0)


def test_equal_windows_are_one_batch() -> None:
    config = tiny("qwen2_5_vl").network.config.vision_config
    plan = VisionPlanner(config).plan(9, 10, torch.device("cpu"))
    # Windows of 4 x 4 cells: 2 x 2 whole ones, 2 of 4 x 2 at the right, 2 of 1 x 4 below, 1 of 1 x 2 in the corner.
    assert plan.windows == (
        Windows(n_windows=4, n_patches=64),
        Windows(n_windows=2, n_patches=32),
        Windows(n_windows=2, n_patches=16),
        Windows(n_windows=1, n_patches=8),
    )
    assert sorted(plan.cells.tolist()) == list(range(90))
    assert plan.cells[:8].tolist() == [0, 1, 2, 3, 10, 11, 12, 13]


@settings(deadline=None)
@given(n_rows=st.integers(1, 13), n_cols=st.integers(1, 13))
def test_windows_are_those_of_transformers(n_rows: int, n_cols: int) -> None:
    config = tiny("qwen2_5_vl").network.config.vision_config
    plan = VisionPlanner(config).plan(n_rows, n_cols, torch.device("cpu"))
    lengths = [group.n_patches // 4 for group in plan.windows for _ in range(group.n_windows)]
    ours = {tuple(window.tolist()) for window in plan.cells.split(lengths)}
    order, ends = get_vision_window_index(
        torch.tensor([[1, 2 * n_rows, 2 * n_cols]]), spatial_merge_size=2, window_size=112, patch_size=14
    )
    theirs = {tuple(window.tolist()) for window in order.split((ends.diff() // 4).tolist())}
    assert ours == theirs


def test_qwen2_vl_too(tmp_path: Path) -> None:
    """Its tower has neither windows nor a table of positions; GUI-Actor's first checkpoints stand on it."""
    checkpoint = load_checkpoint(gui_actor_on_qwen2(tmp_path / "model"), dtype=torch.float32)
    network = checkpoint.network
    inputs = picture_input(checkpoint, "odd_777x513")
    with torch.inference_mode():
        (visual,) = network.encode_images(inputs.pixel_values, inputs.grid_thw)
        theirs = network.model.get_image_features(inputs.pixel_values, inputs.grid_thw, return_dict=True)
        torch.testing.assert_close(visual.embeds, theirs.pooler_output[0], atol=1e-6, rtol=1e-6)
        writer = PromptWriter(checkpoint.tokenizer, network.prompt_style.wording)
        prompt = writer.write("Save", len(visual.embeds))
        packed = network.pack(prompt.input_ids, [visual])
        stock = network.pointer_logits(packed, network.decode([packed])[0])[0].softmax(-1)
        torch.testing.assert_close(network.point(packed), stock, atol=1e-6, rtol=0)
        cache = cache_prefix(network, prompt, visual)
        torch.testing.assert_close(point_behind_prefix(network, cache, prompt, visual), stock, atol=1e-6, rtol=0)


def test_a_grid_is_planned_once() -> None:
    planner = VisionPlanner(tiny("qwen3_vl").network.config.vision_config)
    first = planner.plan(6, 7, torch.device("cpu"))
    assert planner.plan(6, 7, torch.device("cpu")) is first
    for n_rows in range(1, 5):
        planner.plan(n_rows, 7, torch.device("cpu"))
    assert planner.plan(6, 7, torch.device("cpu")) is not first


@both_variants
@torch.inference_mode()
def test_compiled_layers_give_the_same_and_compile_once(variant: str) -> None:
    """Through the tracer of torch.compile, whose default backend would take a compiler and minutes."""
    torch._dynamo.reset()
    checkpoint, network = tiny(variant), tiny(variant).network
    counter = CompileCounter()  # runs what was traced
    expected, actual = [], []
    try:
        for picture in PICTURES[:2]:
            inputs = picture_input(checkpoint, picture)
            one = sample(variant, picture)
            expected += [one.visual.embeds, network.point(network.pack(one.prompt.input_ids, [one.visual]))]
            network.kernels = compiled_kernels(counter)
            (visual,) = network.encode_images(inputs.pixel_values, inputs.grid_thw)
            actual += [visual.embeds, network.point(network.pack(one.prompt.input_ids, [one.visual]))]
            network.kernels = Kernels()
    finally:
        network.kernels = Kernels()
        torch._dynamo.reset()
    for ours, theirs in zip(actual, expected, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)
    # One graph per layout of windows in the tower, one in the decoder; not one per layer or picture.
    assert counter.frame_count <= 4

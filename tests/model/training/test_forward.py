"""Losses and gradients against those of the authors' code, and what it does not have: batches, a repaired DeepStack."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from model.focusui.network import FocusUI
from model.focusui.options import DeepStackLevels
from model.focusui.selection import select_visual_tokens
from model.training.forward import draw_keep_fraction, training_forward
from model.training.losses import EVERYTHING, SCORER_ONLY
from model.training.sample import TrainingSample
from tests.model.focusui.tiny import tiny
from tests.model.training import recorded
from tests.reference import VARIANTS

_GRADIENT_TOLERANCE = 1e-4
"""Relative. One gradient is zero but for rounding: a bias added to every logit of a softmax."""


def _gradients(network: FocusUI, total: Tensor) -> dict[str, Tensor | None]:
    network.zero_grad(set_to_none=True)
    torch.autograd.backward(total)
    gradients = {name: parameter.grad for name, parameter in network.named_parameters()}
    network.zero_grad(set_to_none=True)
    return gradients


@pytest.mark.parametrize(("variant", "picture"), recorded.CASES)
def test_losses_and_gradients_equal_the_reference(variant: str, picture: str) -> None:
    network, expected = tiny(variant).network, recorded.losses(variant, picture)
    output = training_forward(network, [recorded.sample(variant, picture)], [0.5], EVERYTHING)
    losses, (kept,) = output.losses, output.kept
    assert losses.pointer is not None
    assert losses.lm is not None
    assert losses.scorer.item() == pytest.approx(expected["ps_loss"], abs=1e-5)
    assert losses.pointer.item() == pytest.approx(expected["pointer_loss"], abs=1e-5)
    assert losses.lm.item() == pytest.approx(expected["lm_loss"], abs=1e-5)
    assert losses.total.item() == pytest.approx(expected["loss"], abs=1e-5)
    assert kept.token_share == pytest.approx(expected["actual_token_percentage"], abs=1e-12)
    assert (kept.n_positive, kept.n_positive_kept) == (expected["positives_total"], expected["positives_kept"])

    gradients = _gradients(network, losses.total)
    assert gradients.keys() == expected["grad_l2"].keys()
    for name, norm in expected["grad_l2"].items():
        gradient = gradients[name]
        assert (gradient is None) == (norm is None), name
        if gradient is not None:
            assert float(gradient.double().norm()) == pytest.approx(norm, rel=_GRADIENT_TOLERANCE, abs=1e-6), name


@pytest.mark.parametrize(("variant", "picture"), recorded.CASES)
def test_packed_ids_and_labels_equal_the_reference(variant: str, picture: str) -> None:
    network, sample = tiny(variant).network, recorded.sample(variant, picture)
    expected = recorded.arrays(variant, picture)
    with torch.no_grad():
        visuals = network.encode_images(sample.pixel_values, sample.grid_thw)
        scores = network.score_patches(visuals[0], sample.instruction_ids)
        keep_mask = select_visual_tokens(scores, 0.5, sample.input_ids)
        prompt = network.pack(sample.input_ids, visuals, keep_mask)
    np.testing.assert_array_equal(keep_mask, expected["r0.50/image_token_keep_mask"])
    np.testing.assert_array_equal(prompt.input_ids, expected["r0.50/packed_input_ids"][0])
    np.testing.assert_array_equal(prompt.position_ids, expected["r0.50/packed_position_ids"][:, 0])
    np.testing.assert_array_equal(sample.labels[prompt.index], expected["r0.50/packed_labels"][0])
    np.testing.assert_array_equal(sample.pointer_labels[:, keep_mask], expected["r0.50/packed_pointer_labels"])
    np.testing.assert_allclose(scores, expected["r0.50/patch_scores"][0], atol=1e-5)


def _supervised(sample: TrainingSample) -> int:
    return int((sample.labels != -100).sum())


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_batch_of_different_sizes_is_the_mean_of_its_samples(variant: str) -> None:
    network = tiny(variant).network
    samples = [recorded.sample(variant, picture) for picture in ("editor_640x400", "odd_777x513")]
    keep_fractions = [0.3, 1.0]
    with torch.no_grad():
        both = training_forward(network, samples, keep_fractions, EVERYTHING)
        singles = [
            training_forward(network, [sample], [keep_fraction], EVERYTHING)
            for sample, keep_fraction in zip(samples, keep_fractions, strict=True)
        ]
    assert both.kept == tuple(single.kept[0] for single in singles)
    counts = np.array([_supervised(sample) for sample in samples])
    losses = [single.losses for single in singles]
    assert both.losses.scorer.item() == pytest.approx(np.mean([loss.scorer for loss in losses]), abs=1e-5)
    assert both.losses.pointer is not None
    assert both.losses.lm is not None
    assert both.losses.pointer.item() == pytest.approx(np.mean([loss.pointer for loss in losses]), abs=1e-5)
    assert both.losses.lm.item() == pytest.approx(np.average([loss.lm for loss in losses], weights=counts), abs=1e-5)


@pytest.mark.parametrize(("levels", "has_gradient"), [(DeepStackLevels.FIRST, False), (DeepStackLevels.ALL, True)])
def test_deeper_levels_learn_only_in_the_repaired_way(levels: DeepStackLevels, has_gradient: bool) -> None:
    network, sample = tiny("qwen3_vl").network, recorded.sample("qwen3_vl", "editor_640x400")
    published = network.options
    network.set_options(replace(published, deepstack=levels))
    try:
        gradients = _gradients(network, training_forward(network, [sample], [0.5], EVERYTHING).losses.total)
    finally:
        network.set_options(published)
    deeper = gradients["model.visual.deepstack_merger_list.1.linear_fc1.weight"]
    assert (deeper is not None) is has_gradient
    assert gradients["model.visual.deepstack_merger_list.0.linear_fc1.weight"] is not None


def test_the_first_stage_runs_no_decoder() -> None:
    network, sample = tiny("qwen2_5_vl").network, recorded.sample("qwen2_5_vl", "editor_640x400")
    losses = training_forward(network, [sample], [0.5], SCORER_ONLY).losses
    assert (losses.pointer, losses.lm) == (None, None)
    assert losses.total.item() == losses.scorer.item()
    gradients = _gradients(network, losses.total)
    assert gradients["model.language_model.layers.0.mlp.up_proj.weight"] is None
    assert gradients["patch_scorer.text_enhancer.mlp.0.weight"] is not None


def test_keep_fractions_are_drawn_from_the_whole_range() -> None:
    drawn = [draw_keep_fraction(torch.Generator().manual_seed(seed)) for seed in range(200)]
    assert 0.05 <= min(drawn) < 0.1
    assert 0.95 < max(drawn) <= 1.0

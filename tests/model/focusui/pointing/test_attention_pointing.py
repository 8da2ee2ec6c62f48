from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.image_input import patchify, resized
from model.focusui.options import PointingWay
from model.focusui.pointing.attention import AttentionPointing, weigh_heads
from model.focusui.pointing.base import Question
from model.focusui.prompt import PromptWriter
from model.patches import PatchGrid
from tests.model.focusui.kin import plain_qwen

_INSTRUCTION = "Click the Save button"


def _question(checkpoint: Checkpoint, screen: np.ndarray, keep_mask: Tensor | None = None) -> Question:
    network, spec = checkpoint.network, checkpoint.image_spec
    inputs = patchify(resized(screen, spec), spec)
    (visual,) = network.encode_images(inputs.pixel_values, inputs.grid_thw)
    n_visual = len(visual.embeds)
    writer = PromptWriter(checkpoint.tokenizer, AttentionPointing(network).wording)
    return Question(
        visual=visual,
        grid=PatchGrid.fitted(width_px=224, height_px=112, n_rows=visual.n_rows, n_cols=visual.n_cols),
        prompt=writer.write(_INSTRUCTION, n_visual),
        keep_mask=torch.ones(n_visual, dtype=torch.bool) if keep_mask is None else keep_mask(n_visual),
    )


def _some(n_visual: int) -> Tensor:
    return torch.rand(n_visual, generator=torch.Generator().manual_seed(2)) < 0.5


@torch.inference_mode()
@pytest.mark.parametrize("keep_mask", [None, _some], ids=["all", "half"])
def test_it_is_the_weighted_sum_of_eager_attention(plain: Checkpoint, screen: np.ndarray, keep_mask: object) -> None:
    question = _question(plain, screen, keep_mask)
    pointed = AttentionPointing(plain.network).point(question)

    network = plain.network
    network.set_attn_implementation("eager")
    packed = question.pack(network)
    inputs = network.decoder_inputs([packed])
    whole = network.model.language_model(**inputs, use_cache=False, output_attentions=True).attentions
    rows = [int(row) for row in packed.index]
    queries = [rows.index(row) for row in range(question.prompt.spoken.start, question.prompt.spoken.stop)]
    total = torch.zeros(int(packed.visual_mask.sum()))
    for layer in whole:
        for head in layer[0]:
            weight = head[queries][:, packed.visual_mask].sum()
            total += weight * head[-1, packed.visual_mask]
    expected = np.zeros(question.grid.n_cells, np.float32)
    expected[question.keep_mask.numpy()] = (total / total.sum()).numpy()
    np.testing.assert_allclose(pointed.probs.ravel(), expected, atol=1e-5)


@torch.inference_mode()
def test_dropped_patches_get_nothing_and_the_rest_all(plain: Checkpoint, screen: np.ndarray) -> None:
    question = _question(plain, screen, _some)
    probs = AttentionPointing(plain.network).point(question).probs.ravel()
    assert probs.sum() == pytest.approx(1, abs=1e-5)
    assert not probs[~question.keep_mask.numpy()].any()
    assert (probs[question.keep_mask.numpy()] > 0).all()


@torch.inference_mode()
@pytest.mark.parametrize("keep_mask", [None, _some], ids=["all", "half"])
def test_a_head_that_looks_for_one_thing_points_to_it(screen: np.ndarray, keep_mask: object, tmp_path: Path) -> None:
    """GIVEN a decoder whose queries ask for one direction WHEN one cell has it THEN that cell is pointed to."""
    checkpoint = load_checkpoint(plain_qwen("qwen2_5_vl", tmp_path / "plain"), dtype=torch.float32)
    network = checkpoint.network
    question = _question(checkpoint, screen, keep_mask)
    target = int(question.keep_mask.nonzero()[7])
    wanted = torch.zeros(64)
    wanted[11] = 1.0
    embeds = question.visual.embeds.clone()
    embeds[:, 11] = 0
    embeds[target] = 8 * wanted
    attention = network.model.language_model.layers[0].self_attn
    # The last dimension of a half of a head turns so slowly with the position that it does not turn at all.
    d_head, slowest = 16, 7
    attention.q_proj.weight.zero_()
    attention.q_proj.bias.zero_()
    attention.q_proj.bias[slowest::d_head] = 20.0
    attention.k_proj.weight.zero_()
    attention.k_proj.bias.zero_()
    attention.k_proj.weight[slowest::d_head] = wanted
    pointed = AttentionPointing(network).point(replace(question, visual=replace(question.visual, embeds=embeds)))
    best = pointed.candidates[0]
    assert pointed.probs.argmax() == target
    assert question.grid.cell_at(best.x, best.y) == question.grid.cell_of(target)


@torch.inference_mode()
def test_of_a_long_instruction_the_end_weighs_the_heads(
    plain: Checkpoint, screen: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = _question(plain, screen)
    whole = AttentionPointing(plain.network).point(question).probs
    n_spoken = question.prompt.spoken.stop - question.prompt.spoken.start
    monkeypatch.setattr("model.focusui.pointing.attention._MAX_QUERIES", n_spoken)
    np.testing.assert_array_equal(AttentionPointing(plain.network).point(question).probs, whole)
    monkeypatch.setattr("model.focusui.pointing.attention._MAX_QUERIES", 2)
    end = slice(question.prompt.spoken.stop - 2, question.prompt.spoken.stop)
    shorter = replace(question, prompt=replace(question.prompt, spoken=end))
    cut = AttentionPointing(plain.network).point(question).probs
    np.testing.assert_array_equal(cut, AttentionPointing(plain.network).point(shorter).probs)
    assert not np.array_equal(cut, whole)


def test_heads_that_never_look_at_the_picture_have_no_say() -> None:
    attention = torch.tensor([[[0.0, 0.0], [0.9, 0.1]], [[0.1, 0.1], [0.2, 0.6]]])
    assert weigh_heads(attention).tolist() == pytest.approx([0.25, 0.75])


def test_if_no_head_looks_at_the_picture_all_is_alike() -> None:
    assert weigh_heads(torch.zeros(3, 2, 4)).tolist() == [0.25] * 4


def test_a_grounder_points_so_if_its_options_say_so(plain: Checkpoint, plain_folder: Path, screen: np.ndarray) -> None:
    plain.network.set_options(replace(plain.network.options, pointing=PointingWay.ATTENTION))
    grounder = FocusUIGrounder(plain, name="plain", folder=plain_folder)
    grounding = grounder.find(grounder.look(screen), _INSTRUCTION, keep_fraction=0.4)
    assert not grounding.is_rejected
    assert grounding.n_kept == int(grounding.grid.n_cells * 0.4)
    assert grounding.pointer_probs.sum() == pytest.approx(1, abs=1e-5)
    assert not grounding.pointer_probs[~grounding.scored.keep_mask].any()

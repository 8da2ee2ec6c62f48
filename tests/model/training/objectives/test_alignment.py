import pytest
import torch
from torch import Tensor

from model.focusui.network import FocusUI
from model.training.forward import encode
from model.training.objectives.alignment import (
    Alignment,
    AlignmentOptions,
    alignment_loss,
    anchor_attention,
    centred_labels,
    find_sinks,
    weigh,
)
from model.training.sample import TrainingSample
from tests.model.focusui.tiny import tiny
from tests.model.training.objectives import toy
from tests.reference import VARIANTS


@torch.no_grad()
def _probs(network: FocusUI, sample: TrainingSample, keep_mask: Tensor | None = None) -> Tensor:
    prompt = network.pack(sample.input_ids, encode(network, [sample]), keep_mask)
    return anchor_attention(network, prompt, 1).probs


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_toy_set_is_learned_by_heart(variant: str) -> None:
    network, samples = toy.fresh(variant).network, toy.samples(variant)
    losses: list[float] = []
    toy.learn(
        network, Alignment(AlignmentOptions()), samples, 24, on_step=lambda _, parts: losses.append(parts["attention"])
    )
    assert losses[-1] < 0.2 * losses[0]
    for sample in samples:
        assert sample.pointer_labels[0, int(_probs(network, sample)[0].argmax())] == 1.0


def test_it_needs_no_pointer_head() -> None:
    network = tiny("qwen2_5_vl").network
    learners = toy.learners(network, Alignment(AlignmentOptions()), toy.samples("qwen2_5_vl"))
    assert learners == {"patch_scorer", "model.visual", "model.language_model.layers"}


def test_the_loss_is_zero_at_the_perfect_attention_alone() -> None:
    sample = toy.samples("qwen3_vl")[0]
    labels = centred_labels(sample)
    perfect = labels / labels.sum(-1, keepdim=True)
    assert float(alignment_loss(perfect, labels)) == pytest.approx(0.0, abs=1e-6)
    assert float(alignment_loss(torch.full_like(perfect, 1 / perfect.shape[1]), labels)) > 0.1
    assert float(alignment_loss(perfect, torch.zeros_like(labels))) == 0.0, "all of it was dropped"


@pytest.mark.parametrize("variant", VARIANTS)
def test_attention_is_that_of_kept_tokens_and_sums_to_one(variant: str) -> None:
    network, sample = tiny(variant).network, toy.samples(variant)[0]
    keep_mask = torch.zeros(sample.grid.n_visual, dtype=torch.bool)
    keep_mask[::3] = True
    probs = _probs(network, sample, keep_mask)
    assert probs.shape == (1, int(keep_mask.sum()))
    assert float(probs.sum()) == pytest.approx(1.0, abs=1e-6)
    assert bool((probs > 0).all())


def test_heads_whose_sinks_look_at_the_picture_decide() -> None:
    """GIVEN a head whose sink sees the picture and one whose sink sees none of it, by hand."""
    sinks = torch.tensor([[[0.5, 0.5]], [[0.0, 0.0]]])
    anchors = torch.tensor([[[0.4, 0.0]], [[0.0, 0.4]]])
    share = float(torch.tensor([1.0, 0.0]).softmax(0)[0])
    torch.testing.assert_close(weigh(sinks, anchors), torch.tensor([[share, 1 - share]]))


def test_sinks_are_what_resembles_the_picture_most() -> None:
    visual = torch.tensor([[[1.0, 0.0], [1.0, 0.1]]])
    queries = torch.tensor([[[0.0, 9.0], [0.1, 0.0], [-5.0, 0.0]]])
    assert find_sinks(queries, visual, 1).tolist() == [1]
    assert find_sinks(queries, visual, 8).tolist() == [1, 0, 2]

import math
from dataclasses import replace

import pytest
import torch

from model.data.annotations import Perspective
from model.focusui.network import FocusUI
from model.training.forward import decode, encode, training_forward
from model.training.losses import EVERYTHING, IGNORED
from model.training.objectives.perspectives import (
    Asking,
    Perspectives,
    PerspectivesOptions,
    disagreement,
    with_thought,
    worded_as,
)
from model.training.sample import TrainingSample
from tests.model.focusui.tiny import tiny
from tests.model.training.objectives import toy

_TOGETHER = PerspectivesOptions(asking=Asking.ALL, agreement=1.0)


@torch.no_grad()
def _hits(network: FocusUI, asked: TrainingSample) -> bool:
    visuals = encode(network, [asked])
    decoded = decode(network, [asked], visuals, [torch.ones(asked.grid.n_visual, dtype=torch.bool)])
    cell_idx = int(network.pointer_logits(decoded.prompts[0], decoded.hidden[0])[0].argmax())
    return bool(asked.pointer_labels[0, cell_idx])


@pytest.mark.parametrize(
    ("variant", "options", "n_steps"),
    [("qwen2_5_vl", PerspectivesOptions(), 50), ("qwen3_vl", _TOGETHER, 25)],
    ids=["drawn", "together"],
)
def test_a_toy_set_is_learned_by_heart(variant: str, options: PerspectivesOptions, n_steps: int) -> None:
    """GIVEN two screens in four wordings each WHEN learned THEN every wording finds its element."""
    network, samples = toy.fresh(variant).network, toy.samples(variant, 2)
    toy.learn(network, Perspectives(options), samples, n_steps)
    for sample in samples:
        assert len(sample.phrasings) == 3
        assert _hits(network, sample)
        assert all(_hits(network, worded_as(sample, phrased)) for phrased in sample.phrasings)


def _said(sample: TrainingSample) -> str:
    shown = sample.input_ids[sample.input_ids != tiny("qwen2_5_vl").network.config.image_token_id]
    text: str = tiny("qwen2_5_vl").tokenizer.decode(shown)
    return text.split("<|vision_end|>")[1]


def test_a_phrasing_takes_the_place_of_the_request_alone() -> None:
    sample = toy.samples("qwen2_5_vl")[0]
    phrased = sample.phrasings[0]
    assert phrased.perspective is Perspective.APPEARANCE
    asked = worded_as(sample, phrased)
    assert _said(asked) == _said(sample).replace("Click the red button", "The red rectangle")
    supervised, before = (one.input_ids[one.labels != IGNORED] for one in (asked, sample))
    assert torch.equal(supervised, before), "the answer is the same"


def test_a_thought_stands_before_the_answer_and_is_learned() -> None:
    sample = toy.samples("qwen2_5_vl")[0]
    thoughtful = with_thought(sample, sample.phrasings[2].thought_ids)
    answer = "<|im_start|>assistant<|recipient|>os"
    assert _said(thoughtful) == _said(sample).replace(
        answer, f"<|im_start|>assistant<|recipient|>all\nThe left one<|im_end|>\n{answer}"
    )
    n_thought = len(sample.phrasings[2].thought_ids)
    assert int((thoughtful.labels != IGNORED).sum()) == int((sample.labels != IGNORED).sum()) + n_thought
    assert thoughtful.input_ids[thoughtful.answer_start :].tolist() == sample.input_ids[sample.answer_start :].tolist()


def test_the_same_seed_draws_the_same_wording_and_others_draw_others() -> None:
    network, samples = tiny("qwen2_5_vl").network, toy.samples("qwen2_5_vl")[:1]
    objective = Perspectives(PerspectivesOptions(has_thoughts=True))
    with torch.no_grad():
        totals = [
            objective.loss(network, samples, generator=torch.Generator().manual_seed(seed)).total.item()
            for seed in (1, 1, 2, 3, 4)
        ]
    assert totals[0] == totals[1]
    assert len(set(totals)) > 2


def test_a_sample_in_one_wording_is_asked_as_always() -> None:
    network = tiny("qwen2_5_vl").network
    sample = replace(toy.samples("qwen2_5_vl")[0], phrasings=())
    objective = Perspectives(replace(_TOGETHER, has_thoughts=True))
    with torch.no_grad():
        loss = objective.loss(network, [sample], generator=torch.Generator().manual_seed(0))
        keep_fraction = 1.0 - 0.95 * float(torch.rand((), generator=torch.Generator().manual_seed(0)))
        expected = training_forward(network, [sample], [keep_fraction], EVERYTHING).losses
    assert loss.total.item() == pytest.approx(expected.total.item(), abs=1e-6)
    assert loss.parts["disagreement"] == pytest.approx(0.0, abs=1e-6)


def test_the_whole_network_learns() -> None:
    network = tiny("qwen2_5_vl").network
    learners = toy.learners(network, Perspectives(_TOGETHER), toy.samples("qwen2_5_vl"))
    assert learners == {"patch_scorer", "multi_patch_pointer_head", "model.visual", "model.language_model.layers"}


def test_disagreement_is_zero_among_the_same_and_log_n_among_strangers() -> None:
    same = torch.randn(1, 2, 5, generator=torch.Generator().manual_seed(1)).expand(3, -1, -1)
    assert float(disagreement(same)) == pytest.approx(0.0, abs=1e-6)
    strangers = torch.eye(3)[:, None] * 200.0
    assert float(disagreement(strangers)) == pytest.approx(math.log(3), rel=1e-5)
    assert disagreement(strangers.clone().requires_grad_()).isfinite()


def test_agreement_needs_all_to_be_asked() -> None:
    with pytest.raises(ValueError, match="all of them are asked"):
        PerspectivesOptions(agreement=1.0)

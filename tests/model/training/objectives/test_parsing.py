from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.data.element_labels import element_labels
from model.focusui.network import FocusUI
from model.training.forward import encode
from model.training.objectives.parsing import Parsed, Parsing, ParsingHead, build, generalised_iou
from model.training.sample import TrainingSample
from tests.model.focusui.tiny import tiny
from tests.model.training.objectives import toy
from tests.reference import VARIANTS


@torch.no_grad()
def _parse(network: FocusUI, objective: Parsing, sample: TrainingSample) -> Parsed:
    assert isinstance(objective.extra, ParsingHead)
    parsed: Parsed = objective.extra(encode(network, [sample])[0].embeds)
    return parsed


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_toy_set_is_learned_by_heart(variant: str) -> None:
    """GIVEN three screens of three elements WHEN learned THEN kinds are known and boxes overlap on nearly all cells."""
    torch.manual_seed(toy.SEED)
    network, samples = toy.fresh(variant).network, toy.samples(variant)
    objective = build({}, network)
    toy.learn(network, objective, samples, 60)
    for sample in samples:
        parsed, labels = _parse(network, objective, sample), element_labels(sample.elements or (), sample.grid)
        classes, reaches = torch.from_numpy(labels.classes), torch.from_numpy(labels.reaches)
        assert float((parsed.kind_logits.argmax(-1) == classes).float().mean()) > 0.95
        covered = classes > 0
        assert float(generalised_iou(parsed.reaches[covered], reaches[covered]).mean()) > 0.7


def test_only_the_vision_tower_and_the_heads_learn() -> None:
    network = tiny("qwen2_5_vl").network
    objective = build({}, network)
    assert toy.learners(network, objective, toy.samples("qwen2_5_vl")) == {"model.visual"}
    assert isinstance(objective.extra, ParsingHead)
    assert all(parameter.grad is not None for parameter in objective.extra.parameters())


def test_samples_whose_elements_nobody_knows_teach_nothing() -> None:
    network = tiny("qwen2_5_vl").network
    objective, generator = build({}, network), torch.Generator()
    known = toy.samples("qwen2_5_vl")[:1]
    unknown = replace(known[0], elements=None)
    nothing = objective.loss(network, [unknown], generator=generator)
    assert nothing.parts == {}
    torch.autograd.backward(nothing.total)
    assert isinstance(objective.extra, ParsingHead)
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in objective.extra.parameters())
    alone, beside = (objective.loss(network, batch, generator=generator) for batch in (known, [*known, unknown]))
    assert alone.total.item() == pytest.approx(2 * beside.total.item()), "a mean over samples"


def test_an_empty_screen_has_kinds_and_no_boxes() -> None:
    network, sample = tiny("qwen2_5_vl").network, toy.samples("qwen2_5_vl")[0]
    loss = build({}, network).loss(network, [replace(sample, elements=())], generator=torch.Generator())
    assert loss.parts["kind"] > 0
    assert (loss.parts["l1"], loss.parts["giou"]) == (0.0, 0.0)


_reach = st.floats(0.1, 50)
_box = st.lists(_reach, min_size=4, max_size=4)


@given(_box, _box)
def test_generalised_iou_is_one_for_the_same_box_and_never_more(first: list[float], second: list[float]) -> None:
    one, other = torch.tensor([first]), torch.tensor([second])
    assert float(generalised_iou(one, one)) == pytest.approx(1.0, abs=1e-5)
    value = float(generalised_iou(one, other))
    assert -1.0 <= value <= 1.0 + 1e-5
    assert value == pytest.approx(float(generalised_iou(other, one)), abs=1e-5)


def test_generalised_iou_by_hand() -> None:
    """A box of 2 x 2 and the left half of it; boxes side by side with a gap."""
    whole, half = torch.tensor([[1.0, 1.0, 1.0, 1.0]]), torch.tensor([[1.0, 1.0, 0.0, 1.0]])
    assert float(generalised_iou(half, whole)) == pytest.approx(0.5)
    left, right = torch.tensor([[2.0, 0.0, -1.0, 1.0]]), torch.tensor([[-1.0, 0.0, 2.0, 1.0]])
    assert float(generalised_iou(left, right)) == pytest.approx(-0.5)

import numpy as np
import pytest
import torch
from torch.nn import functional

from model.training.losses import (
    IGNORED,
    SCORER_ONLY,
    LossWeights,
    lm_loss,
    next_labels,
    pointer_loss,
    scorer_loss,
    weighted_sum,
)
from tests.reference import PURE


@pytest.mark.parametrize("case", range(6))
def test_scorer_loss_equals_the_reference(case: int) -> None:
    with np.load(PURE / "scorer_loss.npz") as expected:
        scores, label = (torch.from_numpy(expected[f"case{case}/{name}"][0]) for name in ("scores", "label"))
        assert float(scorer_loss(scores, label)) == pytest.approx(float(expected[f"case{case}/loss"]), abs=1e-6)


def test_pointer_loss_is_zero_without_gradient_where_no_positive_patch_is_left() -> None:
    logits = torch.randn(1, 7, generator=torch.Generator().manual_seed(3), requires_grad=True)
    loss = pointer_loss(logits, torch.zeros(1, 7))
    torch.autograd.backward(loss)
    assert loss.item() == 0.0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_pointer_loss_is_the_mean_over_pointers_and_zero_for_perfect_attention() -> None:
    labels = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    perfect = torch.tensor([[0.0, 0.0, -100.0, -100.0], [-100.0, -100.0, -100.0, 0.0]])
    assert float(pointer_loss(perfect, labels)) == pytest.approx(0.0, abs=1e-6)
    both = pointer_loss(torch.zeros(2, 4), labels)
    assert float(both) == pytest.approx((np.log(2) + np.log(4)) / 2, abs=1e-6)


def test_lm_loss_is_that_of_all_logits_but_asks_for_few() -> None:
    generator = torch.Generator().manual_seed(5)
    hidden, weight = torch.randn(40, 8, generator=generator), torch.randn(50, 8, generator=generator)
    labels = torch.full((40,), IGNORED)
    labels[30:36] = torch.arange(6)
    asked: list[int] = []

    def head(states: torch.Tensor) -> torch.Tensor:
        asked.append(len(states))
        return states @ weight.mT

    whole = functional.cross_entropy((hidden @ weight.mT)[:-1], labels[1:], ignore_index=IGNORED)
    assert float(lm_loss(hidden, next_labels(labels), head)) == pytest.approx(float(whole), rel=1e-6)
    assert asked == [6]


def test_totals() -> None:
    one, two, three = torch.tensor(1.0), torch.tensor(2.0), torch.tensor(3.0)
    assert float(weighted_sum(LossWeights(), scorer=one, pointer=two, lm=three).total) == pytest.approx(5.1)
    assert float(weighted_sum(SCORER_ONLY, scorer=one, pointer=None, lm=None).total) == 1.0
    assert LossWeights().needs_decoder
    assert not SCORER_ONLY.needs_decoder


@pytest.mark.parametrize("weights", [(-1.0, 0.1, 0.1), (0.0, 0.0, 0.0)])
def test_weights_that_train_nothing_or_backwards_are_refused(weights: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="loss weights are not negative"):
        LossWeights(lm=weights[0], pointer=weights[1], scorer=weights[2])

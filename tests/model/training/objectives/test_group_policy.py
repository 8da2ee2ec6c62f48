import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.training.objectives.group_policy import advantages, divergence, policy_loss

_rewards = st.lists(st.floats(-1, 1.1), min_size=2, max_size=16)


@given(st.floats(-1, 1), st.integers(2, 16))
def test_equal_rewards_have_no_advantage(reward: float, n_episodes: int) -> None:
    assert advantages([reward] * n_episodes).tolist() == [0.0] * n_episodes


@given(_rewards, st.floats(0.1, 10), st.floats(-5, 5))
def test_advantages_are_relative(rewards: list[float], factor: float, shift: float) -> None:
    """Their mean is 0, and a reward in another unit changes nothing."""
    gains = advantages(rewards)
    assert float(gains.double().mean()) == pytest.approx(0.0, abs=1e-4)
    if max(rewards) - min(rewards) > 0.01:
        assert float(gains.double().pow(2).mean()) == pytest.approx(1.0, abs=1e-4)
        torch.testing.assert_close(
            advantages([reward * factor + shift for reward in rewards]), gains, atol=1e-3, rtol=0
        )


def test_advantages_by_hand() -> None:
    assert advantages([1.0, 0.0, 0.0, 0.0]).tolist() == pytest.approx([math.sqrt(3), *[-1 / math.sqrt(3)] * 3])


def test_at_first_the_loss_is_the_advantage_and_its_gradient_that_of_the_log_probability() -> None:
    log_probs = torch.tensor([-1.0, -2.0], requires_grad=True)
    gains = torch.tensor([0.5, -2.0])
    loss = policy_loss(log_probs, log_probs.detach(), gains, 0.2)
    assert loss.tolist() == (-gains).tolist()
    torch.autograd.backward(loss.sum())
    assert log_probs.grad is not None
    assert log_probs.grad.tolist() == (-gains).tolist()


@pytest.mark.parametrize(
    ("ratio", "gain", "expected", "learns"),
    [(1.5, 1.0, -1.2, False), (0.5, 1.0, -0.5, True), (1.5, -1.0, 1.5, True), (0.5, -1.0, 0.8, False)],
)
def test_a_ratio_is_clipped_where_it_would_gain(ratio: float, gain: float, expected: float, learns: bool) -> None:
    log_probs = torch.tensor([math.log(ratio)], requires_grad=True)
    loss = policy_loss(log_probs, torch.zeros(1), torch.tensor([gain]), 0.2)
    assert loss.item() == pytest.approx(expected)
    torch.autograd.backward(loss.sum())
    assert log_probs.grad is not None
    assert bool(log_probs.grad.any()) is learns


def test_the_divergence_is_zero_at_home_alone() -> None:
    log_probs = torch.randn(2, 7, generator=torch.Generator().manual_seed(2)).log_softmax(-1)
    assert float(divergence(log_probs[0], log_probs[0])) == 0.0
    expected = torch.distributions.kl_divergence(*(torch.distributions.Categorical(logits=row) for row in log_probs))
    assert float(divergence(log_probs[0], log_probs[1])) == pytest.approx(float(expected), rel=1e-5)

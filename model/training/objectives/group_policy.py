"""Group relative policy optimisation (GRPO): what is better than the rest of its group becomes likelier.

Source: DeepSeekMath (arXiv 2402.03300, section 4.1). An advantage is a reward less the mean of its group, over their
standard deviation; the gain is the ratio of new to old probability times that, clipped as in PPO (arXiv 1707.06347,
section 3). The divergence from a reference is not estimated from what was drawn: a pointer has all its probabilities.

Legend: ``n_episodes`` of one group, ``n_choices`` of all its episodes, ``n_kept`` visual tokens to choose from.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

_LEAST_DEVIATION = 1e-6


def advantages(rewards: Sequence[float]) -> Tensor:
    """How much better each episode of a group was than the others, [n_episodes]; 0 if all were worth the same."""
    worth = torch.tensor(rewards, dtype=torch.float64)
    centred = worth - worth.mean()
    deviation = worth.std(correction=0)
    if deviation < _LEAST_DEVIATION:
        return torch.zeros_like(centred, dtype=torch.float32)
    return (centred / deviation).float()


def policy_loss(log_probs: Tensor, old_log_probs: Tensor, gains: Tensor, clip: float) -> Tensor:
    """What to minimise for each choice, [n_choices].

    Args:
        log_probs: [n_choices] of what was chosen, by the policy that learns.
        old_log_probs: [n_choices] by the policy that chose.
        gains: [n_choices], advantage of the episode of each choice.
        clip: the ratio of both counts only so far from 1 where that makes the gain larger.
    """
    ratio = (log_probs - old_log_probs).exp()
    loss: Tensor = -torch.minimum(ratio * gains, ratio.clamp(1.0 - clip, 1.0 + clip) * gains)
    return loss


def divergence(log_probs: Tensor, reference: Tensor) -> Tensor:
    """Kullback-Leibler divergence of a policy from a reference, scalar; both [n_kept] log probabilities."""
    return (log_probs.exp() * (log_probs - reference)).sum()

"""Reinforcement of pointing: points are drawn from the pointer's attention, and what hits becomes likelier.

Sources: GRPO (``group_policy``), rewards (``reward``) and kinds of episodes (``environments``), each named there. Eight
episodes of a group and the weight of the divergence are those of GUI-G2's published run.

The policy is the pointer head's attention over the kept visual tokens; a point is drawn evenly inside the chosen
token, so that an element smaller than a token is hit as often as it covers it. All gradients pass through the pointer
attention; the selection passes none, so the patch scorer learns nothing. Every group of episodes is learned from once:
the policy that chose is the one that learns, so the ratio of both is 1 and the clip at rest, as always where GRPO
makes one update a group.

Gradients of all views of an episode are held until the step: memory grows with moves and with ways that part.

Legend: ``n_choices`` of all episodes of a batch.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn

from model.focusui.network import FocusUI
from model.training.forward import draw_keep_fraction
from model.training.objectives.environment import Environment
from model.training.objectives.environments import CursorSearch, Pointing, ZoomIn
from model.training.objectives.group_policy import advantages, divergence, policy_loss
from model.training.objectives.objective import ObjectiveLoss
from model.training.objectives.options import read_options
from model.training.objectives.reward import PointReward
from model.training.objectives.rollout import Episode, Roller
from model.training.sample import TrainingSample


class EpisodeKind(StrEnum):
    """How an element is looked for."""

    POINT = "point"
    ZOOM = "zoom"
    CURSOR = "cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinforcementOptions:
    """How to reinforce.

    Attributes:
        episode: how an element is looked for.
        reward: what a point is worth; a search with a cursor has a worth of its own.
        n_episodes: of each sample.
        zoom: how much larger the second look of ``zoom`` is.
        n_moves: of a cursor at most.
        clip: how far the ratio of new to old probability may count.
        divergence: weight of the divergence from the network as it was when training began; 0 needs no copy of it.
    """

    episode: EpisodeKind = EpisodeKind.POINT
    reward: PointReward = PointReward.HIT
    n_episodes: int = 8
    zoom: float = 2.0
    n_moves: int = 4
    clip: float = 0.2
    divergence: float = 0.04

    def __post_init__(self) -> None:
        if self.n_episodes < 2:
            raise ValueError(f"n_episodes is at least 2, for each is judged by the others, not {self.n_episodes}")
        if self.zoom <= 1 or self.n_moves < 1:
            raise ValueError(f"zoom is above 1 and n_moves at least 1, not {self.zoom} and {self.n_moves}")
        if not 0 < self.clip < 1 or self.divergence < 0:
            raise ValueError(
                f"clip lies between 0 and 1, divergence is not negative, not {self.clip} and {self.divergence}"
            )

    @property
    def environment(self) -> Environment:
        """Where the policy acts."""
        match self.episode:
            case EpisodeKind.POINT:
                return Pointing(worth=self.reward)
            case EpisodeKind.ZOOM:
                return ZoomIn(worth=self.reward, zoom=self.zoom)
            case EpisodeKind.CURSOR:
                return CursorSearch(n_moves=self.n_moves)


class Reinforcement:
    """GRPO with a reward for points.

    Args:
        reference: what the policy should not leave; None if its divergence weighs nothing.
        options: see there.
    """

    extra: nn.Module | None = None

    def __init__(self, reference: FocusUI | None, options: ReinforcementOptions) -> None:
        self._reference = reference
        self._options = options

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """See ``Objective``; only the first target of each sample is looked for."""
        options = self._options
        roller = Roller(network=network, reference=self._reference, environment=options.environment)
        keep_fractions = [draw_keep_fraction(generator) for _ in samples]
        episodes = roller.roll(samples, keep_fractions, options.n_episodes, generator)
        gains = torch.cat(
            [advantages([episode.reward for episode in group]) for group in _groups(episodes, options.n_episodes)]
        )
        log_probs = [_chosen(episode) for episode in episodes]
        losses = torch.stack(
            [
                policy_loss(of_episode, of_episode.detach(), gain.to(of_episode.device), options.clip).mean()
                for of_episode, gain in zip(log_probs, gains, strict=True)
            ]
        )
        total = losses.mean()
        parts = {
            "policy": total.item(),
            "reward": fmean(episode.reward for episode in episodes),
            "steps": fmean(len(episode.chosen) for episode in episodes),
        }
        if self._reference is not None:
            away = torch.stack([_divergence(episode) for episode in episodes]).mean()
            total = total + options.divergence * away
            parts["divergence"] = away.item()
        return ObjectiveLoss(total=total, parts=parts)


def build(options: Mapping[str, Any], network: FocusUI) -> Reinforcement:
    """The objective that a recipe asks for: ``ReinforcementOptions``.

    The reference is a copy of the network as it is now: build before weights are resumed.

    Raises:
        ValueError: the options are not understood.
    """
    chosen = read_options(ReinforcementOptions, options)
    return Reinforcement(frozen_copy(network) if chosen.divergence > 0 else None, chosen)


def frozen_copy(network: FocusUI) -> FocusUI:
    """A copy that never learns, in evaluation mode."""
    made = copy.deepcopy(network)
    made.requires_grad_(False)
    made.eval()
    return made


def _groups(episodes: Sequence[Episode], size: int) -> list[Sequence[Episode]]:
    return [episodes[start : start + size] for start in range(0, len(episodes), size)]


def _chosen(episode: Episode) -> Tensor:
    """Log probabilities of what was chosen, [n_choices of the episode]."""
    return torch.stack([policy.log_probs[idx] for policy, idx in zip(episode.policies, episode.chosen, strict=True)])


def _divergence(episode: Episode) -> Tensor:
    """From the reference, mean over its choices."""
    return torch.stack(
        [divergence(policy.log_probs, policy.reference) for policy in episode.policies if policy.reference is not None]
    ).mean()

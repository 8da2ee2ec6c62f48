from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch

from model.focusui.network import FocusUI
from model.training.objectives.environment import View, task_of
from model.training.objectives.reinforcement import EpisodeKind, ReinforcementOptions, build
from model.training.objectives.rollout import Episode, Roller, point, shown_of
from model.training.sample import TrainingSample
from tests.model.focusui.tiny import tiny
from tests.model.training.objectives import toy


def _roll(network: FocusUI, samples: tuple[TrainingSample, ...], kind: EpisodeKind, *, seed: int = 5) -> list[Episode]:
    roller = Roller(network=network, reference=None, environment=ReinforcementOptions(episode=kind).environment)
    with torch.no_grad():
        return roller.roll(samples, [1.0] * len(samples), 8, torch.Generator().manual_seed(seed))


def _mean_reward(episodes: list[Episode]) -> float:
    return sum(episode.reward for episode in episodes) / len(episodes)


@pytest.mark.parametrize(
    ("variant", "options", "n_screens", "n_steps"),
    [
        ("qwen2_5_vl", {"n_episodes": 16}, 2, 40),
        ("qwen3_vl", {"n_episodes": 16, "reward": "gaussian", "divergence": 0.0}, 2, 30),
        ("qwen3_vl", {"episode": "zoom", "reward": "gaussian", "divergence": 0.0}, 1, 16),
        ("qwen3_vl", {"episode": "cursor", "n_episodes": 6, "n_moves": 3, "divergence": 0.0}, 1, 20),
    ],
    ids=["hit", "gaussian", "zoom", "cursor"],
)
def test_a_toy_set_is_learned_by_heart(
    variant: str, options: Mapping[str, object], n_screens: int, n_steps: int
) -> None:
    """GIVEN points that hit by chance WHEN reinforced THEN most of those drawn hit, and searches end in the box."""
    network, samples = toy.fresh(variant).network, toy.samples(variant, n_screens)
    objective = build(options, network)
    kind = EpisodeKind(str(options.get("episode", "point")))
    assert _mean_reward(_roll(network, samples, kind)) < 0.3
    toy.learn(network, objective, samples, n_steps)
    assert _mean_reward(_roll(network, samples, kind)) > 0.6


def test_the_patch_scorer_learns_nothing() -> None:
    network = tiny("qwen2_5_vl").network
    objective = build({"reward": "gaussian"}, network)
    learners = toy.learners(network, objective, toy.samples("qwen2_5_vl"))
    assert learners == {"multi_patch_pointer_head", "model.visual", "model.language_model.layers"}


def test_at_first_nothing_is_gained_and_nothing_lost() -> None:
    """The ratio is 1, so the mean over a group is that of its advantages; and the reference is the network itself."""
    network, samples = tiny("qwen2_5_vl").network, toy.samples("qwen2_5_vl")
    loss = build({"reward": "gaussian"}, network).loss(network, samples, generator=torch.Generator().manual_seed(1))
    assert loss.parts["policy"] == pytest.approx(0.0, abs=1e-6)
    assert loss.parts["divergence"] == pytest.approx(0.0, abs=1e-6)
    assert loss.parts["reward"] > 0
    assert loss.parts["steps"] == 1.0


def test_rewards_that_are_all_equal_teach_nothing() -> None:
    network, samples = tiny("qwen2_5_vl").network, toy.samples("qwen2_5_vl")
    nowhere = torch.tensor([[0.0, 0.0, 1e-9, 1e-9]], dtype=torch.float64)
    unreachable = [replace(sample, boxes_norm=nowhere) for sample in samples]
    objective = build({"divergence": 0.0}, network)
    loss = objective.loss(network, unreachable, generator=torch.Generator().manual_seed(1))
    network.zero_grad(set_to_none=True)
    torch.autograd.backward(loss.total)
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    network.zero_grad(set_to_none=True)
    assert gradients
    assert not any(gradient.any() for gradient in gradients)


@pytest.mark.parametrize("kind", list(EpisodeKind))
def test_episodes_replay_from_a_seed(kind: EpisodeKind) -> None:
    network, samples = tiny("qwen2_5_vl").network, toy.samples("qwen2_5_vl", 2)
    first, again, other = (_roll(network, samples, kind, seed=seed) for seed in (5, 5, 6))
    assert [episode.path for episode in first] == [episode.path for episode in again]
    assert [episode.reward for episode in first] == [episode.reward for episode in again]
    assert [episode.path for episode in first] != [episode.path for episode in other]
    environment = ReinforcementOptions(episode=kind).environment
    assert all(episode.path.is_done for episode in first)
    assert {episode.sample_idx for episode in first} == {0, 1}
    for episode in first:
        assert environment.reward(task_of(samples[episode.sample_idx]), episode.path) == episode.reward


@pytest.mark.parametrize("variant", ["qwen2_5_vl", "qwen3_vl"])
@torch.no_grad()
def test_the_first_view_is_the_sample_as_it_would_be_asked(variant: str) -> None:
    network, sample = tiny(variant).network, toy.samples(variant)[0]
    shown = shown_of(network, sample, View(pixels=sample.shown.pixels))
    (policy,) = point(network, [shown], [1.0], None)
    visuals = network.encode_images(sample.pixel_values, sample.grid_thw)
    prompt = network.pack(sample.input_ids, visuals)
    expected = network.pointer_logits(prompt, network.decode([prompt])[0])[0].log_softmax(-1)
    torch.testing.assert_close(policy.log_probs, expected, atol=1e-5, rtol=1e-5)
    assert policy.kept.tolist() == list(range(sample.grid.n_visual))
    copied = shown_of(network, sample, View(pixels=sample.shown.pixels.copy()))
    torch.testing.assert_close(copied.pixel_values, sample.pixel_values)


@torch.no_grad()
def test_views_of_another_size_have_as_many_tokens_as_they_need() -> None:
    network, sample = tiny("qwen2_5_vl").network, toy.samples("qwen2_5_vl")[0]
    shown = shown_of(network, sample, View(pixels=sample.shown.pixels[:84, :112].copy()))
    assert (shown.grid.n_rows, shown.grid.n_cols) == (3, 4)
    assert int((shown.input_ids == network.config.image_token_id).sum()) == 12
    assert int(shown.input_ids[-1]) == network.config.pointer_pad_token_id
    (policy,) = point(network, [shown], [0.5], None)
    assert len(policy.kept) == len(policy.log_probs) == 6
    assert float(policy.log_probs.exp().sum()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"n_episodes": 1}, "judged by the others"),
        ({"zoom": 1.0}, "zoom is above 1"),
        ({"n_moves": 0}, "n_moves at least 1"),
        ({"clip": 1.0}, "clip lies between"),
        ({"divergence": -1.0}, "divergence is not negative"),
    ],
)
def test_what_cannot_be_reinforced(options: dict[str, float], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        ReinforcementOptions(**options)  # type: ignore[arg-type]

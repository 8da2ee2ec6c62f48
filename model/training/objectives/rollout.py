"""Episodes of a pointing policy: what it is shown goes through the network, and a visual token is drawn.

Legend: ``n_seq`` tokens of a prompt up to its first pointer, ``n_visual`` visual tokens of a view, ``n_kept`` of those
that are kept, ``n_text`` tokens of the instruction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from model.data.labels import VisualGrid
from model.focusui.image_input import patchify, resized
from model.focusui.network import FocusUI, VisualFeatures
from model.training.forward import decode, encode, score, select
from model.training.objectives.environment import Environment, Path, View, step_at, task_of
from model.training.sample import TrainingSample, visual_grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """A view as the network takes it; see ``Asked``.

    Attributes:
        view: what is shown.
        grid: of it as the vision tower sees it.
        input_ids: [n_seq] int64.
        instruction_ids: [n_text] int64.
        pixel_values: [n_patches, d_patch] float32.
        grid_thw: [1, 3] int64.
    """

    view: View
    grid: VisualGrid
    input_ids: Tensor
    instruction_ids: Tensor
    pixel_values: Tensor
    grid_thw: Tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    """Where the first pointer of a prompt points.

    Attributes:
        kept: [n_kept] int64 on the CPU, the visual tokens to choose from.
        log_probs: [n_kept] float32.
        reference: [n_kept] float32 without gradients, those of the reference; None without one.
    """

    kept: Tensor
    log_probs: Tensor
    reference: Tensor | None


@dataclass(slots=True, kw_only=True, eq=False)
class Episode:
    """One episode about one sample, while it runs.

    Attributes:
        sample_idx: of the batch.
        path: so far.
        policies: in the order of its choices.
        chosen: index of each choice among the tokens that were kept.
        reward: of the path; 0 before it is done.
    """

    sample_idx: int
    path: Path = field(default_factory=Path)
    policies: list[Policy] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    reward: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roller:
    """Runs episodes.

    Attributes:
        network: the policy; gradients stay with what it says.
        reference: never learns; None without one.
        environment: where it acts.
    """

    network: FocusUI
    reference: FocusUI | None
    environment: Environment

    def roll(
        self,
        samples: Sequence[TrainingSample],
        keep_fractions: Sequence[float],
        n_episodes: int,
        generator: torch.Generator,
    ) -> list[Episode]:
        """So many episodes of each sample, sample after sample; they go on side by side.

        Episodes that have come the same way are shown the same, so it goes through the network once.

        Args:
            samples: whose first target is to be found.
            keep_fractions: share of visual tokens kept of each of its views.
            n_episodes: of each sample.
            generator: draws the choices, and the points inside what was chosen.
        """
        episodes = [Episode(sample_idx=idx) for idx in range(len(samples)) for _ in range(n_episodes)]
        tasks = [task_of(sample) for sample in samples]
        while running := [episode for episode in episodes if not episode.path.is_done]:
            ways = list(dict.fromkeys((episode.sample_idx, episode.path) for episode in running))
            shown = [
                shown_of(self.network, samples[idx], self.environment.view(tasks[idx], path)) for idx, path in ways
            ]
            policies = point(self.network, shown, [keep_fractions[idx] for idx, _ in ways], self.reference)
            by_way = {way: (one, policy) for way, one, policy in zip(ways, shown, policies, strict=True)}
            for episode in running:
                one, policy = by_way[episode.sample_idx, episode.path]
                chosen = int(torch.multinomial(policy.log_probs.detach().exp().cpu(), 1, generator=generator))
                x, y = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
                step = step_at(one.view, one.grid, int(policy.kept[chosen]), (x, y))
                task = tasks[episode.sample_idx]
                episode.path = self.environment.act(task, episode.path, step)
                episode.policies.append(policy)
                episode.chosen.append(chosen)
                if episode.path.is_done:
                    episode.reward = self.environment.reward(task, episode.path)
        return episodes


def shown_of(network: FocusUI, sample: TrainingSample, view: View) -> Shown:
    """A view under the request of a sample, up to its first pointer token."""
    pixel_values, grid_thw = sample.pixel_values, sample.grid_thw
    if view.pixels is not sample.shown.pixels:
        spec = sample.shown.spec
        image = patchify(resized(view.pixels, spec), spec)
        pixel_values, grid_thw = image.pixel_values, image.grid_thw
    grid = visual_grid(grid_thw, sample.shown.spec)
    return Shown(
        view=view,
        grid=grid,
        input_ids=_prompt(network, sample.input_ids, grid.n_visual),
        instruction_ids=sample.instruction_ids,
        pixel_values=pixel_values,
        grid_thw=grid_thw,
    )


def point(
    network: FocusUI, shown: Sequence[Shown], keep_fractions: Sequence[float], reference: FocusUI | None
) -> list[Policy]:
    """Where a network points in each view, and where a reference would among the same visual tokens."""
    visuals = encode(network, shown)
    with torch.no_grad():  # nothing is learned from the scores: the selection passes no gradient on
        keep_masks = select(shown, score(network, shown, visuals), keep_fractions)
    log_probs = _log_probs(network, shown, keep_masks, visuals)
    referred: Sequence[Tensor | None] = [None] * len(shown)
    if reference is not None:
        with torch.no_grad():
            referred = _log_probs(reference, shown, keep_masks, encode(reference, shown))
    return [
        Policy(kept=keep_mask.nonzero().squeeze(-1), log_probs=of_network, reference=of_reference)
        for keep_mask, of_network, of_reference in zip(keep_masks, log_probs, referred, strict=True)
    ]


def _log_probs(
    network: FocusUI, shown: Sequence[Shown], keep_masks: Sequence[Tensor], visuals: Sequence[VisualFeatures]
) -> list[Tensor]:
    decoded = decode(network, shown, visuals, keep_masks)
    return [
        network.pointer_logits(prompt, hidden)[0].float().log_softmax(-1)
        for prompt, hidden in zip(decoded.prompts, decoded.hidden, strict=True)
    ]


def _prompt(network: FocusUI, input_ids: Tensor, n_visual: int) -> Tensor:
    """The sequence of a sample up to its first pointer, about a picture of so many visual tokens."""
    image_id = network.config.image_token_id
    places = (input_ids == image_id).nonzero().squeeze(-1)
    begin, end = int(places[0]), int(places[-1]) + 1
    behind = input_ids[end : network.pointer_row(input_ids) + 1]
    return torch.cat([input_ids[:begin], input_ids.new_full((n_visual,), image_id), behind])

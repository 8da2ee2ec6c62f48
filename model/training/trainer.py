"""The loop that trains FocusUI: the same for one process and for many, stopped and gone on with at any moment.

A step sums the gradients of its batches, each weighted by what it is of the whole step: losses that are means over
samples by its samples, losses that are means over supervised tokens by its tokens. So neither accumulation nor the
number of processes changes what a step learns.
"""

import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from model.errors import TrainingError
from model.focusui.network import FocusUI
from model.peak_memory import PeakMemory
from model.training.feed import Feed, Share, Weights
from model.training.learner import Learner
from model.training.loading import LoadedBatch, Unusable
from model.training.losses import IGNORED
from model.training.objectives.objective import Objective, ObjectiveLoss
from model.training.recipe import Precision, Recipe
from model.training.run_state import RunState
from model.training.sample import TrainingSample
from model.training.schedule import rate_at
from model.training.steps import StepBatch
from model.training.team.team import Team

_LOSS = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """What one step did.

    Attributes:
        n_steps: done, this one included.
        loss: of all its samples, before the step.
        parts: of the loss and what else the objective tells, means over samples.
        learning_rate: of it.
        gradient_norm: before it was shortened.
        n_samples: that were learned from.
        seconds: that it took.
        memory_mb: most memory that was taken so far by this process, on its device; 0 if nobody counts.
    """

    n_steps: int
    loss: float
    parts: dict[str, float]
    learning_rate: float
    gradient_norm: float
    n_samples: int
    seconds: float
    memory_mb: float

    def to_json(self) -> dict[str, Any]:
        """A line of the log."""
        return {
            "step": self.n_steps,
            "loss": self.loss,
            **self.parts,
            "learning_rate": self.learning_rate,
            "gradient_norm": self.gradient_norm,
            "n_samples": self.n_samples,
            "seconds": round(self.seconds, 3),
            "memory_mb": round(self.memory_mb),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """What a step learns from, over all processes."""

    n_samples: float
    n_tokens: float


class Trainer:
    """Takes the steps of a recipe.

    Args:
        recipe: how.
        learner: whose weights learn as ``set_learning`` says.
        objective: what.
        feed: gives what to learn from.
        team: of processes.
    """

    def __init__(
        self,
        *,
        recipe: Recipe,
        learner: Learner,
        objective: Objective,
        feed: Feed,
        team: Team,
    ) -> None:
        self._recipe = recipe
        self._objective = objective
        self._feed = feed
        self._team = team
        self._generator = torch.Generator()
        self._memory = PeakMemory(str(team.device))
        self._last: tuple[TrainingSample, ...] = ()
        self._n_warmup = math.ceil(recipe.warm_up_share * feed.n_steps)
        optimiser = torch.optim.AdamW(
            learner.learning().values(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self._wrapped = team.prepare(learner, optimiser, max_norm=recipe.max_gradient_norm)

    @property
    def n_steps(self) -> int:
        """Of the whole recipe."""
        return self._feed.n_steps

    def autocast(self) -> AbstractContextManager[None]:
        """What the network runs in."""
        return torch.autocast(self._team.device.type, torch.bfloat16, enabled=self._recipe.precision is Precision.BF16)

    def run(self, state: RunState) -> Iterator[tuple[RunState, StepReport]]:
        """Take the steps that are left, one each time the next state is asked for.

        Raises:
            TrainingError: the loss is not a number any more, or nothing can be learned from.
        """
        for share in self._feed.shares(state):
            report, unusable = self._take_step(share)
            known = {entry.index for entry in state.unusable}
            found = self._team.gather([*share.unusable, *unusable])
            new = {entry.index: entry for entry in found if entry.index not in known}
            state = replace(
                state,
                n_steps=share.step_idx + 1,
                unusable=(*state.unusable, *new.values()),
                places=() if share.place is None else tuple(self._team.gather([share.place])),
            )
            yield state, report

    def _take_step(self, share: Share) -> tuple[StepReport, list[Unusable]]:
        started = time.perf_counter()
        self._wrapped.train()
        rate = self._recipe.learning_rate * rate_at(share.step_idx, self._n_warmup, self.n_steps, least=0.0)
        self._team.set_rate(rate)
        whole = self._whole(share.weights)
        unusable: list[Unusable] = []
        sums: dict[str, float] = defaultdict(float)
        for place, given in enumerate(share.loaded, start=1):
            unusable += given.unusable
            samples, is_filler = self._samples(given)
            if samples:
                with self._team.step_context(is_last=place == share.n_rounds):
                    self._learn(samples, given.batch, whole, sums, is_filler=is_filler)
        names = sorted(sums)
        totals = dict(zip(names, self._team.add_up([sums[name] for name in names]), strict=True))
        loss = totals.pop(_LOSS, math.nan)
        if not math.isfinite(loss):
            raise TrainingError(
                f"In step {share.step_idx + 1} the loss is not a number.",
                hint="Go on from the last saved state with a lower learning rate, or look at the records of this step.",
            )
        gradient_norm = self._team.clip()
        self._team.step()
        report = StepReport(
            n_steps=share.step_idx + 1,
            loss=loss,
            parts=totals,
            learning_rate=rate,
            gradient_norm=gradient_norm,
            n_samples=round(whole.n_samples),
            seconds=time.perf_counter() - started,
            memory_mb=(self._memory.read() or 0) / 1e6,
        )
        return report, unusable

    def _whole(self, own: Weights) -> _Whole:
        """How many samples and supervised tokens the step has, over all processes."""
        summed = self._team.add_up([own.n_samples, own.n_tokens])
        return _Whole(n_samples=max(1.0, summed[0]), n_tokens=max(1.0, summed[1]))

    def _samples(self, given: LoadedBatch) -> tuple[tuple[TrainingSample, ...], bool]:
        """What goes through the network, and whether only so that this process takes part."""
        if given.samples:
            self._last = given.samples
            return given.samples, given.batch.is_filler
        if self._team.n_processes > 1 and not self._last:  # the others wait for this process
            raise TrainingError(f"Nothing can be learned from the first records: {given.unusable[0].reason}")
        return (self._last if self._team.n_processes > 1 else ()), True

    def _learn(
        self,
        samples: Sequence[TrainingSample],
        batch: StepBatch,
        whole: _Whole,
        sums: dict[str, float],
        *,
        is_filler: bool,
    ) -> None:
        """Add the gradients of one batch, and what it tells to the sums."""
        seed = batch.seed(self._recipe.seed)
        torch.manual_seed(seed)  # dropout draws from torch's own
        generator = self._generator.manual_seed(seed)

        def job(network: FocusUI) -> ObjectiveLoss:
            return self._objective.loss(network, samples, generator=generator)

        with self.autocast():
            told: ObjectiveLoss = self._wrapped(job)
        share = 0.0 if is_filler else len(samples) / whole.n_samples
        n_tokens = sum(int((sample.labels != IGNORED).sum()) for sample in samples)
        token_share = 0.0 if is_filler else n_tokens / whole.n_tokens
        loss = _weighted(told, share, token_share)
        self._team.backward(loss)
        sums[_LOSS] += float(loss.detach())
        for name, value in told.parts.items():
            sums[name] += value * share


def _weighted(told: ObjectiveLoss, share: float, token_share: float) -> Tensor:
    """What the loss of a batch adds to that of its step."""
    if told.per_token is None:
        return told.total * share
    return (told.total - told.per_token) * share + told.per_token * token_share

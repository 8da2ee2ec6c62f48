"""What each process learns from in each step: the records of a table, or the rows of a stream."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from model.data.batching import visual_lengths
from model.data.sources.block import StreamPlace
from model.data.sources.source import RecordSource
from model.errors import ModelError
from model.training.loading import LoadedBatch, Unusable, load_batches
from model.training.recipe import Recipe
from model.training.run_state import RunState
from model.training.sample import SampleBuilder
from model.training.steps import LengthGroupedPlan, StepBatch, plan_steps, share_of
from model.training.team.team import Team


@dataclass(frozen=True, slots=True)
class Weights:
    """What a mean is taken over: samples, and tokens that the language model learns."""

    n_samples: int
    n_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Share:
    """The share that one process has in a step.

    Attributes:
        step_idx: of the step, from 0.
        weights: what this process learns from. Counted from the records, before any picture is read: a step need not
            fit into memory.
        n_rounds: batches that go through the network of this and every other process.
        loaded: these batches; all are taken before the next share is asked for.
        unusable: rows that were left out before they came into a batch.
        place: where this process is in its stream after the step; None for a table.
    """

    step_idx: int
    weights: Weights
    n_rounds: int
    loaded: Iterator[LoadedBatch]
    unusable: tuple[Unusable, ...] = ()
    place: StreamPlace | None = None


class Feed(Protocol):
    """Gives a process its shares."""

    @property
    def n_steps(self) -> int:
        """Of the whole recipe."""
        ...

    @property
    def about(self) -> dict[str, Any]:
        """What must be the same where a run goes on."""
        ...

    def shares(self, state: RunState) -> Iterator[Share]:
        """Those of the steps that are left; all processes ask for them together."""
        ...


class TableFeed:
    """Feeds records of which it is known how many and how long they are.

    All of it follows from the recipe's seed and the number of a step, so a run that goes on needs no other state.

    Args:
        source: of records.
        recipe: how to train.
        builder: of samples.
        team: of processes.
        n_workers: processes that make samples for this one.
    """

    def __init__(
        self, source: RecordSource, *, recipe: Recipe, builder: SampleBuilder, team: Team, n_workers: int
    ) -> None:
        self._source = source
        self._builder = builder
        self._team = team
        self._n_workers = n_workers
        plan = LengthGroupedPlan(
            visual_lengths(source, builder.image_spec), batch_size=recipe.batch_size, seed=recipe.seed
        )
        self._steps = plan_steps(plan, n_epochs=recipe.n_epochs, n_steps=recipe.n_steps, n_batches=recipe.accumulation)

    @property
    def n_steps(self) -> int:
        """See ``Feed``."""
        return len(self._steps)

    @property
    def about(self) -> dict[str, Any]:
        """See ``Feed``."""
        return {"data": _digest(self._source)}

    def shares(self, state: RunState) -> Iterator[Share]:
        """See ``Feed``."""
        rest = self._steps[state.n_steps :]
        own = [share_of(step, self._team.rank, self._team.n_processes) for step in rest]
        loaded = load_batches(
            self._source, self._builder, [batch for share in own for batch in share], n_workers=self._n_workers
        )
        for step_idx, share in enumerate(own, start=state.n_steps):
            weights = weights_of(((batch, self._source) for batch in share), self._builder)
            yield Share(step_idx=step_idx, weights=weights, n_rounds=len(share), loaded=islice(loaded, len(share)))


def weights_of(batches: Iterable[tuple[StepBatch, RecordSource]], builder: SampleBuilder) -> Weights:
    """What is learned from batches, each with the source of its records.

    A picture that then cannot be read leaves its place in the means empty.
    """
    n_samples, n_tokens = 0, 0
    for batch, source in batches:
        if batch.is_filler:
            continue
        for index in batch.indices:
            try:
                n_tokens += builder.n_supervised(source.record(index), source.size_px(index))
            except ModelError:
                continue  # told when it is loaded
            n_samples += 1
    return Weights(n_samples, n_tokens)


def _digest(source: RecordSource) -> str:
    """Over all records of a source, without their pictures."""
    digest = hashlib.blake2b(digest_size=16)
    for index in range(len(source)):
        digest.update(repr(source.record(index)).encode())
    return digest.hexdigest()

"""Feeds the rows of a stream: each process reads its own, a block at a time, while it learns from the block before.

Batches are made within a block, of records of about one length (``model.data.batching``), in an order that follows from
seed, pass and block. A process gives every step its share of batches, as it would of a table; where its rows run out
before those of the others, it takes part with a weight of 0 until the pass is over for all. So every row is learned
from once a pass.

Reading happens in a thread beside the network, pictures are decoded by worker processes. What a step learns from does
not depend on how far either is ahead, and the place in the stream that a run is saved with is that after its last step.
"""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat, tee
from typing import Any, TypeVar

from model.data.batching import visual_lengths
from model.data.sources.block import StreamBlock, StreamPlace
from model.data.sources.stream import RecordStream
from model.errors import InputError, ModelError, TrainingError
from model.training.feed import Share, weights_of
from model.training.loading import LoadedBatch, StreamedBatch, Unusable, load_streamed
from model.training.recipe import Recipe
from model.training.run_state import RunState
from model.training.sample import SampleBuilder, TrainingSample
from model.training.steps import LengthGroupedPlan, StepBatch, draw_seed
from model.training.team.team import Team

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What came out of the stream next: a batch, or at the very end only rows that were left out.

    Attributes:
        records: of the batch; None at the end.
        place: after it.
        unusable: rows that were left out before it.
    """

    records: StreamBlock | None
    place: StreamPlace
    unusable: tuple[Unusable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """What this process adds to a step."""

    batches: tuple[StreamedBatch, ...]
    place: StreamPlace
    unusable: tuple[Unusable, ...]


class StreamFeed:
    """See ``Feed``.

    Args:
        stream: this process's rows.
        recipe: how to train; it counts steps.
        builder: of samples.
        team: of processes.
        n_workers: processes that make samples for this one.

    Raises:
        InputError: the recipe counts epochs.
    """

    def __init__(
        self, stream: RecordStream, *, recipe: Recipe, builder: SampleBuilder, team: Team, n_workers: int
    ) -> None:
        self._n_steps = n_steps_of(recipe)
        self._stream = stream
        self._recipe = recipe
        self._builder = builder
        self._team = team
        self._n_workers = n_workers
        self._last_block: StreamBlock | None = None

    @property
    def n_steps(self) -> int:
        """See ``Feed``."""
        return self._n_steps

    @property
    def about(self) -> dict[str, Any]:
        """See ``Feed``; a place in a stream is one among as many processes."""
        return {"data": self._stream.about, "number of processes": self._team.n_processes}

    def shares(self, state: RunState) -> Iterator[Share]:
        """See ``Feed``."""
        place = state.places[self._team.rank] if state.places else StreamPlace()
        step_idx = state.n_steps
        late: tuple[Unusable, ...] = ()
        while step_idx < self._n_steps:
            self._last_block = None
            for share in self._pass(place, step_idx):
                if not share.n_rounds:  # the end of the pass
                    late += share.unusable
                    break
                yield replace(share, unusable=late + share.unusable)
                step_idx, late = share.step_idx + 1, ()
            place = StreamPlace(n_passes=place.n_passes + 1)

    def _pass(self, place: StreamPlace, first_step: int) -> Iterator[Share]:
        """The rest of a pass: its steps and, if the recipe goes beyond it, a last one in which nobody has a batch."""
        stand_in: tuple[TrainingSample, ...] = ()
        with closing(self._planned(place, first_step)) as planned:
            own, ahead = tee(planned)
            loaded = load_streamed(
                self._builder, (batch for plan in ahead for batch in plan.batches), n_workers=self._n_workers
            )
            for step_idx in range(first_step, self._n_steps):
                plan = next(own, _Planned(batches=(), place=place, unusable=()))
                place = plan.place
                n_rounds = self._rounds(len(plan.batches))
                n_missing = n_rounds - len(plan.batches)
                if n_missing and not stand_in:
                    stand_in = self._stand_in()
                batch = StepBatch(step_idx=step_idx, batch_idx=0, indices=(), is_filler=True)
                filler = LoadedBatch(batch=batch, samples=stand_in, unusable=())
                yield Share(
                    step_idx=step_idx,
                    weights=weights_of(((one.batch, one.block) for one in plan.batches), self._builder),
                    n_rounds=n_rounds,
                    loaded=chain(islice(loaded, len(plan.batches)), repeat(filler, n_missing)),
                    unusable=plan.unusable,
                    place=place,
                )

    def _rounds(self, n_batches: int) -> int:
        """The most batches that a process has in a step; all processes call this together.

        Raises:
            InputError: some process has none, and never had one.
        """
        told = self._team.gather([(n_batches, self._last_block is not None)])
        for rank, (_, has_records) in enumerate(told):
            if not has_records:
                whose = f" of process {rank + 1}" if len(told) > 1 else ""
                raise InputError(
                    f"None of the rows{whose} of the stream can be learned from, or there are none.",
                    hint="Look at the first rows, or use fewer processes." if len(told) > 1 else "Look at its rows.",
                )
        return max(n for n, _ in told)

    def _stand_in(self) -> tuple[TrainingSample, ...]:
        """Something to take part with; nothing is learned from it."""
        assert self._last_block is not None  # noqa: S101 - whoever calls has looked
        for index in range(len(self._last_block)):
            try:
                return (self._builder.build(self._last_block.record(index), self._last_block.picture(index)),)
            except ModelError:
                continue
        raise TrainingError(
            f"None of the last rows of process {self._team.rank + 1} can be learned from.",
            hint="Are their pictures whole, and their sequences not longer than max_tokens?",
        )

    def _planned(self, place: StreamPlace, first_step: int) -> Generator[_Planned, None, None]:
        """This process's batches of the steps of a pass, as far as its rows go."""
        n_processes, n_batches = self._team.n_processes, self._recipe.accumulation
        with closing(self._read(place)) as reading:
            for step_idx in range(first_step, self._n_steps):
                # By turns over all steps, so that all processes come to their end at about the same time.
                own = [i for i in range(n_batches) if (step_idx * n_batches + i) % n_processes == self._team.rank]
                read = list(islice(reading, len(own)))
                if not read:
                    return
                yield _Planned(
                    batches=tuple(
                        StreamedBatch(
                            batch=StepBatch(step_idx=step_idx, batch_idx=i, indices=tuple(range(len(one.records)))),
                            block=one.records,
                        )
                        for i, one in zip(own, read, strict=False)
                        if one.records is not None
                    ),
                    place=read[-1].place,
                    unusable=tuple(entry for one in read for entry in one.unusable),
                )

    def _read(self, place: StreamPlace) -> Generator[_Read, None, None]:
        """This process's batches of a pass, one after the other."""
        unusable: tuple[Unusable, ...] = ()
        with closing(_read_ahead(self._stream.blocks(place))) as blocks:
            for block in blocks:
                unusable += tuple(Unusable(index=row, reason=bad.detail) for row, bad in block.faults.items())
                if not len(block):
                    continue
                self._last_block = block
                n_taken = place.n_taken if block.place.n_rows == place.n_rows else 0
                batches = self._grouped(block)
                for number, indices in enumerate(batches[n_taken:], start=n_taken + 1):
                    place = replace(block.place, n_taken=number)
                    yield _Read(records=block.part(indices), place=place, unusable=unusable)
                    unusable = ()
        if unusable:
            yield _Read(records=None, place=place, unusable=unusable)

    def _grouped(self, block: StreamBlock) -> Sequence[Sequence[int]]:
        """Batches of a block."""
        return LengthGroupedPlan(
            visual_lengths(block, self._builder.image_spec),
            batch_size=self._recipe.batch_size,
            seed=draw_seed("block", self._recipe.seed, block.place.n_passes, block.place.n_rows),
        ).batches(0)


def _read_ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """The items, each fetched while the one before is used."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="stream") as reader:
        coming = reader.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = reader.submit(next, items, None)
            yield item


def n_steps_of(recipe: Recipe) -> int:
    """How many steps a recipe takes on a stream.

    Raises:
        InputError: it counts epochs.
    """
    if recipe.n_steps is None:
        raise InputError(
            f"The recipe {recipe.name} counts epochs (n_epochs = {recipe.n_epochs}), and nobody knows how long an "
            "epoch of a stream is before its end.",
            hint=f"Say how many steps of {recipe.samples_a_step} samples to take: --steps N, or n_steps = N in a "
            "recipe of your own.",
        )
    return recipe.n_steps

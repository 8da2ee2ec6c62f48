"""Samples, made in worker processes while the network learns; what cannot be learned from is handed on by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from torch.utils.data import DataLoader, Dataset

from model.data.sources.block import StreamBlock
from model.data.sources.source import RecordSource
from model.errors import ModelError
from model.training.sample import SampleBuilder, TrainingSample
from model.training.steps import StepBatch

_N_AHEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A record that was left out.

    Attributes:
        index: in its source; of a stream, the number of its row.
        reason: why.
    """

    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedBatch:
    """The samples of a batch.

    Attributes:
        batch: which one.
        samples: of those records that could be used.
        unusable: the others.
    """

    batch: StepBatch
    samples: tuple[TrainingSample, ...]
    unusable: tuple[Unusable, ...]


class _Batches(Dataset[LoadedBatch]):
    def __init__(self, source: RecordSource, builder: SampleBuilder, batches: Sequence[StepBatch]) -> None:
        self._source = source
        self._builder = builder
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, place: int) -> LoadedBatch:
        return _load(self._batches[place], self._source, self._builder)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreamedBatch:
    """A batch that brings its records along.

    Attributes:
        batch: its indices are those of ``block``.
        block: its records.
    """

    batch: StepBatch
    block: StreamBlock


class _Streamed(Dataset[LoadedBatch]):
    """Indexed by batches, so that what is given to worker processes are the records themselves."""

    def __init__(self, builder: SampleBuilder) -> None:
        self._builder = builder

    def __getitem__(self, streamed: StreamedBatch) -> LoadedBatch:
        loaded = _load(streamed.batch, streamed.block, self._builder)
        rows = [one.row for one in streamed.block.streamed]
        return replace(loaded, unusable=tuple(replace(entry, index=rows[entry.index]) for entry in loaded.unusable))


def load_batches(
    source: RecordSource, builder: SampleBuilder, batches: Sequence[StepBatch], *, n_workers: int
) -> Iterator[LoadedBatch]:
    """The batches in their order.

    Args:
        source: of records and pictures.
        builder: of samples.
        batches: to load.
        n_workers: processes that make samples; 0 makes them here.
    """
    yield from _loader(_Batches(source, builder, batches), None, n_workers)


def load_streamed(builder: SampleBuilder, batches: Iterator[StreamedBatch], *, n_workers: int) -> Iterator[LoadedBatch]:
    """The batches of a stream in their order; worker processes are started here, before any batch is asked for.

    Args:
        builder: of samples.
        batches: to load; asked for a few ahead of what is taken.
        n_workers: processes that make samples; 0 makes them here.
    """
    return iter(_loader(_Streamed(builder), batches, n_workers))


def _loader(
    dataset: Dataset[LoadedBatch], order: Iterator[StreamedBatch] | None, n_workers: int
) -> DataLoader[LoadedBatch]:
    return DataLoader(
        dataset,
        batch_size=None,
        sampler=order,
        num_workers=n_workers,
        prefetch_factor=_N_AHEAD if n_workers else None,
    )


def _load(batch: StepBatch, source: RecordSource, builder: SampleBuilder) -> LoadedBatch:
    samples: list[TrainingSample] = []
    unusable: list[Unusable] = []
    for index in batch.indices:
        try:
            samples.append(builder.build(source.record(index), source.picture(index)))
        except ModelError as error:
            unusable.append(Unusable(index=index, reason=error.message))
    return LoadedBatch(batch=batch, samples=tuple(samples), unusable=tuple(unusable))

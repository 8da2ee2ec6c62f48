"""Samples, made in worker processes while the network learns; what cannot be learned from is handed on by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch.utils.data import DataLoader, Dataset

from model.data.sources.source import RecordSource
from model.errors import ModelError
from model.training.sample import SampleBuilder, TrainingSample
from model.training.steps import StepBatch

_N_AHEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A record that was left out.

    Attributes:
        index: in its source.
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
        batch = self._batches[place]
        samples: list[TrainingSample] = []
        unusable: list[Unusable] = []
        for index in batch.indices:
            try:
                samples.append(self._builder.build(self._source.record(index), self._source.picture(index)))
            except ModelError as error:
                unusable.append(Unusable(index=index, reason=error.message))
        return LoadedBatch(batch=batch, samples=tuple(samples), unusable=tuple(unusable))


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
    loader: DataLoader[LoadedBatch] = DataLoader(
        _Batches(source, builder, batches),
        batch_size=None,
        num_workers=n_workers,
        prefetch_factor=_N_AHEAD if n_workers else None,
    )
    yield from loader

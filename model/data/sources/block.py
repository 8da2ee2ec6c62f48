"""Rows of a stream that are held, shuffled and put into batches together, and where in the stream they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from model.data.faults import FaultyRow
from model.data.records import TrainingRecord
from model.data.sources.stores import picture_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlace:
    """A place in a stream, as one process sees it; JSON can hold its fields.

    Attributes:
        n_passes: over the whole stream that are done.
        state: of ``datasets`` at the beginning of a block; None at the beginning of a pass.
        n_rows: before the block, in this pass.
        n_taken: batches of the block that are done.
    """

    n_passes: int = 0
    state: Mapping[str, Any] | None = None
    n_rows: int = 0
    n_taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedRecord:
    """A record and its screenshot, not decoded yet.

    Attributes:
        row: its number; no other row of the stream has it, in no process, and it is the same in every pass.
        record: what is asked and answered.
        content: of the picture's file.
        size_px: (width, height) of the picture.
    """

    row: int
    record: TrainingRecord
    content: bytes
    size_px: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreamBlock:
    """A ``RecordSource`` over neighbouring rows of a stream.

    Attributes:
        place: of its beginning.
        streamed: the rows that can be learned from, as far as can be told without decoding pictures.
        faults: why the others are left out, by number of the row.
    """

    place: StreamPlace
    streamed: tuple[StreamedRecord, ...]
    faults: Mapping[int, FaultyRow]

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.streamed)

    def record(self, index: int) -> TrainingRecord:
        """The record at a place, from 0."""
        return self.streamed[index].record

    def picture(self, index: int) -> Image.Image:
        """Its screenshot, as stored.

        Raises:
            FaultyRowError: it cannot be read.
        """
        one = self.streamed[index]
        return picture_of(one.content, name=one.record.name)

    def size_px(self, index: int) -> tuple[int, int]:
        """(width, height) of its screenshot, without decoding it."""
        return self.streamed[index].size_px

    def part(self, indices: Sequence[int]) -> "StreamBlock":
        """Some of the records, in this order."""
        return StreamBlock(place=self.place, streamed=tuple(self.streamed[index] for index in indices), faults={})

"""What every source of training records can do, and how many records it came to have."""

from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from model.data.records import TrainingRecord


class RecordSource(Protocol):
    """Training records with their screenshots, in a fixed order.

    Bad rows are left out and counted by whoever opens the source; what is here can be learned from.
    """

    def __len__(self) -> int:
        """How many records there are."""
        ...

    def record(self, index: int) -> TrainingRecord:
        """The record at a place, from 0."""
        ...

    def picture(self, index: int) -> Image.Image:
        """Its screenshot, as stored.

        Raises:
            RecordError: the picture cannot be read (any more).
        """
        ...

    def size_px(self, index: int) -> tuple[int, int]:
        """(width, height) of its screenshot, without decoding it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCounts:
    """What became of a data set.

    Attributes:
        name: of it.
        n_rows: that it has.
        n_taken: rows that the sampling strategy took, each counted as often as it was taken.
        n_records: those of them that can be learned from.
        n_pictures: different screenshots of these.
    """

    name: str
    n_rows: int
    n_taken: int
    n_records: int
    n_pictures: int

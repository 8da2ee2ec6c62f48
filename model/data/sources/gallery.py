"""The screenshots of a data set, each looked at once, and which of them a record is about."""

from array import array

from PIL import Image

from model.data.faults import Fault, FaultyRowError
from model.data.sources.source import SetCounts
from model.data.sources.stores import FileStore, picture_in, size_in
from model.data.sources.usable import check_shape


class Gallery:
    """Screenshots by number, with their sizes.

    Args:
        store: where they lie.
        must_decode: decode each once when it is added; otherwise only its header is read, and a picture that breaks
            off later is found when it is wanted.
    """

    def __init__(self, store: FileStore, *, must_decode: bool) -> None:
        self._store = store
        self._must_decode = must_decode
        self._numbers: dict[str, int] = {}
        self._refused: dict[str, tuple[Fault, str]] = {}
        self._names: list[str] = []
        self._widths = array("l")
        self._heights = array("l")

    def __len__(self) -> int:
        """How many different screenshots there are."""
        return len(self._names)

    def add(self, name: str) -> int:
        """The number of a screenshot.

        Raises:
            FaultyRowError: it is missing or cannot be used.
        """
        if name in self._refused:
            raise FaultyRowError(*self._refused[name])
        if name not in self._numbers:
            try:
                width, height = self._look(name)
            except FaultyRowError as fault:
                self._refused[name] = fault.fault, fault.message
                raise
            self._numbers[name] = len(self._names)
            self._names.append(name)
            self._widths.append(width)
            self._heights.append(height)
        return self._numbers[name]

    def size_px(self, number: int) -> tuple[int, int]:
        """(width, height)."""
        return self._widths[number], self._heights[number]

    def picture(self, number: int) -> Image.Image:
        """The screenshot as stored.

        Raises:
            FaultyRowError: it cannot be read.
        """
        return picture_in(self._store, self._names[number])

    def _look(self, name: str) -> tuple[int, int]:
        size = picture_in(self._store, name).size if self._must_decode else size_in(self._store, name)
        check_shape(size, name=name)
        return size


class GallerySource:
    """What a ``RecordSource`` knows of its screenshots; the records themselves are up to those who derive from it.

    Args:
        gallery: the screenshots.
    """

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._pictures = array("q")
        """For each record the number of its screenshot."""

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._pictures)

    def picture(self, index: int) -> Image.Image:
        """Its screenshot, as stored.

        Raises:
            FaultyRowError: it cannot be read (any more).
        """
        return self._gallery.picture(self._pictures[index])

    def size_px(self, index: int) -> tuple[int, int]:
        """(width, height) of its screenshot."""
        return self._gallery.size_px(self._pictures[index])

    def _counts(self, name: str, *, n_rows: int, n_taken: int) -> SetCounts:
        n_pictures = len(set(self._pictures))
        return SetCounts(name=name, n_rows=n_rows, n_taken=n_taken, n_records=len(self), n_pictures=n_pictures)

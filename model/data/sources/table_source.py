"""Training records of a table of rows, with their screenshots."""

from array import array

from model.data.faults import Fault, FaultLog, FaultyRow, FaultyRowError
from model.data.records import TrainingRecord
from model.data.sources.gallery import Gallery, GallerySource
from model.data.sources.sampling import Sampling
from model.data.sources.source import SetCounts
from model.data.sources.tables import RowTable, ScannedRow
from model.data.sources.usable import Units, picture_name, usable_record


class TableSource(GallerySource):
    """A ``RecordSource`` over the rows of a table.

    Rows are checked in one pass; then those are decoded anew that are wanted.

    Args:
        table: the rows.
        gallery: the screenshots.
        units: of boxes and points.
    """

    def __init__(self, table: RowTable, gallery: Gallery, *, units: Units) -> None:
        super().__init__(gallery)
        self._table = table
        self._units = units
        self._rows = array("q")

    def fill(self, sampling: Sampling, *, seed: int, log: FaultLog) -> SetCounts:
        """Find the records that can be learned from.

        Args:
            sampling: which rows are taken; bad ones among them are left out afterwards.
            seed: of a random choice.
            log: is told of every row that is left out.

        Raises:
            InputError: the table is no such file.
        """
        checked = [self._checked(row, number) for number, row in enumerate(self._table.scan())]
        taken = sampling.pick(len(checked), seed=seed)
        told: int | None = None
        for number in taken:
            image = checked[number]
            if isinstance(image, str):
                try:
                    picture = self._gallery.add(image)
                except FaultyRowError as fault:
                    image = self._faulty(number, fault)
                else:
                    self._rows.append(number)
                    self._pictures.append(picture)
            if isinstance(image, FaultyRow) and number != told:  # a repeated row is told once
                log.add(image)
                told = number
        return self._counts(self._table.name, n_rows=len(checked), n_taken=len(taken))

    def record(self, index: int) -> TrainingRecord:
        """The record at a place, from 0."""
        number = self._rows[index]
        size_px = self.size_px(index) if self._units is Units.PIXELS else None
        return usable_record(self._table.read(number), name=self._name(number), size_px=size_px)

    def _checked(self, row: ScannedRow, number: int) -> str | FaultyRow:
        """The name of the row's screenshot, or why the row is left out."""
        name = self._name(number)
        try:
            if row.problem:
                raise FaultyRowError(Fault.NOT_JSON, f"{name}: {row.problem}.")  # noqa: TRY301 - one kind of answer
            image = picture_name(row.value, name=name)
            # Only pixels need the picture first; otherwise those of rows that are not taken are not even looked at.
            size_px = self._gallery.size_px(self._gallery.add(image)) if self._units is Units.PIXELS else None
            usable_record(row.value, name=name, size_px=size_px)
        except FaultyRowError as fault:
            return self._faulty(number, fault)
        return image

    def _faulty(self, number: int, fault: FaultyRowError) -> FaultyRow:
        place = self._table.place(number)
        return FaultyRow(file=self._table.name, row=place, reason=fault.fault, detail=fault.message)

    def _name(self, number: int) -> str:
        return f"{self._table.name}, {self._table.place(number)}"

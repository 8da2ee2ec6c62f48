"""One door to training data: what a path is says how it is read.

=====================  ==============================================================================================
path                   what it is
=====================  ==============================================================================================
``.yaml``, ``.yml``    a data configuration: lists of records, folders of pictures, sampling strategies
``.json``, ``.jsonl``  a list of records, or one a line; pictures beside it or in ``images/`` beside it
``.zip``, ``.tar``     a shard of pairs (``KEY.json``, ``KEY.png``), or lists of records with their pictures
a folder               screens that ``foveal collect`` wrote; lists of records, with pictures in the folder, in its
                       ``images/`` or in archives in it; or else shards
=====================  ==============================================================================================
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath

from PIL import Image

from model.data.faults import FaultLog
from model.data.records import TrainingRecord
from model.data.screens import SCREENS_FILE
from model.data.sources.collected import CollectedSource
from model.data.sources.config import read_config
from model.data.sources.gallery import Gallery
from model.data.sources.pairs import PairTable, pairs_of
from model.data.sources.sampling import EVERYTHING, Sampling
from model.data.sources.source import RecordSource, SetCounts
from model.data.sources.stores import (
    ARCHIVE_SUFFIXES,
    AnyStore,
    ArchiveStore,
    BelowStore,
    FileStore,
    FolderStore,
    check_archive_name,
    open_store,
)
from model.data.sources.table_source import TableSource
from model.data.sources.tables import JsonTable, RowTable
from model.data.sources.text import FileText, MemoryText
from model.data.sources.usable import Units
from model.errors import InputError, RecordError

LIST_SUFFIXES = (".json", ".jsonl")
_CONFIG_SUFFIXES = (".yaml", ".yml")
_IMAGES = "images"
_CHECK_HINT = "`foveal train check PATH --report FILE.jsonl` lists what is wrong, row by row."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOptions:
    """How data sets are opened.

    Attributes:
        images: folder or archive of the pictures; None to look beside the records. A configuration has its own.
        units: of boxes and points; a configuration has its own.
        seed: of random choices, and of instructions about collected screens.
        must_decode: decode every picture once; otherwise only headers are read.
        report: file for a list of all rows that are left out, a JSON object a line; None for none.
    """

    images: Path | None = None
    units: Units = Units.FRACTIONS
    seed: int = 0
    must_decode: bool = False
    report: Path | None = None


class OpenedSource:
    """Several sources, one behind the other, as one ``RecordSource``.

    Args:
        parts: the sources.
        sets: what became of each data set.
        faults: what was left out.
    """

    def __init__(self, parts: Sequence[RecordSource], sets: Sequence[SetCounts], faults: FaultLog) -> None:
        self.sets = tuple(sets)
        self.faults = faults
        self._parts = tuple(parts)
        self._ends = list(accumulate(len(part) for part in parts))

    def __len__(self) -> int:
        """How many records there are."""
        return self._ends[-1] if self._ends else 0

    def record(self, index: int) -> TrainingRecord:
        """The record at a place, from 0."""
        part, within = self._place(index)
        return part.record(within)

    def picture(self, index: int) -> Image.Image:
        """Its screenshot, as stored.

        Raises:
            FaultyRowError: it cannot be read (any more).
        """
        part, within = self._place(index)
        return part.picture(within)

    def size_px(self, index: int) -> tuple[int, int]:
        """(width, height) of its screenshot, without decoding it."""
        part, within = self._place(index)
        return part.size_px(within)

    def _place(self, index: int) -> tuple[RecordSource, int]:
        if not 0 <= index < len(self):
            raise IndexError(f"there is no record {index} of {len(self)}")
        number = bisect_right(self._ends, index)
        return self._parts[number], index - (self._ends[number - 1] if number else 0)


def open_source(*paths: Path, options: OpenOptions = OpenOptions()) -> OpenedSource:
    """Training records, for learning.

    Raises:
        InputError: a path is not what can be read.
        RecordError: nothing in them can be learned from.
    """
    opened = survey(*paths, options=options)
    if not len(opened):
        raise nothing_usable(opened)
    return opened


def nothing_usable(opened: OpenedSource) -> RecordError:
    """What there is to say of a source without records."""
    counts = ", ".join(f"{n} × {fault}" for fault, n in opened.faults.counts.most_common())
    return RecordError(f"None of these rows can be learned from: {counts or 'there are none'}.", hint=_CHECK_HINT)


def survey(*paths: Path, options: OpenOptions) -> OpenedSource:
    """The same, even if nothing can be learned from.

    Raises:
        InputError: a path is not what can be read.
    """
    with nullcontext() if options.report is None else options.report.open("w", encoding="utf-8") as report:
        opener = _Opener(options, FaultLog(report))
        for path in paths:
            opener.open(path)
    return OpenedSource(opener.parts, opener.sets, opener.log)


class _Opener:
    """Opens paths one after another."""

    def __init__(self, options: OpenOptions, log: FaultLog) -> None:
        self.parts: list[RecordSource] = []
        self.sets: list[SetCounts] = []
        self.log = log
        self._options = options

    def open(self, path: Path) -> None:
        suffix = path.suffix.lower()
        if path.is_dir():
            self._open_folder(path)
        elif not path.exists():
            raise InputError(f"There is no file or folder {path}.", hint="Check the name.")
        elif suffix in _CONFIG_SUFFIXES:
            for entry in read_config(path):
                images = _beside(entry.json_path) if entry.images is None else open_store(entry.images)
                self._add_table(_list_file(entry.json_path), images, entry.units, entry.sampling)
        elif suffix in LIST_SUFFIXES:
            self._add_table(_list_file(path), self._images_or(_beside(path)), self._options.units)
        else:
            self._open_archive(path)

    def _open_folder(self, folder: Path) -> None:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        lists = [path for path in files if path.suffix.lower() in LIST_SUFFIXES and path.name != SCREENS_FILE]
        archives = [path for path in files if path.suffix.lower() in ARCHIVE_SUFFIXES]
        is_collected = (folder / SCREENS_FILE).is_file()
        if is_collected:
            collected = CollectedSource(folder, must_decode=self._options.must_decode)
            self.sets.append(collected.fill(seed=self._options.seed, log=self.log))
            self.parts.append(collected)
        if lists:
            store = self._images_or(AnyStore([*_folders(folder), *(ArchiveStore(path) for path in archives)]))
            for path in lists:
                self._add_table(_list_file(path), store, self._options.units)
        elif not is_collected:
            for path in archives:
                self._open_archive(path)
            if not archives:
                raise InputError(
                    f"{folder} holds no records.",
                    hint="There should be .json or .jsonl files, .zip or .tar shards, or screens of `foveal collect`.",
                )

    def _open_archive(self, path: Path) -> None:
        check_archive_name(path)
        archive = ArchiveStore(path)
        pairs = pairs_of(archive.names)
        if pairs is not None:
            self._add_table(PairTable(archive, pairs), archive, self._options.units)
            return
        lists = [name for name in archive.names if PurePosixPath(name).suffix.lower() in LIST_SUFFIXES]
        if not lists:
            raise InputError(
                f"{path} holds no records, only files.", hint="Name the list of records that belongs to it."
            )
        for name in lists:
            text = MemoryText(f"{path}/{name}", archive.read(name))
            folder = PurePosixPath(name).parent
            below = [BelowStore(archive, str(part)) for part in (folder, folder / _IMAGES)]
            is_lines = name.lower().endswith(".jsonl")
            store = self._images_or(AnyStore([*below, archive]))
            self._add_table(JsonTable(text, is_lines=is_lines), store, self._options.units)

    def _add_table(self, table: RowTable, store: FileStore, units: Units, sampling: Sampling = EVERYTHING) -> None:
        source = TableSource(table, Gallery(store, must_decode=self._options.must_decode), units=units)
        self.sets.append(source.fill(sampling, seed=self._options.seed, log=self.log))
        self.parts.append(source)

    def _images_or(self, store: FileStore) -> FileStore:
        return store if self._options.images is None else open_store(self._options.images)


def _list_file(path: Path) -> JsonTable:
    if path.suffix.lower() not in LIST_SUFFIXES:
        raise InputError(f"{path} is not a list of records.", hint="Lists are .json or .jsonl files.")
    return JsonTable(FileText(path), is_lines=path.suffix.lower() == ".jsonl")


def _beside(path: Path) -> FileStore:
    return AnyStore(_folders(path.parent))


def _folders(folder: Path) -> Iterator[FileStore]:
    yield FolderStore(folder)
    yield FolderStore(folder / _IMAGES)

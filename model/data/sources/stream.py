"""Training records streamed by Hugging Face's ``datasets``: from the hub, or from local parquet and arrow files.

Nothing is downloaded as a whole, so nothing has a length: rows come in the order of the data set, a block of them at a
time, and whoever learns shuffles the block. A block, and not a buffer from which one row is drawn at a time, because
then a place in the stream is the state of the data set at the beginning of a block and a number: a run goes on with
the very next record, where ``datasets``' own shuffling loses what was in its buffer.

Rows have the columns ``image`` (a picture, or the name of one) and ``conversations``, and what else a record may know
(``model.data.annotations``); others are ignored.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from model.data.faults import Fault, FaultyRow, FaultyRowError
from model.data.sources.block import StreamBlock, StreamedRecord, StreamPlace
from model.data.sources.stores import FileStore, size_of
from model.data.sources.usable import Units, check_shape, picture_name, usable_record
from model.errors import InputError

_BUILDERS = {".parquet": "parquet", ".arrow": "arrow", ".json": "json", ".jsonl": "json"}
_COLUMNS = ("conversations", "perspectives", "elements")
_HINT = "Is it the name of a data set, can it be reached, and do its files hold rows?"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """How a data set is streamed.

    Attributes:
        subset: of a data set that has several; None for its only or usual one.
        split: part of the data set.
        n_block: rows that are held and shuffled together.
        rank, n_ranks: which of the processes this is that share the rows, and how many there are.
        images: where pictures lie that the rows only name; None if the rows hold their pictures.
        units: of boxes and points.
        cache: folder that ``datasets`` keeps its notes in; None for its own.
    """

    subset: str | None = None
    split: str = "train"
    n_block: int = 256
    rank: int = 0
    n_ranks: int = 1
    images: FileStore | None = None
    units: Units = Units.FRACTIONS
    cache: Path | None = None

    def __post_init__(self) -> None:
        if self.n_block < 1 or not 0 <= self.rank < self.n_ranks:
            raise ValueError(f"blocks of {self.n_block}, rank {self.rank} of {self.n_ranks}")


def open_stream(*paths: str, options: StreamOptions) -> "RecordStream":
    """Stream a data set.

    Args:
        paths: local files of one kind (parquet, arrow, JSON), or the name of one data set on the hub.
        options: how.

    Raises:
        InputError: ``datasets`` is not installed, or cannot open this.
    """
    if find_spec("datasets") is None:
        raise InputError(
            "Streaming needs datasets, which is not installed.", hint='Install it: pip install "foveal[datasets]"'
        )
    import datasets
    from datasets.distributed import split_dataset_by_node

    kinds = {_BUILDERS.get(Path(path).suffix.lower()) for path in paths}
    if len(paths) != 1 and (len(kinds) != 1 or None in kinds):
        raise InputError("Only files of one kind can be streamed together.", hint="Name parquet files, for instance.")
    kind = kinds.pop()
    name = ", ".join(paths)
    source = {"path": paths[0]} if kind is None else {"path": kind, "data_files": list(paths)}
    cache = None if options.cache is None else str(options.cache)
    try:
        dataset = datasets.load_dataset(
            **source, name=options.subset, split=options.split, streaming=True, cache_dir=cache
        )
        if isinstance((dataset.features or {}).get("image"), datasets.Image):
            # A picture that cannot be decoded is a bad row, not the end of the stream.
            dataset = dataset.cast_column("image", datasets.Image(decode=False))
        shared = split_dataset_by_node(dataset, rank=options.rank, world_size=options.n_ranks)
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as exc:
        raise InputError(f"{name} cannot be streamed: {exc}.", hint=_HINT) from exc
    return RecordStream(shared, name, options)


class RecordStream:
    """Records of a streamed data set, as far as they are this process's.

    Args:
        dataset: ``datasets.IterableDataset``, at its beginning.
        name: for messages.
        options: how.
    """

    def __init__(self, dataset: Any, name: str, options: StreamOptions) -> None:
        self._dataset = dataset
        self._name = name
        self._options = options
        self._beginning = copy.deepcopy(dataset.state_dict())

    @property
    def about(self) -> dict[str, Any]:
        """What two streams agree in that give the same blocks: for the files of a run."""
        options = self._options
        return {
            "stream": self._name,
            "subset": options.subset,
            "split": options.split,
            "block": options.n_block,
            "units": options.units.value,
        }

    def blocks(self, place: StreamPlace) -> Iterator[StreamBlock]:
        """The rest of a pass, from the block at a place on.

        Raises:
            InputError: the stream broke off.
        """
        self._dataset.load_state_dict(copy.deepcopy(place.state or self._beginning))
        rows = iter(self._dataset)
        start = StreamPlace(n_passes=place.n_passes, state=place.state, n_rows=place.n_rows)
        while block := self._next_block(rows, start.n_rows):
            yield self._checked(block, start)
            start = StreamPlace(
                n_passes=start.n_passes,
                state=copy.deepcopy(self._dataset.state_dict()),
                n_rows=start.n_rows + len(block),
            )

    def _next_block(self, rows: Iterator[Any], n_before: int) -> list[Any]:
        from datasets.exceptions import DatasetsError

        try:
            return list(islice(rows, self._options.n_block))
        except (OSError, ValueError, TypeError, DatasetsError) as exc:
            raise InputError(
                f"{self._name} broke off in the {self._options.n_block} rows after row {n_before}: {exc}.",
                hint="Is it still there, and the connection? With --resume the run goes on from what it saved last.",
            ) from exc

    def _checked(self, rows: list[Any], start: StreamPlace) -> StreamBlock:
        """Which of the rows can be learned from, and why the others cannot."""
        streamed: list[StreamedRecord] = []
        faults: dict[int, FaultyRow] = {}
        for within, row in enumerate(rows):
            own = start.n_rows + within
            number = own * self._options.n_ranks + self._options.rank
            place = f"row {own + 1}"
            if self._options.n_ranks > 1:
                place += f" of those of process {self._options.rank + 1}"
            try:
                streamed.append(self._usable(row, number, place))
            except FaultyRowError as fault:
                faults[number] = FaultyRow(file=self._name, row=place, reason=fault.fault, detail=fault.message)
        return StreamBlock(place=start, streamed=tuple(streamed), faults=faults)

    def _usable(self, row: Mapping[str, Any], number: int, place: str) -> StreamedRecord:
        name = f"{self._name}, {place}"
        content = self._picture(row, name)
        size_px = size_of(content, name=name)
        check_shape(size_px, name=name)
        said = {column: _plain(row[column]) for column in _COLUMNS if row.get(column) is not None}
        said["image"] = place
        record = usable_record(said, name=name, size_px=size_px if self._options.units is Units.PIXELS else None)
        return StreamedRecord(row=number, record=record, content=content, size_px=size_px)

    def _picture(self, row: Mapping[str, Any], name: str) -> bytes:
        """The bytes of the row's picture."""
        image = row.get("image")
        content = image.get("bytes") if isinstance(image, Mapping) else None
        if isinstance(content, bytes):
            return content
        if self._options.images is None or isinstance(image, Mapping) or image is None:
            raise FaultyRowError(
                Fault.PICTURE_MISSING, f"{name} holds no picture.", hint="Say where the pictures lie that rows name."
            )
        return self._options.images.read(picture_name(dict(row), name=name))


def _plain(value: Any) -> Any:
    """What a column holds, as a file of JSON would have it.

    Columns hold a null where a turn says nothing of it. Turns that have not all the same keys may come as JSON text
    (``datasets`` 5, a list in a ``.json`` file).
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, Mapping):
        return {key: inner for key, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value

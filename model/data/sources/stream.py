"""Training records streamed by Hugging Face's ``datasets``: from the hub, or from local parquet and arrow files.

Nothing is downloaded as a whole, so nothing has a length: rows come in the order of the data set, and are shuffled
within blocks. A block, and not a buffer from which one row is drawn at a time, because then a place in the stream is
the state of the data set at the beginning of a block and a number: a run goes on with the very next record, where
``datasets``' own shuffling loses what was in its buffer.

Rows have the columns ``image`` (a picture, or the name of one) and ``conversations``; others are ignored.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from model.data.faults import Fault, FaultLog, FaultyRow, FaultyRowError
from model.data.records import TrainingRecord
from model.data.sources.stores import FileStore, picture_in
from model.data.sources.usable import Units, picture_name, usable_record
from model.errors import InputError
from model.pictures import stored_picture

_BUILDERS = {".parquet": "parquet", ".arrow": "arrow", ".json": "json", ".jsonl": "json"}
_HINT = "Is it the name of a data set, can it be reached, and do its files hold rows?"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedRecord:
    """A record and its screenshot, as stored."""

    record: TrainingRecord
    picture: Image.Image


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """How a data set is streamed.

    Attributes:
        split: part of the data set.
        n_block: rows that are held and shuffled together.
        seed: of the order.
        rank, n_ranks: which of the processes this is that share the rows, and how many there are.
        images: where pictures lie that the rows only name; None if the rows hold their pictures.
        units: of boxes and points.
        cache: folder that ``datasets`` keeps its notes in; None for its own.
    """

    split: str = "train"
    n_block: int = 256
    seed: int = 0
    rank: int = 0
    n_ranks: int = 1
    images: FileStore | None = None
    units: Units = Units.FRACTIONS
    cache: Path | None = None

    def __post_init__(self) -> None:
        if self.n_block < 1 or not 0 <= self.rank < self.n_ranks:
            raise ValueError(f"blocks of {self.n_block}, rank {self.rank} of {self.n_ranks}")


def open_stream(*paths: str, options: StreamOptions, log: FaultLog) -> "RecordStream":
    """Stream a data set.

    Args:
        paths: local files of one kind (parquet, arrow, JSON), or the name of one data set on the hub.
        options: how.
        log: is told of every row that is left out, in the first epoch.

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
        dataset = datasets.load_dataset(**source, split=options.split, streaming=True, cache_dir=cache)
        if isinstance((dataset.features or {}).get("image"), datasets.Image):
            # A picture that cannot be decoded is a bad row, not the end of the stream.
            dataset = dataset.cast_column("image", datasets.Image(decode=False))
        shared = split_dataset_by_node(dataset, rank=options.rank, world_size=options.n_ranks)
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as exc:
        raise InputError(f"{name} cannot be streamed: {exc}.", hint=_HINT) from exc
    return RecordStream(shared, name, options, log)


class RecordStream:
    """Records of a streamed data set, an epoch an iteration.

    Args:
        dataset: ``datasets.IterableDataset``, at its beginning.
        name: for messages.
        options: how; images, units, block and seed count here.
        log: is told of every row that is left out, in the first epoch.
    """

    def __init__(self, dataset: Any, name: str, options: StreamOptions, log: FaultLog) -> None:
        self._dataset = dataset
        self._name = name
        self._options = options
        self._log = log
        self._beginning = copy.deepcopy(dataset.state_dict())
        self._block_state = self._beginning
        self._epoch = 0
        self._n_before_block = 0
        self._n_in_block = 0

    def __iter__(self) -> Iterator[StreamedRecord]:
        """The rest of the current epoch; the next iteration is the next epoch.

        Raises:
            InputError: the stream broke off.
        """
        self._dataset.load_state_dict(copy.deepcopy(self._block_state))
        rows = iter(self._dataset)
        while block := self._next_block(rows):
            seed = (self._options.seed, self._epoch, self._n_before_block)
            order = np.random.default_rng(seed).permutation(len(block))
            for i in order[self._n_in_block :]:
                self._n_in_block += 1
                streamed = self._usable(block[i], self._n_before_block + int(i))
                if streamed is not None:
                    yield streamed
            self._block_state = copy.deepcopy(self._dataset.state_dict())
            self._n_before_block += len(block)
            self._n_in_block = 0
        self._block_state = self._beginning
        self._epoch += 1
        self._n_before_block = 0

    def state_dict(self) -> dict[str, Any]:
        """What is needed to go on after the last record that was given; JSON can hold it."""
        return {
            "epoch": self._epoch,
            "block": copy.deepcopy(self._block_state),
            "n_before_block": self._n_before_block,
            "n_in_block": self._n_in_block,
            "settings": self._settings(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on there.

        Raises:
            InputError: data set, blocks, seed or number of processes are others.
        """
        if state.get("settings") != self._settings():
            raise InputError(
                "The stream cannot go on: data set, seed, block or number of processes are not those it began with.",
                hint="Start it with the same ones, or begin a new run.",
            )
        self._epoch = int(state["epoch"])
        self._block_state = copy.deepcopy(state["block"])
        self._n_before_block = int(state["n_before_block"])
        self._n_in_block = int(state["n_in_block"])

    def _settings(self) -> list[str | int]:
        options = self._options
        return [self._name, options.split, options.n_block, options.seed, options.rank, options.n_ranks]

    def _next_block(self, rows: Iterator[Any]) -> list[Any]:
        from datasets.exceptions import DatasetsError

        try:
            return list(islice(rows, self._options.n_block))
        except (OSError, ValueError, TypeError, DatasetsError) as exc:
            where = f"after row {self._n_before_block}"
            raise InputError(
                f"{self._name} broke off in the {self._options.n_block} rows {where}: {exc}.",
                hint="Is it still there, and the connection? The stream goes on where it broke off.",
            ) from exc

    def _usable(self, row: Any, number: int) -> StreamedRecord | None:
        place = f"row {number + 1}"
        name = f"{self._name}, {place}"
        try:
            image = row.get("image")
            picture = self._picture(image, row, name)
            size_px = picture.size if self._options.units is Units.PIXELS else None
            said = {"image": place, "conversations": _without_nulls(row.get("conversations"))}
            return StreamedRecord(record=usable_record(said, name=name, size_px=size_px), picture=picture)
        except FaultyRowError as fault:
            if self._epoch == 0:
                self._log.add(FaultyRow(file=self._name, row=place, reason=fault.fault, detail=fault.message))
            return None

    def _picture(self, image: Any, row: Mapping[str, Any], name: str) -> Image.Image:
        content = image.get("bytes") if isinstance(image, Mapping) else None
        if content is not None:
            try:
                return stored_picture(content, name=name)
            except InputError as exc:
                raise FaultyRowError(Fault.PICTURE_BROKEN, exc.message, hint=exc.hint) from exc
        if self._options.images is None or isinstance(image, Mapping) or image is None:
            raise FaultyRowError(
                Fault.PICTURE_MISSING, f"{name} holds no picture.", hint="Say where the pictures lie that rows name."
            )
        return picture_in(self._options.images, picture_name(dict(row), name=name))


def _without_nulls(value: Any) -> Any:
    """Columns hold a null where a turn says nothing of it."""
    if isinstance(value, Mapping):
        return {key: inner for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value

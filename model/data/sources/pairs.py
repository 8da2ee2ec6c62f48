"""Shards of pairs, as WebDataset lays them out: files of one record share their path up to the first dot of the name.

A record is ``KEY.json``, its screenshot the file of the same key with the ending of a picture; the ``image`` of the
record, if it has one, does not matter.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from model.data.faults import Fault, FaultyRowError
from model.data.sources.stores import ArchiveStore
from model.data.sources.tables import ScannedRow

PICTURE_ENDINGS = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "ppm")


@dataclass(frozen=True, slots=True)
class Pair:
    """Names of a record and its screenshot in the shard; the screenshot may not be there."""

    record: str
    picture: str


def pairs_of(names: Sequence[str]) -> list[Pair] | None:
    """The pairs of an archive, in its order; None if it holds lists of records instead.

    What holds pairs has a picture of the same key for at least half of its ``.json`` files.
    """
    pictures: dict[str, str] = {}
    records: list[tuple[str, str]] = []
    for name in names:
        key, ending = _split(name)
        if ending == "json":
            records.append((key, name))
        elif ending in PICTURE_ENDINGS:
            pictures.setdefault(key, name)
    n_whole = sum(key in pictures for key, _ in records)
    if not n_whole or 2 * n_whole < len(records):
        return None
    return [Pair(name, pictures.get(key, f"{key}.{PICTURE_ENDINGS[0]}")) for key, name in records]


class PairTable:
    """Rows of a shard of pairs.

    Args:
        store: the shard.
        pairs: of it.
    """

    def __init__(self, store: ArchiveStore, pairs: Sequence[Pair]) -> None:
        self.name = str(store.path)
        self._store = store
        self._pairs = pairs

    def scan(self) -> Iterator[ScannedRow]:
        """All rows."""
        for number in range(len(self._pairs)):
            try:
                yield ScannedRow(value=self.read(number))
            except FaultyRowError as fault:
                yield ScannedRow(value=None, problem=fault.message.removesuffix("."))

    def place(self, number: int) -> str:
        """Name of the record's file."""
        return self._pairs[number].record

    def read(self, number: int) -> Any:
        """A row, with its picture as ``image``."""
        pair = self._pairs[number]
        try:
            value = json.loads(self._store.read(pair.record))
        except (ValueError, RecursionError) as exc:
            raise FaultyRowError(Fault.NOT_JSON, f"not JSON: {exc}.") from exc
        return value | {"image": pair.picture} if isinstance(value, dict) else value


def _split(name: str) -> tuple[str, str]:
    folder, slash, file = name.rpartition("/")
    stem, _, ending = file.partition(".")
    return f"{folder}{slash}{stem}", ending.lower()

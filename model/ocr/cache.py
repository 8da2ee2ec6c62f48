"""Remembering what pixels were made into, by the pixels themselves."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_V = TypeVar("_V")


class Cache(OrderedDict[Hashable, _V]):
    """A bounded cache; forgets what was not asked for the longest."""

    def __init__(self, max_entries: int) -> None:
        super().__init__()
        self._max_entries = max_entries

    def look_up(self, key: Hashable) -> _V | None:
        """What is kept under a key, or None."""
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def keep(self, key: Hashable, value: _V) -> None:
        """Keep a value, at the cost of the oldest if there are too many."""
        self[key] = value
        while len(self) > self._max_entries:
            self.popitem(last=False)


def digest(image: NDArray[np.uint8]) -> Hashable:
    """A key for pixels: shape and 128-bit BLAKE2."""
    return image.shape, hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest()

"""What a grounder keeps of the screens it looked at lately."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.errors import LookExpiredError
from model.grounder import Look

T = TypeVar("T")


class LookCache(Generic[T]):
    """The last few looks by their handle, which is a fingerprint of the picture.

    Args:
        n_looks: how many are kept; the one that was not used for longest goes first.
    """

    def __init__(self, n_looks: int) -> None:
        self._n_looks = n_looks
        self._entries: OrderedDict[str, T] = OrderedDict()

    def get(self, look_id: str) -> T | None:
        """What is kept under a handle, or None."""
        entry = self._entries.get(look_id)
        if entry is not None:
            self._entries.move_to_end(look_id)
        return entry

    def put(self, look_id: str, entry: T) -> None:
        """Keep something; it must not be None."""
        self._entries[look_id] = entry
        self._entries.move_to_end(look_id)
        while len(self._entries) > self._n_looks:
            self._entries.popitem(last=False)

    def get_or_make(self, look_id: str, make: Callable[[], T]) -> tuple[T, bool]:
        """What is kept under a handle, or made and kept now; and whether it was kept."""
        entry = self.get(look_id)
        if entry is not None:
            return entry, True
        made = make()
        self.put(look_id, made)
        return made, False

    def of(self, look: Look) -> T:
        """What is kept of a look.

        Raises:
            LookExpiredError: it is no longer kept.
        """
        entry = self.get(look.look_id)
        if entry is None:
            raise LookExpiredError("This screen was looked at too long ago.", hint="Look at it again.")
        return entry

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()


def fingerprint(image: NDArray[np.uint8]) -> str:
    """A name for a picture [height, width, 3] that no other picture has."""
    digest = hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16)
    return f"{image.shape[1]}x{image.shape[0]}-{digest.hexdigest()}"

"""What was read lately is not read again: of a screen that changed a little, most lines and icons are the same."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.nano.glyphs import pixels_of
from model.nano.letters import Letters
from model.nano.page import Senses
from model.nano.shape import MEANING_WIDTH

T = TypeVar("T")
_N_REMEMBERED: Final = 4000
"""Lines, and icons: those of some ten full screens."""


class RememberingSenses:
    """Reads lines and tells icons as others do; what looks as it did before is known. Not thread-safe.

    Args:
        inner: asked about what is new.
    """

    def __init__(self, inner: Senses) -> None:
        self._inner = inner
        self._letters = _Memory[Letters]()
        self._meanings = _Memory[NDArray[np.float32]]()

    def letters(self, lines: Sequence[NDArray[np.float32]]) -> list[Letters]:
        """As ``LetterReader.letters``: nothing passes from one line to another, so each is known by its own cells."""
        keys = [_key(line) for line in lines]
        return self._letters.recall(keys, lambda new: self._inner.letters([lines[index] for index in new]))

    def icons(self, image: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.float32]:
        """As ``Senses.icons``: an icon is known by its pixels."""
        keys = [_key(pixels_of(image, box)) for box in boxes]
        vectors = self._meanings.recall(
            keys, lambda new: [v.copy() for v in self._inner.icons(image, [boxes[index] for index in new])]
        )
        return np.stack(vectors) if vectors else np.zeros((0, MEANING_WIDTH), np.float32)

    def forget(self) -> None:
        """Free the memory."""
        self._letters.clear()
        self._meanings.clear()


class _Memory(OrderedDict[bytes, T], Generic[T]):
    """The last few values by a key."""

    def recall(self, keys: Sequence[bytes], find: Callable[[list[int]], Sequence[T]]) -> list[T]:
        """A value for each key.

        Args:
            keys: what is asked for.
            find: values for the keys at some indices, which are new.
        """
        new = list({key: index for index, key in enumerate(keys) if key not in self}.values())
        if new:
            self.update(zip((keys[index] for index in new), find(new), strict=True))
        values = [self[key] for key in keys]
        for key in keys:
            self.move_to_end(key)
        while len(self) > _N_REMEMBERED:
            self.popitem(last=False)
        return values


def _key(values: NDArray[np.generic]) -> bytes:
    return blake2b(np.ascontiguousarray(values).data, digest_size=16, salt=str(values.shape).encode()[:16]).digest()

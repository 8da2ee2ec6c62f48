"""Encodes a screen that resembles the last one by encoding only what changed, with the same result."""

import numpy as np
from numpy.typing import NDArray

from model.nano.encoding import Encoded, PictureEncoder
from model.nano.shape import CELL_PX

_BLOCK_PX = 2 * CELL_PX
_REACH_BLOCKS = (10, 13)
"""How many blocks down and across a pixel reaches at most: the receptive field of ``network.py``, rounded up."""
_MOST_SHARE = 0.7
"""Of the screen; where more must be encoded, the whole screen is as cheap."""


class RenewingEncoder:
    """Remembers the last screen.

    Args:
        inner: encodes what is new.
    """

    def __init__(self, inner: PictureEncoder) -> None:
        self._inner = inner
        self._image: NDArray[np.uint8] | None = None
        self._encoded: Encoded | None = None

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        """Encode a screen; what did not change is taken from the last one."""
        encoded = self._renewed(image)
        if encoded is None:
            encoded = self._inner.encode(image)
        self._image, self._encoded = image.copy(), encoded
        return encoded

    def forget(self) -> None:
        """Free the memory."""
        self._image = self._encoded = None

    def _renewed(self, image: NDArray[np.uint8]) -> Encoded | None:
        """None if the whole screen is to be encoded."""
        if self._image is None or self._encoded is None or self._image.shape != image.shape:
            return None
        changed = _changed(self._image, image)
        if changed is None:
            return self._encoded
        height, width = image.shape[:2]
        size = (-(-height // _BLOCK_PX), -(-width // _BLOCK_PX))
        touched = [_widened(part, reach, n) for part, reach, n in zip(changed, _REACH_BLOCKS, size, strict=True)]
        needed = [_widened(part, reach, n) for part, reach, n in zip(touched, _REACH_BLOCKS, size, strict=True)]
        if _n_blocks(needed) > _MOST_SHARE * size[0] * size[1]:
            return None
        rows, cols = (slice(part.start * _BLOCK_PX, part.stop * _BLOCK_PX) for part in needed)
        part = self._inner.encode(np.ascontiguousarray(image[rows, cols]))
        features, maps = self._encoded.features.copy(), self._encoded.maps.copy()
        into = tuple(_cells(inside, 0) for inside in touched)
        of = tuple(_cells(inside, outside.start) for inside, outside in zip(touched, needed, strict=True))
        features[into], maps[into] = part.features[of], part.maps[of]
        return Encoded(features=features, maps=maps)


def _changed(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[slice, slice] | None:
    """Rows and columns of blocks between which all changes lie; None if nothing changed."""
    rows = np.flatnonzero((before.reshape(len(before), -1) != after.reshape(len(after), -1)).any(axis=1))
    if not rows.size:
        return None
    between = slice(int(rows[0]), int(rows[-1]) + 1)
    columns = np.flatnonzero((before[between] != after[between]).any(axis=(0, 2)))
    down, across = (slice(int(lines[0]) // _BLOCK_PX, int(lines[-1]) // _BLOCK_PX + 1) for lines in (rows, columns))
    return down, across


def _widened(part: slice, n_blocks: int, n_all: int) -> slice:
    return slice(max(0, part.start - n_blocks), min(n_all, part.stop + n_blocks))


def _n_blocks(parts: list[slice]) -> int:
    down, across = parts
    return int((down.stop - down.start) * (across.stop - across.start))


def _cells(part: slice, origin: int) -> slice:
    """From blocks to cells, counted from a block."""
    per_block = _BLOCK_PX // CELL_PX
    return slice((part.start - origin) * per_block, (part.stop - origin) * per_block)

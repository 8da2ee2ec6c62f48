"""Leaves out the plain parts of a screen before the encoder: most screens are mostly empty.

Plain is what is flat, and also what only repeats itself: rows in which nothing happens but the sides of a window, and
long columns in which nothing happens but the edges of a bar.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.nano.encoding import Encoded, PictureEncoder
from model.nano.shape import CELL_PX

_BLOCK_PX: Final = 2 * CELL_PX
_MARGIN_BLOCKS: Final = 3
"""Around what is encoded, so that it is seen with what it stands on."""
_LEAST_GAP_BLOCKS: Final = (7, 22)
"""Of what is left out, down and across: wide empty fields are not cut."""
_RUN_COST_BLOCKS: Final = 60
"""What a run of the encoder costs beside its pixels."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of blocks; the ends are outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def cost(self) -> int:
        """Of encoding it, in blocks."""
        height = self.bottom - self.top + 2 * _MARGIN_BLOCKS
        return height * (self.right - self.left + 2 * _MARGIN_BLOCKS) + _RUN_COST_BLOCKS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes:
    """In which 16-px blocks the picture differs from pixel to pixel, [rows, columns] bool each."""

    down: NDArray[np.bool_]
    across: NDArray[np.bool_]


class SkippingEncoder:
    """Encodes what is not flat, in a few rectangles; all else gets the features of a flat picture.

    Args:
        inner: encodes rectangles.
    """

    def __init__(self, inner: PictureEncoder) -> None:
        self._inner = inner
        flat = inner.encode(np.full((4 * _BLOCK_PX, 4 * _BLOCK_PX, 3), 224, np.uint8))
        self._flat = Encoded(features=flat.features[4, 4], maps=flat.maps[4, 4])

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        """Encode a picture, [height, width, 3] uint8 RGB, of any size."""
        changes = find_changes(image)
        n_rows, n_cols = changes.down.shape
        parts = busy_parts(changes)
        if sum(part.cost for part in parts) >= Part(0, 0, n_rows, n_cols).cost:
            return self._inner.encode(image)
        per_block = _BLOCK_PX // CELL_PX
        shape = (n_rows * per_block, n_cols * per_block)
        features = np.broadcast_to(self._flat.features, (*shape, len(self._flat.features))).copy()
        maps = np.broadcast_to(self._flat.maps, (*shape, len(self._flat.maps))).copy()
        for part in parts:
            outer = Part(
                max(0, part.top - _MARGIN_BLOCKS),
                max(0, part.left - _MARGIN_BLOCKS),
                min(n_rows, part.bottom + _MARGIN_BLOCKS),
                min(n_cols, part.right + _MARGIN_BLOCKS),
            )
            encoded = self._inner.encode(np.ascontiguousarray(image[_slices(outer, _BLOCK_PX)]))
            into = _slices(part, per_block)
            of = tuple(
                slice(inside.start - start * per_block, inside.stop - start * per_block)
                for inside, start in zip(into, (outer.top, outer.left), strict=True)
            )
            features[into], maps[into] = encoded.features[of], encoded.maps[of]
        return Encoded(features=features, maps=maps)


def find_changes(image: NDArray[np.uint8]) -> Changes:
    """Compare each pixel with the one below and the one to the right; [height, width, 3] uint8 RGB of any size."""
    height, width = image.shape[:2]
    below, right = 1 + -height % _BLOCK_PX, 1 + -width % _BLOCK_PX
    whole = cv2.cvtColor(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE), cv2.COLOR_RGB2RGBA)
    pixels = whole.view(np.uint32)[..., 0]
    return Changes(
        down=_in_blocks(pixels[1:, :-1] != pixels[:-1, :-1]), across=_in_blocks(pixels[:-1, 1:] != pixels[:-1, :-1])
    )


def _in_blocks(differs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    height, width = differs.shape
    rows = np.any(differs.reshape(height // _BLOCK_PX, _BLOCK_PX, width), axis=1)
    return np.asarray(rows.reshape(height // _BLOCK_PX, -1, _BLOCK_PX).any(axis=-1))


def busy_parts(changes: Changes) -> list[Part]:
    """Rectangles outside of which the screen is plain: each is cut along a plain strip where that makes it cheaper."""
    return _parts(changes, Part(0, 0, *changes.down.shape))


def _parts(changes: Changes, around: Part) -> list[Part]:
    part = _tight(changes, around)
    if part is None:
        return []
    whole = part.cost
    best: tuple[Part, Part] | None = None
    for halves in _cuts(changes, part):
        tight = [_tight(changes, half) for half in halves]
        cost = sum(half.cost for half in tight if half is not None)
        if cost < whole:
            best, whole = halves, cost
    if best is None:
        return [part]
    return [piece for half in best for piece in _parts(changes, half)]


def _tight(changes: Changes, part: Part) -> Part | None:
    at = _slices(part, 1)
    rows, cols = np.flatnonzero(changes.down[at].any(axis=1)), np.flatnonzero(changes.across[at].any(axis=0))
    if not rows.size or not cols.size:
        return None
    top, left = part.top, part.left
    return Part(top + int(rows[0]), left + int(cols[0]), top + int(rows[-1]) + 1, left + int(cols[-1]) + 1)


def _cuts(changes: Changes, part: Part) -> list[tuple[Part, Part]]:
    """Both sides of each plain strip that crosses a part."""
    at = _slices(part, 1)
    least_down, least_across = _LEAST_GAP_BLOCKS
    rows = [part.top + row for row in _gaps(np.any(changes.down[at], axis=1), least_down)]
    cols = [part.left + col for col in _gaps(np.any(changes.across[at], axis=0), least_across)]
    return [
        *((Part(part.top, part.left, row, part.right), Part(row, part.left, part.bottom, part.right)) for row in rows),
        *((Part(part.top, part.left, part.bottom, col), Part(part.top, col, part.bottom, part.right)) for col in cols),
    ]


def _gaps(is_busy: NDArray[np.bool_], least: int) -> list[int]:
    """Where plain strips begin that are wide enough."""
    starts = np.flatnonzero(~is_busy & np.concatenate(([True], is_busy[:-1])))
    ends = np.flatnonzero(~is_busy & np.concatenate((is_busy[1:], [True]))) + 1
    return [int(start) for start, end in zip(starts, ends, strict=True) if end - start >= least]


def _slices(part: Part, scale: int) -> tuple[slice, slice]:
    return slice(part.top * scale, part.bottom * scale), slice(part.left * scale, part.right * scale)

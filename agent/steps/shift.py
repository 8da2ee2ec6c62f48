"""How far a scrolled area has moved, read off the pictures before and after."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.geometry import Rect
from agent.steps.observation import Change, crop
from agent.types import Direction

_CORE = (0.1, 0.8)
"""The part of an area's width that is compared: its right end holds a scroll bar, which moves the other way."""
_MIN_MATCH = 0.6
"""Share of the lines with something on them that must be found again, moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far the content has moved, and how much of it is seen at a time, both along the scrolling, in pixels."""

    moved_px: int
    seen_px: int


def measure_shift(change: Change, direction: Direction, within_px: Rect | None) -> Shift | None:
    """Measure what one scrolling did.

    Args:
        change: from before to after.
        direction: where it was scrolled to.
        within_px: the window; None for the whole picture.

    Returns:
        The shift, or None if the content cannot be found again: it moved further than is seen at a time, or changed.
    """
    area_px = change.box_px(within_px=within_px)
    if area_px is None:
        return None
    before, after = (crop(seen.screenshot.pixels, area_px) for seen in (change.before, change.after))
    if direction in (Direction.LEFT, Direction.RIGHT):
        before, after = before.swapaxes(0, 1), after.swapaxes(0, 1)
    if direction in (Direction.UP, Direction.LEFT):
        before, after = after, before
    moved_px = _moved(_lines(before), _lines(after))
    return None if moved_px is None else Shift(moved_px=moved_px, seen_px=before.shape[0])


def _lines(picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number per line of the picture, 0 for a line of one colour; [height] int64."""
    width = picture.shape[1]
    core = picture[:, round(width * _CORE[0]) : max(round(width * _CORE[1]), 1)]
    hashes = np.array([hash(line.tobytes()) for line in np.ascontiguousarray(core)], np.int64)
    is_plain = (core == core[:, :1]).all(axis=(1, 2))
    return np.where(is_plain, 0, hashes)


def _moved(before: NDArray[np.int64], after: NDArray[np.int64]) -> int | None:
    """By how many lines ``before`` must be moved up to look like ``after``; None if no way is good."""
    best, moved = 0, None
    for offset in range(1, before.size):
        old, new = before[offset:], after[: before.size - offset]
        n_drawn = np.count_nonzero(old)
        n_same = int(np.count_nonzero((old == new) & (old != 0)))
        # Few lines agree by chance more easily than many: more lines win.
        if n_drawn and n_same >= _MIN_MATCH * n_drawn and n_same > best:
            best, moved = n_same, offset
    return moved

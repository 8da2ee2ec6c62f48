"""Waiting until the screen has settled, instead of waiting for a fixed time."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.clock import Clock, SystemClock

_FRAME_INTERVAL_S = 0.03
_MAX_NOISE = 8
"""Brightness steps by which a pixel may differ and still count as the same."""
_CELL_PX = 8
MAX_BLINK_CELLS = 12
"""A blinking text cursor is at most 2 px wide and 48 px high and so touches at most 2 x 7 cells; a spinner of
16 x 16 px in motion touches fewer than ten. Anything a click changes is larger or stays changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillnessResult:
    """How the waiting ended.

    Attributes:
        is_still: False if the screen was still moving at the time-out.
        waited_s: how long it took, the quiet time included.
        frames: how many pictures were taken.
    """

    is_still: bool
    waited_s: float
    frames: int


_SYSTEM_CLOCK = SystemClock()


def wait_until_still(
    capture_region: Callable[[], NDArray[np.uint8]],
    *,
    quiet_s: float = 0.15,
    timeout_s: float = 3.0,
    clock: Clock = _SYSTEM_CLOCK,
) -> StillnessResult:
    """Take pictures until nothing larger than a text cursor has changed for ``quiet_s``.

    Frames are compared with the one in which the quiet time began, not with the one before: what fades or scrolls
    slowly never changes much from one frame to the next.

    Args:
        capture_region: takes a picture, [height, width, 3] uint8; its errors pass through.
        quiet_s: how long nothing may change.
        timeout_s: when to give up; at least two pictures are taken even then.
        clock: what tells the time.
    """
    started_s = clock.monotonic()
    reference, reference_s, frames = capture_region(), clock.monotonic(), 1
    while True:
        clock.sleep(_FRAME_INTERVAL_S)
        frame, now_s = capture_region(), clock.monotonic()
        frames += 1
        if count_changed_cells(reference, frame) > MAX_BLINK_CELLS:
            reference, reference_s = frame, now_s
        elif now_s - reference_s >= quiet_s:
            return StillnessResult(is_still=True, waited_s=now_s - started_s, frames=frames)
        if now_s - started_s >= timeout_s:
            return StillnessResult(is_still=False, waited_s=now_s - started_s, frames=frames)


def count_changed_cells(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> int:
    """Count the 8 x 8 px cells of the picture in which some pixel differs; all of them if the size has changed."""
    if before.shape != after.shape:
        height, width = int(after.shape[0]), int(after.shape[1])
        return math.ceil(height / _CELL_PX) * math.ceil(width / _CELL_PX)
    height = before.shape[0]
    flat_before, flat_after = before.reshape(height, -1), after.reshape(height, -1)
    # Most frames are equal, and whether bytes are equal is told much faster than how much they differ.
    rows = np.flatnonzero((flat_before != flat_after).any(axis=1))
    if rows.size == 0:
        return 0
    top, bottom = rows[0] // _CELL_PX * _CELL_PX, rows[-1] + 1
    flat_before, flat_after = flat_before[top:bottom], flat_after[top:bottom]
    differs = np.maximum(flat_before, flat_after) - np.minimum(flat_before, flat_after) > _MAX_NOISE
    by_rows = np.logical_or.reduceat(differs, np.arange(0, differs.shape[0], _CELL_PX), axis=0)
    cells = np.logical_or.reduceat(by_rows, np.arange(0, differs.shape[1], _CELL_PX * before.shape[2]), axis=1)
    return int(np.count_nonzero(cells))

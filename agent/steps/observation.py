"""The desktop at one moment, and what differs between two of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.geometry import Point, Rect
from agent.types import Screenshot
from agent.windows._base import Window

_T = TypeVar("_T", bound=np.generic)

_MAX_NOISE = 8
"""Brightness steps by which a pixel may differ and still count as the same (dithering, translucency)."""

_NEAR_PX = 40.0
_N_NEAR_PX = 24
"""Pixels that make a change beside the target: less than a tick or a text cursor of 2 x 16 px, more than noise."""
_N_WINDOW_PX = 16
"""Pixels that make a change elsewhere in the window, if it is no caret: one drawn sign in small type."""
_CARET_WIDTH_PX = 4
"""A blinking text cursor is no wider; anything drawn is."""
_SCREEN_SHARE = 0.002
"""Share of the screen that makes a change outside of the window: more than the seconds of a clock."""
_RESTLESS_CELL_PX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The desktop at one moment, all taken together.

    Attributes:
        screenshot: the screen.
        windows: topmost first.
        active: the window with the focus, or None if none has.
        passing_pt: where tooltips and notifications are.
    """

    screenshot: Screenshot
    windows: tuple[Window, ...]
    active: Window | None
    passing_pt: tuple[Rect, ...] = ()

    @property
    def active_id(self) -> int | None:
        """Which window has the focus, or None if none has."""
        return id_of(self.active)

    def window_at(self, point_pt: Point) -> Window | None:
        """The topmost listed window at a point; menus and other popups are not listed."""
        return next((window for window in self.windows if window.bounds_pt.contains(point_pt)), None)

    def has(self, window: Window) -> bool:
        """Whether a window is still there."""
        return any(other.window_id == window.window_id for other in self.windows)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What differs between two observations."""

    before: Observation
    after: Observation

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """[height, width] bool in pixels of the later picture, True where it differs; all True if the sizes differ.

        What lay under a tooltip or a notification before or lies there now counts as the same.
        """
        mask = changed_mask(self.before.screenshot.pixels, self.after.screenshot.pixels)
        for passing_pt in (*self.before.passing_pt, *self.after.passing_pt):
            crop(mask, self.after.screenshot.transform.rect_pt_to_px(passing_pt))[...] = False
        return mask

    @property
    def opened(self) -> tuple[Window, ...]:
        """Windows that were not there before."""
        return tuple(window for window in self.after.windows if not self.before.has(window))

    @property
    def closed(self) -> tuple[Window, ...]:
        """Windows that are gone."""
        return tuple(window for window in self.before.windows if not self.after.has(window))

    @property
    def is_focus_moved(self) -> bool:
        """Whether another window has the focus."""
        return self.before.active_id != self.after.active_id

    @property
    def is_in_windows(self) -> bool:
        """Whether a window opened or closed, or the focus or the title of the active window changed."""
        before, after = self.before.active, self.after.active
        is_renamed = before is not None and after is not None and before.title != after.title
        return bool(self.opened or self.closed or self.is_focus_moved or is_renamed)

    def n_px(self, rect_px: Rect | None = None) -> int:
        """How many pixels differ, in the whole picture or inside a rectangle."""
        return int(np.count_nonzero(self.mask if rect_px is None else crop(self.mask, rect_px)))

    def box_px(self, *, but_px: Rect | None = None, within_px: Rect | None = None) -> Rect | None:
        """The rectangle around all that differs, in one part of the picture, leaving out another; None if nothing."""
        mask = self.mask
        if within_px is not None:
            mask = np.zeros_like(mask)
            crop(mask, within_px)[...] = crop(self.mask, within_px)
        if but_px is not None:
            mask = mask.copy()
            crop(mask, but_px)[...] = False
        rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if rows.size == 0:
            return None
        return Rect.from_box((float(cols[0]), float(rows[0]), float(cols[-1] + 1), float(rows[-1] + 1)))

    def is_effect(
        self, *, near_px: Rect | None, window: Window | None, restless: NDArray[np.bool_] | None = None
    ) -> bool:
        """Whether this looks like the effect of an action: beside its target, in its window, or large anywhere.

        Args:
            near_px: box of the target.
            window: the window that got the action.
            restless: [height, width] bool, True where the screen changes by itself; ignored away from the target.
        """
        if self.is_in_windows:
            return True
        if near_px is not None and self.n_px(near_px.inflated(_NEAR_PX)) >= _N_NEAR_PX:
            return True
        mask = self.mask
        if restless is not None and restless.shape == mask.shape:
            mask = mask & ~restless
        if window is not None:
            window_px = self.after.screenshot.transform.rect_pt_to_px(window.bounds_pt)
            in_window = crop(mask, window_px)
            if np.count_nonzero(in_window) >= _N_WINDOW_PX and not _is_caret(in_window):
                return True
        return int(np.count_nonzero(mask)) >= _SCREEN_SHARE * mask.size


def changed_mask(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark the pixels that differ by more than noise.

    Args:
        before: [height, width, 3] uint8.
        after: the same.

    Returns:
        [height, width] bool of the later picture; all True if the sizes differ.
    """
    if before.shape != after.shape:
        return np.ones(after.shape[:2], np.bool_)
    mask = np.zeros(after.shape[:2], np.bool_)
    # Most rows are equal, and whether bytes are equal is told much faster than by how much they differ.
    rows = np.flatnonzero((before != after).any(axis=(1, 2)))
    if rows.size:
        old, new = before[rows], after[rows]
        mask[rows] = (np.maximum(old, new) - np.minimum(old, new) > _MAX_NOISE).any(axis=2)
    return mask


def restless_mask(change: Change) -> NDArray[np.bool_]:
    """Where the screen changes by itself: whole cells, so that a spinner is covered in all its phases.

    A blinking text cursor is covered alone: what is written next to it is what one waits for.

    Returns:
        [height, width] bool.
    """
    mask = change.mask
    if _is_caret(mask):
        return mask
    height, width = mask.shape
    cell = _RESTLESS_CELL_PX
    by_rows = np.logical_or.reduceat(mask, np.arange(0, height, cell), axis=0)
    cells = np.logical_or.reduceat(by_rows, np.arange(0, width, cell), axis=1)
    return cells.repeat(cell, axis=0)[:height].repeat(cell, axis=1)[:, :width]


def _is_caret(mask: NDArray[np.bool_]) -> bool:
    """Whether all that differs is one thin upright bar: a text cursor that blinks."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return False
    return int(cols[-1] - cols[0]) < _CARET_WIDTH_PX < int(rows[-1] - rows[0])


def crop(picture: NDArray[_T], rect_px: Rect) -> NDArray[_T]:
    """The part of a picture, [height, width, …], that lies in a rectangle; a view, empty if they do not meet."""
    height, width = picture.shape[:2]
    left, right = (min(max(round(x), 0), width) for x in (rect_px.left, rect_px.right))
    top, bottom = (min(max(round(y), 0), height) for y in (rect_px.top, rect_px.bottom))
    return picture[top:bottom, left:right]


def id_of(window: Window | None) -> int | None:
    """Which window it is; None for none."""
    return None if window is None else window.window_id


def place_of(window: Window | None) -> tuple[int, Rect] | None:
    """Which window it is and where; None for none."""
    return None if window is None else (window.window_id, window.bounds_pt)

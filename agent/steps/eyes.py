"""Seeing the desktop: without our own windows in the picture, and not before it is still."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.capture._base import ScreenCapture
from agent.clock import Clock
from agent.confirm import OwnWindows
from agent.loop_config import LoopConfig
from agent.steps.observation import Change, Observation
from agent.steps.pace import Pace
from agent.stillness import MAX_BLINK_CELLS, count_changed_cells, wait_until_still
from agent.types import Screenshot
from agent.windows._base import Window, WindowSystem

_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of waiting for an effect: the last change looked at, and whether it is the effect."""

    change: Change
    is_effect: bool

    @property
    def after(self) -> Observation:
        """The desktop now."""
        return self.change.after


class Eyes:
    """Captures one monitor and asks for the windows.

    Our own windows are hidden by ``observe`` and stay hidden until ``show`` is called, by whoever has something to
    show to the person: that spares flicker between the last look, the action and its verification.
    """

    def __init__(
        self,
        *,
        capture: ScreenCapture,
        windows: WindowSystem,
        own_windows: OwnWindows,
        clock: Clock,
        config: LoopConfig,
    ) -> None:
        self._capture = capture
        self._windows = windows
        self._own_windows = own_windows
        self._clock = clock
        self._config = config
        self._monitor_idx = config.monitor_idx
        self._is_hidden = False
        self._last: Observation | None = None

    @property
    def last(self) -> Observation | None:
        """The newest observation, or None if there is none."""
        return self._last

    def hide(self) -> None:
        """Take our own windows off the screen, if they are on it."""
        if not self._is_hidden:
            self._own_windows.hide_for_capture()
            self._is_hidden = True

    def show(self) -> None:
        """Bring our own windows back, if they are hidden."""
        if self._is_hidden:
            self._is_hidden = False
            self._own_windows.show_again()

    def follow(self, window: Window) -> None:
        """Look at the monitor that shows a window from now on, unless the person chose one."""
        if self._config.monitor_idx is None:
            for monitor in self._capture.monitors():
                if monitor.bounds_pt.contains(window.bounds_pt.center):
                    self._monitor_idx = monitor.index

    def observe(self) -> Observation:
        """Look once."""
        self.hide()
        # The windows first: one that opens in between is then missing from the list and so counts as new later.
        windows, active = self._windows.windows(), self._windows.active()
        screenshot = self._shoot()
        passing_pt = self._windows.passing_pt()
        self._last = Observation(screenshot=screenshot, windows=windows, active=active, passing_pt=passing_pt)
        return self._last

    def settle(self, pace: Pace) -> Observation:
        """Look when the screen is still, or when it has not become so in time."""
        self.hide()

        def picture() -> NDArray[np.uint8]:
            pace.check()
            return self._shoot().pixels

        wait_until_still(
            picture, quiet_s=self._config.quiet_s, timeout_s=self._config.still_timeout_s, clock=self._clock
        )
        return self.observe()

    def wait_for_effect(
        self, before: Observation, pace: Pace, is_effect: Callable[[Change], bool], *, timeout_s: float | None = None
    ) -> Seen:
        """Wait until the screen is still again and shows the effect of an action, or until it is too late for one.

        Args:
            before: the desktop just before the action.
            pace: the run's pace.
            is_effect: tells the effect from what happens anyway.
            timeout_s: how long to wait; None takes the configured time.
        """
        deadline_s = pace.now_s() + (self._config.effect_timeout_s if timeout_s is None else timeout_s)
        while True:
            change = Change(before=before, after=self.settle(pace))
            if is_effect(change):
                # A dialog may open on another monitor; what comes next is about it.
                if change.is_focus_moved and change.after.active is not None:
                    self.follow(change.after.active)
                return Seen(change=change, is_effect=True)
            if pace.now_s() >= deadline_s:
                return Seen(change=change, is_effect=False)
            deadline_s += pace.wait_while_paused()

    def wait_for_change(self, since: Observation, pace: Pace, *, timeout_s: float) -> bool:
        """Wait until more than a text cursor differs from an observation; whether that happened in time."""
        self.hide()
        deadline_s = pace.now_s() + timeout_s
        while True:
            changed = count_changed_cells(since.screenshot.pixels, self._shoot().pixels)
            if changed > MAX_BLINK_CELLS or self._windows.windows() != since.windows:
                return True
            left_s = deadline_s - pace.now_s()
            if left_s <= 0:
                return False
            pace.sleep(min(_POLL_S, left_s))
            self.hide()

    def _shoot(self) -> Screenshot:
        return self._capture.capture(self._monitor_idx)

"""The mouse, through pyautogui: glides, clicks, drags and turns of the wheel."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from agent.control._gate import Gate
from agent.control._pyautogui import failsafe_is_stop
from agent.errors import ControlError
from agent.geometry import Point
from agent.types import Direction, MouseButton

_GLIDE_S = 0.09
_GLIDE_STEP_S = 0.01
_SHORT_PT = 3.0
_PRESS_S = 0.03
_BETWEEN_CLICKS_S = 0.05  # far inside every double-click time
_BETWEEN_NOTCHES_S = 0.012
_N_TRIES = 5

_X11_BUTTONS = {MouseButton.LEFT: 1, MouseButton.MIDDLE: 2, MouseButton.RIGHT: 3}
_X11_WHEEL = {Direction.UP: 4, Direction.DOWN: 5, Direction.LEFT: 6, Direction.RIGHT: 7}


class Mouse:
    """Works on points that are already clamped.

    Args:
        release: releases a code as kept by ``StopSwitch.hold``.
        check_place: raises ``ControlError`` if a point must not be touched.
    """

    def __init__(
        self, pyautogui: Any, gate: Gate, *, release: Callable[[int], None], check_place: Callable[[Point], None]
    ) -> None:
        self._pyautogui = pyautogui
        self._gate = gate
        self._release = release
        self._check_place = check_place

    def position_pt(self) -> Point:
        """Where the pointer is."""
        x, y = self._pyautogui.position()
        return Point(x, y)

    def move(self, to_pt: Point) -> None:
        """Glide to a point; returns when the pointer is there."""
        self._gate.check()
        self._check_place(to_pt)
        for _ in range(_N_TRIES):
            self._glide(to_pt)
            if self.position_pt() == to_pt:
                return
            # Somebody moved it meanwhile: the guard needs a moment to notice and pause the run.
            self._gate.wait(_GLIDE_STEP_S * 2)
        raise ControlError(
            "The pointer does not stay where it is put.", hint="Another program or person may be holding the mouse."
        )

    def click(self, at_pt: Point, button: MouseButton, count: int) -> None:
        """Click ``count`` times, quickly enough to count as a double click."""
        self.move(at_pt)
        for click_idx in range(count):
            if click_idx:
                self._gate.wait(_BETWEEN_CLICKS_S)
            with self._pressed(at_pt, button):
                self._gate.wait(_PRESS_S)

    def drag(self, from_pt: Point, to_pt: Point, button: MouseButton) -> None:
        """Press at one point, glide (many small moves, so past every drag threshold), release at the other."""
        self._check_place(to_pt)
        self.move(from_pt)
        with self._pressed(from_pt, button):
            self._gate.wait(_PRESS_S)
            self._glide(to_pt)
            # Targets of a drop light up and answer while the pointer rests on them.
            self._gate.wait(_PRESS_S)

    def scroll(self, at_pt: Point, direction: Direction, clicks: int) -> None:
        """Turn the wheel by notches."""
        self.move(at_pt)
        self._check_place(at_pt)
        is_vertical = direction in (Direction.UP, Direction.DOWN)
        turn = self._pyautogui.vscroll if is_vertical else self._pyautogui.hscroll
        sign = 1 if direction in (Direction.UP, Direction.RIGHT) else -1
        for notch_idx in range(clicks):
            if notch_idx:
                self._gate.wait(_BETWEEN_NOTCHES_S)
            self._gate.check()
            with self._gate.holding(-_X11_WHEEL[direction]), failsafe_is_stop():
                turn(sign, x=int(at_pt.x), y=int(at_pt.y))

    @contextmanager
    def _pressed(self, at_pt: Point, button: MouseButton) -> Iterator[None]:
        self._gate.check()
        self._check_place(at_pt)
        code = -_X11_BUTTONS[button]
        with self._gate.holding(code):
            try:
                with failsafe_is_stop():
                    self._pyautogui.mouseDown(int(at_pt.x), int(at_pt.y), button=button.value)
                yield
            finally:
                self._release(code)

    def _glide(self, to_pt: Point) -> None:
        start = self.position_pt()
        length = max(abs(to_pt.x - start.x), abs(to_pt.y - start.y))
        n_steps = round(_GLIDE_S / _GLIDE_STEP_S) if length > _SHORT_PT else 1
        for step in range(1, n_steps + 1):
            share = _ease(step / n_steps)
            self._put(Point(round(start.x + (to_pt.x - start.x) * share), round(start.y + (to_pt.y - start.y) * share)))
            if step < n_steps:
                self._gate.wait(_GLIDE_STEP_S)

    def _put(self, at_pt: Point) -> None:
        self._gate.check()
        self._gate.check_drag()
        self._gate.stop.expect_pointer(at_pt)
        with failsafe_is_stop():
            self._pyautogui.moveTo(int(at_pt.x), int(at_pt.y))


def _ease(share: float) -> float:
    """Slow, fast, slow: as hands move."""
    return share * share * (3 - 2 * share)

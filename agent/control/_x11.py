"""Mouse and keyboard on X11: pyautogui, and XTest through python-xlib for what it cannot do."""

import dataclasses
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, assert_never

import Xlib.error
from Xlib import X
from Xlib.ext import xtest

from agent.cancel import StopSwitch
from agent.control._desktop import clamp
from agent.control._gate import Gate, Interrupted
from agent.control._keyboard_x11 import X11Keyboard
from agent.control._monitors_x11 import monitors_pt
from agent.control._mouse import Mouse
from agent.control._pyautogui import load_pyautogui
from agent.control._typing_x11 import X11Typist
from agent.errors import ControlError, Paused
from agent.geometry import Point
from agent.types import Action, Click, Drag, Move, PressKeys, Scroll, TypeText
from agent.x11 import CONNECTION_ERRORS, connect, disconnect

INSTALL_HINT = "Start Foveal inside a graphical X11 session (DISPLAY must be set), or on a virtual screen."


class X11Control:
    """See ``agent.control._base.DesktopControl``. Connects when it is made.

    Args:
        stop: shared with the guard.
        is_blocked: whether a desktop point belongs to one of our own windows; None means that there are none.

    Raises:
        ControlError: the display cannot be reached or lacks XTest.
    """

    install_hint = INSTALL_HINT

    def __init__(self, stop: StopSwitch, *, is_blocked: Callable[[Point], bool] | None = None) -> None:
        self._is_blocked = is_blocked
        self._gate = Gate(stop)
        self._display: Any = _connect()
        try:
            pyautogui = load_pyautogui()
            self._keyboard = X11Keyboard(self._display, pyautogui, self._gate)
            self._typist = X11Typist(self._keyboard, self._gate)
            self._mouse = Mouse(pyautogui, self._gate, release=self._keyboard.release, check_place=self._check_place)
        except BaseException:
            self._display.close()
            raise

    def is_supported(self) -> bool:
        """Whether there is an X11 display to speak of."""
        return is_supported()

    def is_available(self) -> bool:
        """Whether the connection still answers."""
        try:
            self._display.sync()
        except CONNECTION_ERRORS:
            return False
        return True

    def perform(self, action: Action) -> Action:
        """Do an action; return what was really done (see ``DesktopControl.perform``)."""
        with _display_errors_told():
            done = self._clamped(action)
            self._gate.has_sent = False
            try:
                self._do(done)
            except Interrupted as exc:
                if not self._gate.has_sent:
                    raise Paused(done=None, rest=action) from exc
                raise ControlError(
                    "The action was interrupted because you took the mouse.",
                    hint="Let the run go on and do the step again.",
                ) from exc
            finally:
                self.release_all()
            return done

    def pointer_pt(self) -> Point:
        """Where the mouse pointer is."""
        with _display_errors_told():
            return self._mouse.position_pt()

    def release_all(self) -> None:
        """Release every key and button that is still noted as pressed."""
        with _display_errors_told():
            for code in self._gate.stop.held:
                self._keyboard.release(code)
                self._gate.stop.let_go(code)

    def close(self) -> None:
        """Release everything, put the keyboard mapping back and disconnect. A second call does nothing."""
        if self._display is None:
            return
        try:
            self.release_all()
            self._keyboard.keymap.restore()
            self._typist.close()
        except (ControlError, *CONNECTION_ERRORS):
            pass  # the display is gone, and with it all that was pressed
        finally:
            self._display.close()
            self._display = None

    def _do(self, action: Action) -> None:
        self._leave_corner()
        match action:
            case Move():
                self._mouse.move(action.at_pt)
            case Click():
                self._mouse.click(action.at_pt, action.button, action.count)
            case Drag():
                self._mouse.drag(action.from_pt, action.to_pt, action.button)
            case Scroll():
                self._mouse.scroll(action.at_pt, action.direction, action.clicks)
            case PressKeys():
                self._keyboard.press(action.keys, action.hold_s)
            case TypeText():
                self._typist.type(action.text)
            case _:
                assert_never(action)

    def _leave_corner(self) -> None:
        """Step out of a corner that the pointer rested in before the run began: pyautogui takes it for a stop."""
        if self._gate.stop.expected_pointer is not None:
            return
        at_pt = self._mouse.position_pt()
        beside_pt = clamp(at_pt, monitors_pt(self._display))
        if beside_pt != at_pt:
            self._gate.check()
            self._gate.stop.expect_pointer(beside_pt)
            xtest.fake_input(self._display, X.MotionNotify, x=int(beside_pt.x), y=int(beside_pt.y))
            self._display.sync()

    def _clamped(self, action: Action) -> Action:
        if isinstance(action, PressKeys | TypeText):
            return action
        monitors = monitors_pt(self._display)
        if isinstance(action, Drag):
            return dataclasses.replace(
                action, from_pt=clamp(action.from_pt, monitors), to_pt=clamp(action.to_pt, monitors)
            )
        return dataclasses.replace(action, at_pt=clamp(action.at_pt, monitors))

    def _check_place(self, point_pt: Point) -> None:
        if self._is_blocked is not None and self._is_blocked(point_pt):
            raise ControlError(
                "That place belongs to Foveal's own window.", hint="Move or close Foveal's window and try again."
            )


def is_supported() -> bool:
    """Whether there is an X11 display to speak of."""
    return bool(os.environ.get("DISPLAY"))


def _connect() -> Any:
    display = connect(ControlError)
    if not display.has_extension("XTEST"):
        disconnect(display)
        raise ControlError("This screen takes no input from programs.", hint="Enable the X server's XTEST extension.")
    return display


@contextmanager
def _display_errors_told() -> Iterator[None]:
    try:
        yield
    except (Xlib.error.XError, *CONNECTION_ERRORS) as exc:
        raise ControlError("The connection to the screen was lost.", hint=INSTALL_HINT) from exc

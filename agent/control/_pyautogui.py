"""pyautogui, tamed: it imports on any machine, on the right display, and does not pause by itself."""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import Xlib.error

from agent.errors import Cancelled, ControlError

_EXTRAS = ("mouseinfo", "pymsgbox", "pyscreeze")


def load_pyautogui() -> Any:
    """Import pyautogui for the current ``DISPLAY``.

    Raises:
        ControlError: it cannot be imported or cannot reach the display.
    """
    try:
        with _without_extras():
            pyautogui: Any = importlib.import_module("pyautogui")
        # It connects while it is imported and never again; a later display needs a new connection.
        if _is_stale(pyautogui.platformModule._display):
            importlib.reload(pyautogui.platformModule)
            right, bottom = pyautogui.size()
            pyautogui.FAILSAFE_POINTS[:] = [(0, 0), (0, bottom - 1), (right - 1, 0), (right - 1, bottom - 1)]
    except (Exception, SystemExit) as exc:
        raise ControlError(
            "The mouse and keyboard cannot be reached.", hint=f"pyautogui did not start: {type(exc).__name__}: {exc}"
        ) from exc
    pyautogui.PAUSE = 0
    pyautogui.FAILSAFE = True  # the second line behind the guard's corners
    return pyautogui


def _is_stale(display: Any) -> bool:
    """Whether a connection is to another display than the present one, or lost; it is closed then."""
    with contextlib.suppress(Xlib.error.ConnectionClosedError, OSError):
        display.sync()
        if display.get_display_name() == os.environ.get("DISPLAY"):
            return False
        display.close()
    return True


@contextmanager
def failsafe_is_stop() -> Iterator[None]:
    """A corner that pyautogui sees the pointer in before the guard does is the same stop."""
    try:
        yield
    except Exception as exc:
        if type(exc).__name__ != "FailSafeException":
            raise
        raise Cancelled from exc


@contextmanager
def _without_extras() -> Iterator[None]:
    """Keep pyautogui from importing what it can do without and nothing here uses.

    On Linux mouseinfo, a window for measuring coordinates, ends the whole process where tkinter is missing, which
    many distributions package apart from Python. pyscreeze, its screenshots, starts programs and imports OpenCV.
    To pyautogui all of them are optional: None in ``sys.modules`` makes an import fail as if they were not installed.
    """
    before = {name: sys.modules.get(name) for name in _EXTRAS}
    sys.modules.update(dict.fromkeys(_EXTRAS))  # type: ignore[arg-type]  # None is allowed there
    try:
        yield
    finally:
        for name, module in before.items():
            del sys.modules[name]
            if module is not None:
                sys.modules[name] = module

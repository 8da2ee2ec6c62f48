"""Capture on X11: mss lists the RandR monitors and grabs them, the X server tells where the pointer is."""

import os
from collections.abc import Sequence
from typing import Any

import mss
from mss.exception import ScreenShotError

from agent.capture._mss import MssCapture
from agent.errors import CaptureError
from agent.geometry import Point
from agent.x11 import CONNECTION_ERRORS, connect, disconnect

_INSTALL_HINT = "Foveal needs an X11 session; check that DISPLAY names it and that this user may use it (xauth)."
_WAYLAND_HINT = 'Log in with an "Xorg" or "X11" session (a choice on the login screen), then start Foveal again.'


def open_x11(*, is_forced: bool) -> MssCapture:
    """Capture the display that ``DISPLAY`` names.

    Args:
        is_forced: capture even an X server that lives inside a Wayland session and shows no other programs.

    Raises:
        CaptureError: there is no display, or it cannot show what the person sees.
    """
    if not os.environ.get("DISPLAY"):
        if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
            raise CaptureError("This is a Wayland session, whose screen Foveal cannot capture yet.", hint=_WAYLAND_HINT)
        raise CaptureError("There is no display.", hint="Start Foveal inside a graphical session, or set DISPLAY.")
    pointer = _Pointer()
    capture = MssCapture(
        mss.MSS,
        pointer.read,
        close_pointer=pointer.close,
        foreign_errors=(ScreenShotError,),
        install_hint=_INSTALL_HINT,
    )
    if not is_forced and _is_inside_wayland():
        raise CaptureError(
            "This is a Wayland session: its X display shows only old programs, and black elsewhere.",
            hint=_WAYLAND_HINT,
        )
    return capture


def _is_inside_wayland() -> bool:
    """Whether the X server is Xwayland, told by its outputs: environment variables may be those of another display."""
    try:
        with mss.MSS() as grabber:
            monitors: Sequence[Any] = grabber.monitors
    except ScreenShotError as exc:
        raise CaptureError(f'The display "{os.environ["DISPLAY"]}" cannot be reached.', hint=_INSTALL_HINT) from exc
    return any(str(monitor.get("output", "")).startswith("XWAYLAND") for monitor in monitors)


class _Pointer:
    """Asks the X server where the pointer is; connects again after the display went away."""

    def __init__(self) -> None:
        self._display: Any = None

    def read(self) -> Point:
        if self._display is None:
            self._display = connect(CaptureError)
        try:
            answer = self._display.screen().root.query_pointer()
        except CONNECTION_ERRORS as exc:
            self.close()
            raise CaptureError("The display does not answer any more.", hint=_INSTALL_HINT) from exc
        return Point(answer.root_x, answer.root_y)

    def close(self) -> None:
        if self._display is not None:
            disconnect(self._display)
            self._display = None

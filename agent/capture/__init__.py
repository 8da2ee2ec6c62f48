"""Screen capture: one backend per platform behind ``ScreenCapture``."""

import os
import sys

from agent.capture._base import ScreenCapture
from agent.errors import CaptureError

FORCE_VARIABLE = "FOVEAL_CAPTURE"
BACKENDS = ("x11", "win32", "macos")


def open_capture() -> ScreenCapture:
    """Open the backend for this platform, or the one that ``FOVEAL_CAPTURE`` names.

    Raises:
        CaptureError: there is no such backend, no display, or no permission.
    """
    forced = os.environ.get(FORCE_VARIABLE, "")
    match forced or {"win32": "win32", "darwin": "macos"}.get(sys.platform, "x11"):
        case "x11":
            from agent.capture._x11 import open_x11

            return open_x11(is_forced=bool(forced))
        case "win32":
            from agent.capture._win32 import open_win32

            return open_win32()
        case "macos":
            from agent.capture._macos import open_macos

            return open_macos()
        case unknown:
            raise CaptureError(
                f'There is no way of capturing the screen named "{unknown}".',
                hint=f"{FORCE_VARIABLE} can be {', '.join(BACKENDS)}; leave it empty to let Foveal choose.",
            )

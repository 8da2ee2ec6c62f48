"""Capture on macOS: bounds and pointer are points, the picture has the pixels of the panel."""

import mss
import mss.darwin
import Quartz
from mss.exception import ScreenShotError
from pynput.mouse import Controller

from agent.capture._mss import MssCapture
from agent.errors import CaptureError
from agent.geometry import Point

_HINT = "Allow it in System Settings > Privacy & Security > Screen Recording, then start Foveal again."


def open_macos() -> MssCapture:
    """Capture the desktop.

    Raises:
        CaptureError: the permission is missing; macOS would hand out the wallpaper without any window.
    """
    if not Quartz.CGPreflightScreenCaptureAccess():
        Quartz.CGRequestScreenCaptureAccess()
        raise CaptureError("Foveal may not record the screen.", hint=_HINT)
    # mss asks for one pixel per point, which throws away half of what a Retina panel shows.
    mss.darwin.IMAGE_OPTIONS &= ~mss.darwin.kCGWindowImageNominalResolution
    mouse = Controller()
    return MssCapture(mss.MSS, lambda: Point(*mouse.position), foreign_errors=(ScreenShotError,), install_hint=_HINT)

"""Capture on Windows: with per-monitor DPI awareness, bounds, pixels and pointer are all physical pixels."""

import mss
from mss.exception import ScreenShotError
from pynput.mouse import Controller

from agent.capture._mss import MssCapture
from agent.dpi import ensure_dpi_awareness
from agent.geometry import Point


def open_win32() -> MssCapture:
    """Capture the desktop of this session."""
    ensure_dpi_awareness()
    mouse = Controller()
    return MssCapture(
        mss.MSS,
        lambda: Point(*mouse.position),
        foreign_errors=(ScreenShotError,),
        install_hint="The screen cannot be captured while it is locked or a security prompt covers it.",
    )

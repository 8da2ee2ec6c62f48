"""Monitors as X11 places them on the desktop."""

from typing import Any

from agent.geometry import Rect


def monitors_pt(display: Any) -> tuple[Rect, ...]:
    """Bounds of all monitors (RANDR 1.5); the whole screen where the server knows none."""
    screen = display.screen()
    if display.has_extension("RANDR"):
        monitors = screen.root.xrandr_get_monitors().monitors
        if monitors:
            return tuple(
                Rect(left=each.x, top=each.y, width=each.width_in_pixels, height=each.height_in_pixels)
                for each in monitors
            )
    return (Rect(left=0, top=0, width=screen.width_in_pixels, height=screen.height_in_pixels),)

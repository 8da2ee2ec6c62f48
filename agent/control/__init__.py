"""Mouse and keyboard: one backend per platform behind ``DesktopControl``.

Nothing heavy is imported here: the guard process uses the key names and wants to start quickly.
"""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.cancel import StopSwitch
from agent.errors import ControlError
from agent.geometry import Point

if TYPE_CHECKING:
    from agent.control._base import DesktopControl

BACKEND_VARIABLE = "FOVEAL_CONTROL"


def open_control(stop: StopSwitch, *, is_blocked: Callable[[Point], bool] | None = None) -> "DesktopControl":
    """Connect to the mouse and keyboard of this platform; ``FOVEAL_CONTROL`` forces a backend.

    Args:
        stop: shared with the guard; checked before every event.
        is_blocked: whether a desktop point belongs to one of our own windows, which are never touched.

    Raises:
        ControlError: there is no backend for this platform, or it does not work now.
    """
    backend = os.environ.get(BACKEND_VARIABLE) or {"linux": "x11"}.get(sys.platform, sys.platform)
    if backend != "x11":
        raise ControlError(
            f"Mouse and keyboard cannot be controlled through “{backend}”.",
            hint=f"Known so far: x11. It can be forced with {BACKEND_VARIABLE}.",
        )
    from agent.control._x11 import X11Control

    return X11Control(stop, is_blocked=is_blocked)

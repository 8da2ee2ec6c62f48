"""The window manager: one backend per platform behind ``WindowSystem``."""

import os
import sys
from collections.abc import Callable

from agent.errors import WindowError
from agent.windows._base import WindowSystem


def open_windows(own_pids: Callable[[], frozenset[int]] | None = None) -> WindowSystem:
    """Open the backend for this platform.

    Args:
        own_pids: the processes that belong to this program, asked anew each time; None means this process alone.

    Raises:
        WindowError: the platform is not supported or its display cannot be reached.
    """
    if sys.platform in ("win32", "darwin"):
        raise WindowError(
            "Windows of other programs are not supported on this platform yet.",
            hint="Commands that name no window work without.",
        )
    from agent.windows._x11 import X11Windows

    return X11Windows(own_pids or (lambda: frozenset({os.getpid()})))

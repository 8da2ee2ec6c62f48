"""Per-monitor DPI awareness, set before anything else has a say.

On Windows the first caller decides for the whole process, and pyautogui (and its parts) choose the older, system-wide
kind when they are imported: then bounds, pictures and clicks on a second monitor no longer agree. Elsewhere there is
nothing to set. The model's process needs none: all it ever sees are pictures.
"""

import sys
from collections.abc import Collection

_DECIDES_ON_IMPORT = ("pyautogui", "pyscreeze", "pymsgbox", "mouseinfo")
_PER_MONITOR_AWARE_V2 = -4
_AWARENESS_PER_MONITOR = 2


def check_import_order(modules: Collection[str]) -> None:
    """Assert that nothing that chooses a DPI awareness of its own is among the imported modules.

    Raises:
        AssertionError: our mistake: an import at the top of a file that belongs further down.
    """
    early = [name for name in _DECIDES_ON_IMPORT if name in modules]
    if early:
        raise AssertionError(f"{', '.join(early)} imported before ensure_dpi_awareness()")


def ensure_dpi_awareness() -> None:
    """Make this process see real pixels on every monitor; call it first in each program's entry point.

    Raises:
        AssertionError: on Windows, if it comes too late.
    """
    if sys.platform == "win32":
        import ctypes

        user32 = ctypes.WinDLL("user32")
        user32.GetThreadDpiAwarenessContext.restype = ctypes.c_void_p
        user32.GetAwarenessFromDpiAwarenessContext.argtypes = [ctypes.c_void_p]
        user32.SetProcessDpiAwarenessContext.argtypes = [ctypes.c_void_p]

        def is_per_monitor() -> bool:
            context = user32.GetThreadDpiAwarenessContext()
            return bool(user32.GetAwarenessFromDpiAwarenessContext(context) == _AWARENESS_PER_MONITOR)

        if is_per_monitor():  # an earlier call, or the manifest of the bundled program
            return
        check_import_order(sys.modules)
        user32.SetProcessDpiAwarenessContext(_PER_MONITOR_AWARE_V2)
        if not is_per_monitor():
            raise AssertionError("the DPI awareness of this process was already decided")

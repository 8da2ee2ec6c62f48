"""What every desktop backend of the shell can do."""

from contextlib import AbstractContextManager
from typing import Protocol


class RepaintWait(Protocol):
    """Watches the screen while windows go away."""

    def wait_until_gone(self, window_ids: tuple[int, ...], timeout_s: float) -> bool:
        """Block until the windows are unmapped and the screen has been painted without them; False if it took longer.

        A screen that never stands still (a film) counts as painted after a short while.
        """
        ...


class ShellDesktop(Protocol):
    """The desktop around our windows. All methods but ``watch_repaint`` are called by the GUI thread."""

    def has_compositor(self) -> bool:
        """Whether translucent windows are blended; asked anew each time, people switch it on and off."""
        ...

    def active_window(self) -> int | None:
        """Handle of the window that has the focus now, or None if there is none or one cannot tell."""
        ...

    def activate(self, window_id: int) -> None:
        """Give a window the focus because the person asked for it, past any focus stealing prevention."""
        ...

    def watch_repaint(self) -> AbstractContextManager[RepaintWait]:
        """Start watching *before* windows are hidden. May be called by any thread."""
        ...

    def close(self) -> None:
        """Release the connection to the display."""
        ...

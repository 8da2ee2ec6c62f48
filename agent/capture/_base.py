"""What every screen capture backend can do."""

from typing import Protocol

from agent.geometry import Point
from agent.types import Monitor, Screenshot


class ScreenCapture(Protocol):
    """Captures one monitor at a time. Used by one thread.

    All methods raise ``agent.errors.CaptureError`` with a hint when the screen cannot be reached.
    """

    install_hint: str

    def is_supported(self) -> bool:
        """Whether this backend could work on this platform."""
        ...

    def is_available(self) -> bool:
        """Whether it works now (display reachable, permission given)."""
        ...

    def monitors(self) -> tuple[Monitor, ...]:
        """All monitors, primary first; bounds may be negative; asked anew each time."""
        ...

    def pointer_pt(self) -> Point:
        """Where the mouse pointer is on the desktop."""
        ...

    def capture(self, monitor_idx: int | None = None) -> Screenshot:
        """Capture a monitor by index; None takes the one under the pointer."""
        ...

    def close(self) -> None:
        """Release the connection to the display."""
        ...

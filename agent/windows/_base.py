"""What the agent asks a window manager."""

from dataclasses import dataclass
from typing import Protocol

from agent.geometry import Point, Rect

OWN_APP = "foveal"
"""Class name of our own windows. The tray program's belong to another process than ``foveal do``, which must not touch
them either; a stranger that takes this name only makes its windows untouchable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A top-level window.

    Attributes:
        window_id: the system's handle.
        title: as shown in the title bar.
        app: class name of the program ("" if unknown).
        pid: process id, or None if the window does not tell.
        bounds_pt: client area on the desktop, without the frame.
        is_dialog: whether it belongs to another window.
    """

    window_id: int
    title: str
    app: str
    pid: int | None
    bounds_pt: Rect
    is_dialog: bool


class WindowSystem(Protocol):
    """Lists, activates and closes windows. All methods raise ``agent.errors.WindowError``."""

    install_hint: str

    def is_supported(self) -> bool:
        """Whether this backend could work on this platform."""
        ...

    def is_available(self) -> bool:
        """Whether it works now."""
        ...

    def windows(self, *, include_hidden: bool = False) -> tuple[Window, ...]:
        """Visible application windows, topmost first; our own are left out.

        ``include_hidden`` adds minimised ones and those on other virtual desktops.
        """
        ...

    def active(self) -> Window | None:
        """The window that has the focus, or None if none has (or it is one of ours)."""
        ...

    def window_at(self, point_pt: Point) -> Window | None:
        """The topmost window that would get a click there, ours included (click-through windows never get one)."""
        ...

    def passing_pt(self) -> tuple[Rect, ...]:
        """Where tooltips and notifications are now: they come and go by themselves and are nobody's answer."""
        ...

    def is_own(self, window: Window) -> bool:
        """Whether the window belongs to this program, also to another process of it (see ``OWN_APP``)."""
        ...

    def activate(self, window: Window) -> None:
        """Ask the window manager to bring a window to the front and focus it; returns when it has."""
        ...

    def close_window(self, window: Window) -> None:
        """Ask a window to close, as its close button does. It may ask back (unsaved work)."""
        ...

    def close(self) -> None:
        """Release the connection to the display."""
        ...

"""The desktop where Qt alone has to do: compositing is a matter of course there, and hiding is enough."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.desktop._base import RepaintWait


class PlainShellDesktop:
    """See ``ShellDesktop``."""

    def has_compositor(self) -> bool:
        """Windows, macOS and Wayland always blend."""
        return True

    def active_window(self) -> int | None:
        """Other programs' windows are not known here."""
        return None

    def activate(self, window_id: int) -> None:
        """Qt's own activation is all there is."""

    @contextmanager
    def watch_repaint(self) -> Iterator[RepaintWait]:
        """Nothing to watch."""
        yield _NothingToWaitFor()

    def close(self) -> None:
        """Nothing is held."""


class _NothingToWaitFor:
    def wait_until_gone(self, window_ids: tuple[int, ...], timeout_s: float) -> bool:
        """Hidden is gone."""
        return True

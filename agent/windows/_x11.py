"""Windows on X11, through any window manager that follows EWMH."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from Xlib import X
from Xlib.protocol import event

from agent.clock import Clock, SystemClock
from agent.errors import WindowError
from agent.geometry import Point, Rect
from agent.windows._base import OWN_APP, Window
from agent.windows.ewmh import Properties
from agent.x11 import CONNECTION_ERRORS, connect, disconnect

_ACTIVATE_TIMEOUT_S = 3.0
_POLL_S = 0.02
_FROM_THE_PERSON = 2
"""Source indication of a request: as a pager or task bar sends it, so that focus stealing prevention lets it pass."""
_NOT_APPLICATIONS = frozenset({"_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK"})
_PASSING = frozenset({"_NET_WM_WINDOW_TYPE_TOOLTIP", "_NET_WM_WINDOW_TYPE_NOTIFICATION"})
_SHADOW_PT = 12.0
_FRAME_DEPTH = 3
"""How deep in a frame window managers put the program's window."""


class X11Windows:
    """Lists, activates and closes windows; see ``WindowSystem``.

    Args:
        own_pids: the processes that belong to this program.
        clock: what tells the time.

    Raises:
        WindowError: the display cannot be reached.
    """

    install_hint = "Foveal needs an X11 session with a window manager that follows EWMH (nearly all do)."

    def __init__(self, own_pids: Callable[[], frozenset[int]], *, clock: Clock | None = None) -> None:
        self._own_pids = own_pids
        self._clock = clock or SystemClock()
        self._display = connect(WindowError)
        self._root = self._display.screen().root
        self._properties = Properties(self._display)

    def is_supported(self) -> bool:
        """Whether this is X11, which it is once connected."""
        return True

    def is_available(self) -> bool:
        """Whether a window manager runs."""
        try:
            with self._answering():
                return self._properties.window_manager() is not None
        except WindowError:
            return False

    def windows(self, *, include_hidden: bool = False) -> tuple[Window, ...]:
        """Visible application windows, topmost first; our own are left out."""
        with self._answering():
            return tuple(
                window
                for window_id in reversed(self._managed())
                if (include_hidden or self._is_visible(window_id))
                and not self._properties.atoms(window_id, "_NET_WM_WINDOW_TYPE") & _NOT_APPLICATIONS
                and (window := self._properties.describe(window_id)) is not None
                and not self.is_own(window)
            )

    def active(self) -> Window | None:
        """The window that has the focus, or None if none has (or it is one of ours)."""
        with self._answering():
            self._managed()
            window_id = self._active_id()
            window = self._properties.describe(window_id) if window_id else None
            return None if window is None or self.is_own(window) else window

    def window_at(self, point_pt: Point) -> Window | None:
        """The topmost window that would get a click there; also menus and other popups, which nobody manages."""
        with self._answering():
            # The X server itself finds the child in which a point lies as it does for a click: topmost first, mapped
            # ones only, inside bounding and input shape. Asking once also leaves no time for windows to move between.
            x, y = math.floor(point_pt.x), math.floor(point_pt.y)
            child = self._root.translate_coords(self._root, x, y).child
            if child == X.NONE:
                return None
            return self._properties.describe(self._program_window(child if isinstance(child, int) else child.id))

    def passing_pt(self) -> tuple[Rect, ...]:
        """Where tooltips and notifications are now, with the shadow that a compositor may draw around them."""
        with self._answering():
            shown = {*self._properties.children(self._root.id), *(self._properties.client_list() or ())}
            found = (
                self._properties.describe(window_id)
                for window_id in shown
                if self._properties.atoms(window_id, "_NET_WM_WINDOW_TYPE") & _PASSING
                and self._properties.is_viewable(window_id)
            )
            return tuple(window.bounds_pt.inflated(_SHADOW_PT) for window in found if window is not None)

    def is_own(self, window: Window) -> bool:
        """Whether the window belongs to this program, in this process or in another one of it."""
        return window.pid in self._own_pids() or window.app.casefold() == OWN_APP

    def activate(self, window: Window) -> None:
        """Bring a window to the front and focus it, also a minimised one; returns when it has the focus.

        Raises:
            WindowError: it has been closed, or did not get the focus within a few seconds.
        """
        with self._answering():
            self._tell_manager(window, "_NET_ACTIVE_WINDOW")
            deadline_s = self._clock.monotonic() + _ACTIVATE_TIMEOUT_S
            while not self._has_focus(window.window_id):
                if window.window_id not in self._managed():
                    raise _closed(window)
                if self._clock.monotonic() > deadline_s:
                    raise WindowError(
                        f'The window "{window.title}" did not come to the front.',
                        hint="Another window may hold the focus, for instance a dialog that waits for an answer.",
                    )
                self._clock.sleep(_POLL_S)

    def close_window(self, window: Window) -> None:
        """Ask a window to close, as its close button does. It may ask back (unsaved work).

        Raises:
            WindowError: it has already been closed.
        """
        with self._answering():
            self._tell_manager(window, "_NET_CLOSE_WINDOW")

    def close(self) -> None:
        """Release the connection to the display."""
        disconnect(self._display)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except CONNECTION_ERRORS as exc:
            raise WindowError("The display does not answer any more.", hint=self.install_hint) from exc

    def _managed(self) -> tuple[int, ...]:
        """Window ids, bottom first."""
        client_list = self._properties.client_list()
        if client_list is None:
            raise WindowError("No window manager is running.", hint=self.install_hint)
        return client_list

    def _is_visible(self, window_id: int) -> bool:
        states = self._properties.atoms(window_id, "_NET_WM_STATE")
        return "_NET_WM_STATE_HIDDEN" not in states and self._properties.is_viewable(window_id)

    def _active_id(self) -> int:
        return next(iter(self._properties.numbers(self._root.id, "_NET_ACTIVE_WINDOW")), 0)

    def _has_focus(self, window_id: int) -> bool:
        """Whether a window or a dialog of it is the active one: a modal dialog takes the focus of its window."""
        active_id, seen = self._active_id(), set[int]()
        while active_id and active_id not in seen:
            if active_id == window_id:
                return self._is_visible(window_id)
            seen.add(active_id)
            active_id = next(iter(self._properties.numbers(active_id, "WM_TRANSIENT_FOR")), 0)
        return False

    def _program_window(self, top_level_id: int) -> int:
        """The program's window inside a frame that the window manager drew; the window itself if it has no frame."""
        managed = self._properties.client_list() or ()
        level: tuple[int, ...] = (top_level_id,)
        for _ in range(_FRAME_DEPTH):
            for window_id in level:
                if window_id in managed:
                    return window_id
            level = tuple(child for window_id in level for child in self._properties.children(window_id))
        return top_level_id

    def _tell_manager(self, window: Window, wish: str) -> None:
        if window.window_id not in self._managed():
            raise _closed(window)
        # Time and source come in this order for closing and the other way round for activating; 0 is "now".
        numbers = (0, _FROM_THE_PERSON) if wish == "_NET_CLOSE_WINDOW" else (_FROM_THE_PERSON, 0)
        message: Any = event.ClientMessage(
            window=window.window_id, client_type=self._display.get_atom(wish), data=(32, [*numbers, 0, 0, 0])
        )
        self._root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.flush()


def _closed(window: Window) -> WindowError:
    return WindowError(f'The window "{window.title}" is not there any more.', hint="It may have been closed meanwhile.")

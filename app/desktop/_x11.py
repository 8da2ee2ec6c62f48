"""The desktop around our windows on X11."""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from Xlib import X
from Xlib import error as xerror
from Xlib.ext import damage
from Xlib.protocol import event

from agent.errors import WindowError
from agent.x11 import connect
from app.desktop._base import RepaintWait

_FROM_THE_PERSON = 2
"""Source indication of a request: as a pager or task bar sends it, so that focus stealing prevention lets it pass."""
_QUIET_S = 0.025
_RESTLESS_S = 0.35
_POLL_S = 0.002


class X11ShellDesktop:
    """See ``ShellDesktop``.

    Raises:
        WindowError: the display cannot be reached.
    """

    def __init__(self) -> None:
        self._display = connect(WindowError)
        screen_idx = self._display.get_default_screen()
        self._root = self._display.screen().root
        self._compositor = self._display.get_atom(f"_NET_WM_CM_S{screen_idx}")
        self._active = self._display.get_atom("_NET_ACTIVE_WINDOW")

    def has_compositor(self) -> bool:
        """Compositors own a selection (EWMH); its owner vanishes with them."""
        return bool(self._display.get_selection_owner(self._compositor) != X.NONE)

    def active_window(self) -> int | None:
        """What the window manager says is active."""
        answer = self._root.get_full_property(self._active, X.AnyPropertyType)
        return (int(answer.value[0]) or None) if answer is not None and len(answer.value) else None

    def activate(self, window_id: int) -> None:
        """Ask the window manager as a task bar would."""
        message: Any = event.ClientMessage(
            window=window_id, client_type=self._active, data=(32, [_FROM_THE_PERSON, X.CurrentTime, 0, 0, 0])
        )
        self._root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.flush()

    @contextmanager
    def watch_repaint(self) -> Iterator[RepaintWait]:
        """Listen, on a connection of its own, to everything that is painted on the screen."""
        watch = _DamageWatch()
        try:
            yield watch
        finally:
            watch.close()

    def close(self) -> None:
        """Release the connection."""
        self._display.close()


class _DamageWatch:
    """Knows when the screen was painted from the DAMAGE extension: no picture has to be taken to find out.

    After a window goes, the compositor paints once more, or, without one, the programs below do. That is over when
    nothing has been painted for a moment; some compositors fade windows out, which is painting all the time.
    """

    def __init__(self) -> None:
        self._display = connect(WindowError)
        self._display.damage_query_version()
        root = self._display.screen().root
        self._damage = root.damage_create(damage.DamageReportRawRectangles)
        self._display.sync()

    def wait_until_gone(self, window_ids: tuple[int, ...], timeout_s: float) -> bool:
        """See ``RepaintWait``."""
        deadline_s = time.monotonic() + timeout_s
        while any(self._is_mapped(window_id) for window_id in window_ids):
            if time.monotonic() > deadline_s:
                return False
            time.sleep(_POLL_S)
        unmapped_s = time.monotonic()
        # Painting that the unmapping causes comes a little later; then wait until it is over.
        painted_s = unmapped_s
        while (now_s := time.monotonic()) < min(deadline_s, unmapped_s + _RESTLESS_S):
            if self._has_painting(_QUIET_S):
                painted_s = time.monotonic()
            elif now_s - painted_s >= _QUIET_S:
                break
        return True

    def close(self) -> None:
        """End the connection, and with it the watching."""
        self._display.close()

    def _is_mapped(self, window_id: int) -> bool:
        try:
            window = self._display.create_resource_object("window", window_id)
            return bool(window.get_attributes().map_state != X.IsUnmapped)
        except (xerror.BadWindow, xerror.BadDrawable):
            return False

    def _has_painting(self, wait_s: float) -> bool:
        """Whether something is painted within a time; takes the reports off the queue."""
        if not self._display.pending_events():
            select.select([self._display], [], [], wait_s)
        n_reports = self._display.pending_events()
        for _ in range(n_reports):
            self._display.next_event()
        return bool(n_reports)

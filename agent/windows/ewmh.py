"""Reading what windows and the window manager write down for others: ICCCM and EWMH properties.

https://specifications.freedesktop.org/wm-spec/latest/ names them all.
"""

import socket
from collections.abc import Sequence
from typing import Any

from Xlib import X
from Xlib import error as xerror
from Xlib.ext import res

from agent.geometry import Rect
from agent.windows._base import Window

_GONE = (xerror.BadWindow, xerror.BadDrawable)


class Properties:
    """Reads properties of windows by name. What a vanished window says is nothing, not an error."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root
        self._has_resources = bool(display.has_extension("X-Resource"))

    def numbers(self, window_id: int, name: str) -> tuple[int, ...]:
        """A property made of numbers, window ids or atoms; empty if it is not set."""
        value = self._read(window_id, name)
        return () if value is None or isinstance(value, bytes) else tuple(value)

    def atoms(self, window_id: int, name: str) -> frozenset[str]:
        """A property made of atoms, by their names."""
        return frozenset(self._display.get_atom_name(atom) for atom in self.numbers(window_id, name))

    def text(self, window_id: int, name: str) -> str:
        """A text property; "" if it is not set."""
        value = self._read(window_id, name)
        if not isinstance(value, bytes):
            return ""
        try:
            return value.decode()
        except UnicodeDecodeError:  # programs from before Unicode, and those that were told a wrong locale
            return value.decode("latin-1")

    def client_list(self) -> tuple[int, ...] | None:
        """The windows that the window manager manages, bottom first; None if no window manager runs."""
        if self.window_manager() is None:
            return None
        stacked = self.numbers(self._root.id, "_NET_CLIENT_LIST_STACKING")
        # xfwm4 writes the stacking down only once it has changed: a first and only window is not in it.
        unstacked = (each for each in self.numbers(self._root.id, "_NET_CLIENT_LIST") if each not in stacked)
        return (*stacked, *unstacked)

    def window_manager(self) -> str | None:
        """Name of the window manager ("" if it has none); None if none runs."""
        # Root keeps the property of a window manager that crashed, but the window it names is gone then.
        for window_id in self.numbers(self._root.id, "_NET_SUPPORTING_WM_CHECK"):
            if self.numbers(window_id, "_NET_SUPPORTING_WM_CHECK") == (window_id,):
                return self.text(window_id, "_NET_WM_NAME")
        return None

    def describe(self, window_id: int) -> Window | None:
        """All that is known about a window; None if it has gone."""
        bounds_pt = self._bounds(window_id)
        if bounds_pt is None:
            return None
        kinds = self.atoms(window_id, "_NET_WM_WINDOW_TYPE")
        return Window(
            window_id=window_id,
            title=self.text(window_id, "_NET_WM_NAME") or self.text(window_id, "WM_NAME"),
            app=self.text(window_id, "WM_CLASS").rstrip("\0").rpartition("\0")[2],
            pid=self._pid(window_id),
            bounds_pt=bounds_pt,
            is_dialog="_NET_WM_WINDOW_TYPE_DIALOG" in kinds or any(self.numbers(window_id, "WM_TRANSIENT_FOR")),
        )

    def is_viewable(self, window_id: int) -> bool:
        """Whether a window and all it lies in are mapped."""
        try:
            attributes = self._window(window_id).get_attributes()
        except _GONE:
            return False
        return bool(attributes.map_state == X.IsViewable)

    def children(self, window_id: int) -> tuple[int, ...]:
        """The windows in a window, bottom first."""
        try:
            return tuple(child.id for child in self._window(window_id).query_tree().children)
        except _GONE:
            return ()

    def _window(self, window_id: int) -> Any:
        return self._display.create_resource_object("window", window_id)

    def _read(self, window_id: int, name: str) -> bytes | Sequence[int] | None:
        try:
            answer = self._window(window_id).get_full_property(self._display.get_atom(name), X.AnyPropertyType)
        except _GONE:
            return None
        value: bytes | Sequence[int] | None = None if answer is None else answer.value
        return value

    def _bounds(self, window_id: int) -> Rect | None:
        try:
            size = self._window(window_id).get_geometry()
            corner = self._root.translate_coords(window_id, 0, 0)
        except _GONE:
            return None
        bounds = Rect(left=corner.x, top=corner.y, width=size.width, height=size.height)
        # GTK draws title bar and shadow itself; the shadow is part of the window, but not for the person.
        left, right, top, bottom = self.numbers(window_id, "_GTK_FRAME_EXTENTS") or (0, 0, 0, 0)
        return Rect(
            left=bounds.left + left,
            top=bounds.top + top,
            width=max(bounds.width - left - right, 0),
            height=max(bounds.height - top - bottom, 0),
        )

    def _pid(self, window_id: int) -> int | None:
        """Process that owns a window: what the X server knows, else what the window claims about this machine."""
        if self._has_resources:
            try:
                answer = self._display.res_query_client_ids([{"client": window_id, "mask": res.LocalClientPIDMask}])
            except xerror.XError:  # the window has gone
                return None
            for entry in answer.ids:
                if entry.spec.mask == res.LocalClientPIDMask and len(entry.value) == 1:
                    return int(entry.value[0])
        claimed = self.numbers(window_id, "_NET_WM_PID")
        if claimed and self.text(window_id, "WM_CLIENT_MACHINE") in ("", socket.gethostname()):
            return claimed[0]
        return None

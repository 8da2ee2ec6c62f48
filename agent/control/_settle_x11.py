"""Waiting until the program with the focus has read what was sent to it.

A program asks the server for the keyboard mapping when it comes to read that it changed, not when it changed. So a
lent keycode must not be given another character before the keys typed with it have been read. Programs read their
events in order, and nearly all answer a ping (EWMH, ``_NET_WM_PING``); those that do not are given a fixed time.
"""

import itertools
import time
from typing import Any

import Xlib.error
import Xlib.protocol.event
from Xlib import X, Xatom

from agent.control._gate import Gate

_ANSWER_TIMEOUT_S = 2.0
_NO_ANSWER_S = 0.2
_POLL_S = 0.002


class Settler:
    """Pings the active window."""

    def __init__(self, display: Any, gate: Gate) -> None:
        self._display = display
        self._gate = gate
        self._root = display.screen().root
        self._protocols, self._ping, self._active, self._embeddable = (
            display.intern_atom(name) for name in ("WM_PROTOCOLS", "_NET_WM_PING", "_NET_ACTIVE_WINDOW", "_XEMBED_INFO")
        )
        # Our own range: window managers ping too and look their answers up by this number.
        self._tokens = itertools.count(0x464F5645)

    def settle(self) -> None:
        """Return once the focused program has read everything sent so far, or has had time to.

        Raises:
            agent.errors.Cancelled: the stop was pulled meanwhile.
        """
        window = self._pingable_window()
        if window is None:
            self._gate.wait_for_program(_NO_ANSWER_S)
            return
        # The answer goes to the root window; listening there is noisy, so only while waiting. Qt addresses it to
        # those who listen for StructureNotify, all others to those who listen for SubstructureNotify.
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask | X.StructureNotifyMask)
        try:
            self._wait_for_answer(self._send_ping(window))
        finally:
            self._root.change_attributes(event_mask=X.NoEventMask)
            self._display.sync()
            self._drain()

    def active_id(self) -> int | None:
        """Which window is active, or None if none is."""
        window = self._active_window()
        return None if window is None else int(window.id)

    def is_qt_focused(self) -> bool:
        """Whether the active window is one of Qt's, which marks all its windows as embeddable."""
        window = self._active_window()
        try:
            return window is not None and window.get_full_property(self._embeddable, X.AnyPropertyType) is not None
        except Xlib.error.BadWindow:  # closed just now
            return False

    def _send_ping(self, window: Any) -> int:
        token = next(self._tokens)
        data = (32, [self._ping, token, window.id, 0, 0])
        message = Xlib.protocol.event.ClientMessage(window=window, client_type=self._protocols, data=data)
        window.send_event(message)
        self._display.flush()
        return token

    def _wait_for_answer(self, token: int) -> None:
        deadline = time.monotonic() + _ANSWER_TIMEOUT_S
        while time.monotonic() < deadline:
            self._gate.stop.check()
            if token in self._drain():
                return
            time.sleep(_POLL_S)

    def _drain(self) -> set[int]:
        """Read waiting events; the numbers of the pings answered."""
        answered = set()
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.ClientMessage and event.client_type == self._protocols:
                kind, token, *_ = event.data[1]
                if kind == self._ping:
                    answered.add(token)
        return answered

    def _pingable_window(self) -> Any | None:
        window = self._active_window()
        try:
            protocols = window and window.get_full_property(self._protocols, Xatom.ATOM)
        except Xlib.error.BadWindow:  # closed just now
            return None
        return window if protocols and self._ping in protocols.value else None

    def _active_window(self) -> Any | None:
        active = self._root.get_full_property(self._active, Xatom.WINDOW)
        if active is None or not active.value or not active.value[0]:
            return None
        return self._display.create_resource_object("window", active.value[0])

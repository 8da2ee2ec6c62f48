"""The guard process: hears the hotkeys, owns the stop. Imports neither Qt nor numpy, so that it starts quickly."""

import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from types import FrameType

import Xlib.error

from agent.cancel import StopSwitch
from agent.dpi import ensure_dpi_awareness
from agent.guard._watch import Watch
from agent.guard._x11 import X11View
from agent.guard.hotkeys import HotkeyTracker
from agent.guard.messages import (
    TRIGGER_HINT,
    Finish,
    GuardMessage,
    HotkeyName,
    HotkeyPressed,
    HotkeyTaken,
    Ready,
    Rebind,
    StopPulled,
    Unable,
)

_ACTING_TICK_S = 0.004
_IDLE_TICK_S = 0.1
_GRACE_S = 2.0


def run_guard(connection: Connection, stop: StopSwitch, hotkeys: dict[HotkeyName, tuple[str, ...]]) -> None:
    """Entry point of the process; returns when told to finish or when the other end is gone."""
    ensure_dpi_awareness()  # pointer and corners are compared with places that the parent sees in real pixels
    threading.excepthook = _ignore_lost_display
    # Ctrl-C goes to the whole terminal group; the parent decides what it means, and may need the guard for that.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # So does the end of a session: the parent is given the time to close this in order.
    signal.signal(signal.SIGTERM, _end_soon)
    try:
        guard = _Guard(connection, stop)
    except Exception as exc:  # whatever keeps it from listening is told to the person
        connection.send(Unable(message="Global hotkeys cannot be heard here.", hint=f"{TRIGGER_HINT} ({exc})"))
        return
    try:
        guard.bind(hotkeys)
        guard.run()
    except Xlib.error.ConnectionClosedError:
        return  # the display is gone, and with it all that could be heard or released; the parent hears the pipe end
    guard.close()


def _end_soon(_number: int, _frame: FrameType | None) -> None:
    ending = threading.Timer(_GRACE_S, os._exit, (0,))
    ending.daemon = True
    ending.start()


def _ignore_lost_display(failure: threading.ExceptHookArgs) -> None:
    """Keep the listener's thread from printing a trace when the session ends."""
    if not isinstance(failure.exc_value, Xlib.error.ConnectionClosedError):
        threading.__excepthook__(failure)


class _Guard:
    def __init__(self, connection: Connection, stop: StopSwitch) -> None:
        # Connects to the display while it is imported, so only here and only in this process.
        from pynput import keyboard

        self._connection = connection
        self._sending = threading.Lock()
        self._stop = stop
        self._view = X11View()
        self._watch = Watch(stop, self._view)
        self._tracker = HotkeyTracker({})
        self._special_key = keyboard.Key
        # pynput reads the server's record of all input, so it also hears keys while a menu or another program has
        # the keyboard to itself, where a grabbed hotkey stays silent.
        self._listener = keyboard.Listener(on_press=self._on_press, on_release=self._on_release)
        self._listener.start()
        self._listener.wait()

    def bind(self, hotkeys: dict[HotkeyName, tuple[str, ...]]) -> None:
        self._view.ungrab_all()
        taken = [name for name, keys in hotkeys.items() if not self._view.grab(keys)]
        heard = [name for name in hotkeys if name not in taken or name is HotkeyName.STOP]
        self._tracker.rebind({name: self._view.binding(hotkeys[name]) for name in heard})
        for name in taken:
            self._tell(HotkeyTaken(name=name, combination="+".join(hotkeys[name])))

    def run(self) -> None:
        self._tell(Ready())
        while True:
            is_busy = self._stop.is_acting or bool(self._stop.held)
            try:
                if self._connection.poll(_ACTING_TICK_S if is_busy else _IDLE_TICK_S):
                    match self._connection.recv():
                        case Rebind(hotkeys=hotkeys):
                            self.bind(hotkeys)
                        case Finish():
                            return
            except (EOFError, OSError):  # the parent is gone
                self._watch.clean_up()
                return
            self._view.drain()
            message = self._watch.look(time.monotonic())
            if message is not None:
                self._tell(message)
            if not self._listener.is_alive():
                raise RuntimeError("the keyboard listener ended")

    def close(self) -> None:
        self._listener.stop()
        self._view.close()

    def _on_press(self, key: object, _is_injected: bool) -> None:
        keysym = self._keysym(key)
        name = None if keysym is None else self._tracker.press(keysym, time.monotonic())
        if name is HotkeyName.STOP:
            self._stop.stop()  # first, and here: the parent may hang
            self._tell(StopPulled(reason="The stop key was pressed."))
        # What a run types must not open the command bar.
        elif name is not None and not self._stop.is_acting:
            self._tell(HotkeyPressed(name=name))

    def _on_release(self, key: object, _is_injected: bool) -> None:
        keysym = self._keysym(key)
        if keysym is not None:
            self._tracker.release(keysym, time.monotonic())

    def _keysym(self, key: object) -> int | None:
        """The keysym, which pynput calls ``vk`` on X11; None for a key without one."""
        vk = getattr(key.value if isinstance(key, self._special_key) else key, "vk", None)
        return int(vk) if vk is not None else None

    def _tell(self, message: GuardMessage | Ready) -> None:
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            return  # the parent is gone; the loop notices

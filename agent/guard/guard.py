"""The parent's side of the guard process."""

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from agent.cancel import StopSwitch
from agent.errors import ControlError
from agent.guard._process import run_guard
from agent.guard.hotkeys import parse_hotkeys
from agent.guard.messages import (
    TRIGGER_HINT,
    Finish,
    GuardDied,
    GuardMessage,
    HeardInPart,
    HotkeyName,
    Ready,
    Rebind,
    Unable,
)

_CLOSE_TIMEOUT_S = 2.0


class Guard:
    """Starts the guard process and passes on what it tells.

    The process is a daemon and also ends when its pipe does: the first lets a normal exit never wait for it (a
    process that is no daemon is joined at exit, for ever if ``close`` was forgotten), the second covers a parent that
    is killed and runs nothing at exit.

    Args:
        stop: shared with the process, which pulls and pauses it directly.
        hotkeys: combinations such as "ctrl+alt+space".
        on_message: called from a thread of this object, in order.

    Raises:
        ControlError: a combination cannot be a hotkey.
    """

    def __init__(
        self, stop: StopSwitch, hotkeys: Mapping[HotkeyName, str], on_message: Callable[[GuardMessage], None]
    ) -> None:
        self._stop = stop
        self._hotkeys = parse_hotkeys(hotkeys)
        self._on_message = on_message
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._reader: threading.Thread | None = None
        self._is_closing = threading.Event()

    @property
    def pid(self) -> int | None:
        """Process id of the guard; None while it is not started."""
        return None if self._process is None else self._process.pid

    def start(self, timeout_s: float = 10.0) -> None:
        """Start the process; returns once it listens. May be called again after ``GuardDied``.

        In a Wayland session with an X server beside it, this works and ``HeardInPart`` tells of the limits.

        Raises:
            ControlError: it cannot listen here.
        """
        _check_display()
        self.close()
        self._is_closing.clear()
        context = multiprocessing.get_context("spawn")
        connection, theirs = context.Pipe()
        process = context.Process(
            target=run_guard, args=(theirs, self._stop, self._hotkeys), name="foveal-guard", daemon=True
        )
        process.start()
        theirs.close()
        self._process, self._connection = process, connection
        early = [*_limits(), *self._wait_until_ready(process, connection, timeout_s)]
        self._reader = threading.Thread(
            target=self._read, args=(connection, process, early), name="guard-messages", daemon=True
        )
        self._reader.start()

    def rebind(self, hotkeys: Mapping[HotkeyName, str]) -> None:
        """Listen to other combinations; those that are taken are told as ``HotkeyTaken``.

        Raises:
            ControlError: a combination cannot be a hotkey (the old ones stay), or the process is gone.
        """
        parsed = parse_hotkeys(hotkeys)
        self._hotkeys = parsed
        if self._connection is None:
            return
        try:
            self._connection.send(Rebind(hotkeys=parsed))
        except OSError as exc:
            raise ControlError("The hotkeys could not be changed.", hint="Restart Foveal.") from exc

    def close(self) -> None:
        """End the process and the thread; safe to call twice and before ``start``, not from ``on_message``."""
        self._is_closing.set()
        if self._process is None or self._connection is None:
            return
        with contextlib.suppress(OSError):  # it may be gone already
            self._connection.send(Finish())
        self._process.join(_CLOSE_TIMEOUT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        if self._reader is not None:
            self._reader.join()
            self._reader = None
        self._connection.close()
        self._process.close()
        self._process = self._connection = None

    def _wait_until_ready(self, process: SpawnProcess, connection: Connection, timeout_s: float) -> list[GuardMessage]:
        """What it told before it was ready."""
        early: list[GuardMessage] = []
        try:
            while connection.poll(timeout_s):
                match connection.recv():
                    case Ready():
                        return early
                    case Unable(message=message, hint=hint):
                        self.close()
                        raise ControlError(message, hint=hint)
                    case message:
                        early.append(message)
        except (EOFError, OSError) as exc:
            process.join(_CLOSE_TIMEOUT_S)
            detail = f"The guard process ended at once (status {process.exitcode})."
            self.close()
            raise ControlError("The stop key cannot be heard.", hint=detail) from exc
        self.close()
        raise ControlError(
            f"The guard process did not answer within {timeout_s:.0f} s.", hint="Is the machine very busy? Try again."
        )

    def _read(self, connection: Connection, process: SpawnProcess, early: list[GuardMessage]) -> None:
        for message in early:
            self._on_message(message)
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError):
                break
            self._on_message(message)
        if not self._is_closing.is_set():
            process.join(_CLOSE_TIMEOUT_S)
            self._on_message(GuardDied(detail=f"The guard process ended (status {process.exitcode})."))


def _check_display() -> None:
    if not os.environ.get("DISPLAY"):
        if os.environ.get("WAYLAND_DISPLAY"):
            raise ControlError("On Wayland no program can listen for global hotkeys.", hint=TRIGGER_HINT)
        raise ControlError("There is no screen to listen on.", hint="Start Foveal inside a graphical session.")


def _limits() -> list[GuardMessage]:
    """An X server inside of a Wayland session is told of keys and of the pointer over X11 windows only."""
    if not os.environ.get("WAYLAND_DISPLAY"):
        return []
    message = "Hotkeys and the stop key are heard only while a window of an X11 program has the focus."
    return [HeardInPart(message=message, hint=TRIGGER_HINT)]

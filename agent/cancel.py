"""The stop: one flag, pulled by anyone, seen before every event; and the pause, which the guard sets.

The flag and what is pressed right now live in shared memory, so that the guard process (``agent.guard``) can pull it
and clean up while this process is busy or hangs.

A run's life: whoever takes a command from the person calls ``reset``; the loop enters ``acting``; the guard watches
the pointer as long as that lasts and calls ``pause`` when a hand is on the mouse; who talks to the person calls
``resume``. From ``reset`` on, ``stop`` ends the run, whether it has begun or not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_bool, c_double, c_int
from multiprocessing.context import SpawnContext
from typing import Any

from agent.errors import Cancelled
from agent.geometry import Point

N_HELD_SLOTS = 32
_N_KEYCODES = 256
_FREE = 0


class StopSwitch:
    """Shared between this process and the guard; handed over as an argument of a spawned process.

    The writer of events calls ``check`` before each one, ``expect_pointer`` before it moves the pointer and
    ``hold``/``let_go`` around what it presses. The guard calls ``stop`` and ``pause`` and reads the rest.

    No locks: every field has one writer or is a single word that only ever goes one way during a run, and a lock
    held by a process that hangs would take the stop away.
    """

    def __init__(self, context: SpawnContext) -> None:
        self._stopped: Any = context.RawValue(c_int, 0)
        self._paused: Any = context.RawValue(c_int, 0)
        self._acting: Any = context.RawValue(c_int, 0)
        self._pointer: Any = context.RawArray(c_double, 3)  # x, y, 1 if known
        # Positive: key code held down; negative: mouse button.
        self._held: Any = context.RawArray(c_int, N_HELD_SLOTS)
        self._lent: Any = context.RawArray(c_bool, _N_KEYCODES)

    @property
    def is_stopped(self) -> bool:
        """Whether the run is to end. Nothing but ``reset`` takes it back."""
        return bool(self._stopped.value)

    @property
    def is_paused(self) -> bool:
        """Whether the run is to wait."""
        return bool(self._paused.value) and not self.is_stopped

    def stop(self) -> None:
        """End the run."""
        self._stopped.value = 1

    def pause(self) -> None:
        """Hold the run until ``resume``."""
        self._paused.value = 1

    def resume(self) -> None:
        """Let a paused run go on; a stopped one stays stopped."""
        self._pointer[2] = 0.0
        self._paused.value = 0

    def reset(self) -> None:
        """At the moment in which a person gives a command: nothing stopped, nothing known of the pointer.

        Not when the run begins: a stop pulled between the two is meant for it.
        """
        self._pointer[2] = 0.0
        self._paused.value = 0
        self._stopped.value = 0

    def check(self) -> None:
        """Raise ``Cancelled`` if stopped. Called before every single event; does not wait while paused."""
        if self._stopped.value:
            raise Cancelled

    @contextmanager
    def acting(self) -> Iterator[None]:
        """The time in which events may be sent: only then do corners and mouse movements mean anything."""
        self._acting.value = 1
        try:
            yield
        finally:
            self._acting.value = 0

    @property
    def is_acting(self) -> bool:
        """Whether a run is sending events."""
        return bool(self._acting.value)

    def expect_pointer(self, at_pt: Point) -> None:
        """Tell where the pointer is about to be put, so that a person's own movement can be told apart."""
        self._pointer[0], self._pointer[1] = at_pt.x, at_pt.y
        self._pointer[2] = 1.0

    @property
    def expected_pointer(self) -> Point | None:
        """Where we last put the pointer, or None if we have not since ``reset`` or ``resume``."""
        return Point(self._pointer[0], self._pointer[1]) if self._pointer[2] else None

    def hold(self, code: int) -> None:
        """Note a key (positive) or mouse button (negative) that is about to go down."""
        self._held[list(self._held).index(_FREE)] = code

    def let_go(self, code: int) -> None:
        """Note that it has gone up."""
        held = list(self._held)
        if code in held:
            self._held[held.index(code)] = _FREE

    @property
    def held(self) -> tuple[int, ...]:
        """What is down now."""
        return tuple(code for code in self._held if code != _FREE)

    def lend(self, keycode: int) -> None:
        """Note a spare keycode that is about to be given a character."""
        self._lent[keycode] = True

    def take_back(self, keycode: int) -> None:
        """Note that it gives nothing any more."""
        self._lent[keycode] = False

    @property
    def lent(self) -> tuple[int, ...]:
        """Spare keycodes that give a character now."""
        return tuple(keycode for keycode, is_lent in enumerate(self._lent) if is_lent)

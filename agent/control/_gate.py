"""The gate that every event goes through: not after a stop, not while paused, nothing left pressed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from agent.cancel import StopSwitch

SLICE_S = 0.01


class Interrupted(Exception):  # noqa: N818 - no error yet: the backend says what it means for its action
    """The person has the mouse, so the action goes no further."""


class Gate:
    """Checks the stop before each event and keeps the list of what is down.

    Nobody waits here for the end of a pause: the place and the focus that an action was meant for were looked at
    before it, and whoever took the mouse may change both.
    """

    def __init__(self, stop: StopSwitch) -> None:
        self.stop = stop
        self.has_sent = False
        """Whether anything was pressed since somebody last set this to False."""

    def check(self) -> None:
        """Before every event: raise if the run is stopped or paused.

        What is down while a pause begins is not left half done: a click or a held key is finished. A drag cannot be;
        it calls ``check_drag``.

        Raises:
            agent.errors.Cancelled: the stop was pulled.
            Interrupted: the run is paused and nothing is down.
        """
        self.stop.check()
        if self.stop.is_paused and not self.stop.held:
            raise Interrupted

    def check_drag(self) -> None:
        """Before a move: raise if a button is down and the person has the mouse; it is released on the way out.

        Raises:
            Interrupted: so it is.
        """
        if self.stop.is_paused and self.stop.held:
            raise Interrupted

    def wait(self, seconds: float) -> None:
        """Wait in short slices between two events, checking in each."""
        for _ in self._slices(seconds):
            self.check()

    def wait_for_program(self, seconds: float) -> None:
        """Wait until a program has had time for what it was sent. A pause changes nothing about that, a stop does."""
        for _ in self._slices(seconds):
            self.stop.check()

    def _slices(self, seconds: float) -> Iterator[None]:
        deadline = time.monotonic() + seconds
        while (left_s := deadline - time.monotonic()) > 0:
            time.sleep(min(left_s, SLICE_S))
            yield

    @contextmanager
    def holding(self, code: int) -> Iterator[None]:
        """Tell the guard what is down (see ``StopSwitch.hold``) from just before it goes down until it is up."""
        self.has_sent = True
        self.stop.hold(code)
        try:
            yield
        finally:
            self.stop.let_go(code)

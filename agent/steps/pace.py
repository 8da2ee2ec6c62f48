"""What holds a run back: the stop, the pause, and the limit on actions per minute."""

from collections import deque
from collections.abc import Callable

from agent.cancel import StopSwitch
from agent.clock import Clock
from agent.events import RunEvent, RunPaused, RunResumed

_SLICE_S = 0.02
"""How long a stop may go unseen while waiting."""
_WINDOW_S = 60.0
_WORTH_SAYING_S = 1.0


class Pace:
    """Waits in slices, so that every wait ends at once with ``Cancelled`` when the stop is pulled.

    Args:
        stop: the stop.
        clock: what tells the time.
        max_actions_per_minute: how many actions any 60 seconds may hold.
        tell: where events go.
        before_waiting: called before a wait that the person should see, for instance to show our windows again.
    """

    def __init__(
        self,
        *,
        stop: StopSwitch,
        clock: Clock,
        max_actions_per_minute: int,
        tell: Callable[[RunEvent], None],
        before_waiting: Callable[[], None],
    ) -> None:
        self._stop = stop
        self._clock = clock
        self._max_actions = max_actions_per_minute
        self._tell = tell
        self._before_waiting = before_waiting
        self._acted_s: deque[float] = deque()

    @property
    def is_paused(self) -> bool:
        """Whether the person holds the run."""
        return self._stop.is_paused

    def check(self) -> None:
        """Raise ``Cancelled`` if stopped."""
        self._stop.check()

    def now_s(self) -> float:
        """Monotonic time."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for a time; a pause lengthens it."""
        until_s = self._clock.monotonic() + seconds
        while True:
            until_s += self.wait_while_paused()
            self._stop.check()
            left_s = until_s - self._clock.monotonic()
            if left_s <= 0:
                return
            self._clock.sleep(min(_SLICE_S, left_s))

    def wait_while_paused(self) -> float:
        """Wait until the person lets the run go on; return how long that took, in seconds."""
        self._stop.check()
        if not self._stop.is_paused:
            return 0.0
        started_s = self._clock.monotonic()
        self._before_waiting()
        self._tell(RunPaused(reason="Paused: you took the mouse or asked for a pause."))
        while self.is_paused:
            self._clock.sleep(_SLICE_S)
        self._stop.check()
        self._tell(RunResumed())
        return self._clock.monotonic() - started_s

    def wait_for_turn(self) -> None:
        """Wait until another action may be sent; says so if that takes long."""
        self.wait_while_paused()
        wait_s = self._until_turn_s()
        if wait_s <= 0:
            return
        is_told = wait_s >= _WORTH_SAYING_S
        if is_told:
            self._before_waiting()
            reason = f"Waiting {wait_s:.0f} s: at most {self._max_actions} actions a minute are allowed."
            self._tell(RunPaused(reason=reason))
        self.sleep(wait_s)
        if is_told:
            self._tell(RunResumed())

    def note_action(self) -> None:
        """An action is about to be sent."""
        self._acted_s.append(self._clock.monotonic())

    def _until_turn_s(self) -> float:
        now_s = self._clock.monotonic()
        while self._acted_s and now_s - self._acted_s[0] >= _WINDOW_S:
            self._acted_s.popleft()
        if len(self._acted_s) < self._max_actions:
            return 0.0
        return self._acted_s[0] + _WINDOW_S - now_s

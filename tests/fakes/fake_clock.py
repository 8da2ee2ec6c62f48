"""A clock that only goes on when somebody sleeps."""

from collections.abc import Callable


class FakeClock:
    """Implements ``agent.clock.Clock``; ``call_at`` lets things happen while others sleep."""

    def __init__(self) -> None:
        self._now_s = 1000.0
        self._due: list[tuple[float, Callable[[], object]]] = []

    def monotonic(self) -> float:
        return self._now_s

    def sleep(self, seconds: float) -> None:
        until_s = self._now_s + max(seconds, 1e-6)
        while due := [entry for entry in self._due if entry[0] <= until_s]:
            entry = min(due, key=lambda entry: entry[0])
            self._due.remove(entry)
            self._now_s = max(self._now_s, entry[0])
            entry[1]()
        self._now_s = until_s

    def call_at(self, at_s: float, effect: Callable[[], object]) -> None:
        self._due.append((at_s, effect))

    def call_in(self, seconds: float, effect: Callable[[], object]) -> None:
        self.call_at(self._now_s + seconds, effect)

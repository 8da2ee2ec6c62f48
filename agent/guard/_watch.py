"""What the guard watches while a run acts: corners, the person's hand on the mouse, and what a stop left pressed.

Pure logic over a small view of the display, called a few hundred times a second while a run acts.
"""

import itertools
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from agent.cancel import StopSwitch
from agent.geometry import Point
from agent.guard.messages import StopPulled, UserLeftMouse, UserTookMouse

CORNER_PT = 1.0
TOLERANCE_PT = 5.0
# The owner of what is pressed looks at the switch every 10 ms; past this it hangs, and the guard lets go instead.
RELEASE_AFTER_S = 0.04
# How many looks in a row must find the pointer off our path, and for how long if it does not move meanwhile. Fewer can
# fall between our note of where the pointer goes and its getting there, which takes long on a busy machine.
_N_LOOKS = 3
_AT_REST_S = 0.06
_N_REMEMBERED = 12
# A hand that rests between two movements has not yet let go of the mouse.
LEFT_AFTER_S = 3.0


class DisplayView(Protocol):
    """What the watch needs of the display."""

    def pointer_pt(self) -> Point:
        """Where the pointer is."""
        ...

    def corners_pt(self) -> Sequence[Point]:
        """Where a flung mouse ends."""
        ...

    def release(self, code: int) -> None:
        """Release a keycode (positive) or mouse button (negative)."""
        ...

    def take_back(self, keycode: int) -> None:
        """Let a keycode that was lent to a character give nothing again."""
        ...


class Watch:
    """Looks, and pulls the shared switch itself; what it did is returned for telling."""

    def __init__(self, stop: StopSwitch, view: DisplayView) -> None:
        self._stop = stop
        self._view = view
        self._path: deque[Point] = deque(maxlen=_N_REMEMBERED)
        self._n_astray = 0
        self._first_astray: tuple[float, Point] | None = None
        self._stopped_at_s: float | None = None
        self._was_acting = False
        self._is_resting_in_corner = False
        self._rest: tuple[float, Point] | None = None  # since when the mouse that was taken is where; None: not taken

    def look(self, now_s: float) -> StopPulled | UserTookMouse | UserLeftMouse | None:
        """Look once."""
        self._release_what_is_left(now_s)
        if not self._stop.is_acting or self._stop.is_stopped or self._stop.is_paused:
            self._path.clear()
            self._n_astray = 0
            self._was_acting = False
            return self._look_at_rest(now_s)
        self._rest = None
        before = self._stop.expected_pointer
        pointer = self._view.pointer_pt()
        after = self._stop.expected_pointer
        if self._is_flung_into_corner(pointer, is_first_look=not self._was_acting, is_ours_known=before is not None):
            self._stop.stop()
            return StopPulled(reason="The mouse was moved into a corner of the screen.")
        return self._compare(before, pointer, after, now_s)

    def clean_up(self) -> None:
        """Undo what the owner of the switch left behind: it is gone."""
        self._release_all()
        for keycode in self._stop.lent:
            self._view.take_back(keycode)

    def _release_all(self) -> None:
        for code in self._stop.held:
            self._view.release(code)

    def _release_what_is_left(self, now_s: float) -> None:
        if not self._stop.is_stopped:
            self._stopped_at_s = None
        elif self._stopped_at_s is None:
            self._stopped_at_s = now_s
        elif now_s - self._stopped_at_s >= RELEASE_AFTER_S and self._stop.held:
            # Again at every look until the owner has noted it: releasing what is up does nothing.
            self._release_all()

    def _look_at_rest(self, now_s: float) -> UserLeftMouse | None:
        """While the person has the mouse: whether they have let go of it. Told once for each time they took it."""
        if self._rest is None or not self._stop.is_paused:
            self._rest = None
            return None
        since_s, place = self._rest
        pointer = self._view.pointer_pt()
        if pointer != place:
            self._rest = (now_s, pointer)
        elif now_s - since_s >= LEFT_AFTER_S:
            self._rest = None
            return UserLeftMouse()
        return None

    def _is_flung_into_corner(self, pointer: Point, *, is_first_look: bool, is_ours_known: bool) -> bool:
        """A pointer that was in the corner before the run began only rests there, until it has left it."""
        is_in_corner = self._is_in_corner(pointer)
        if is_first_look:
            self._is_resting_in_corner = is_in_corner and not is_ours_known
        self._was_acting = True
        self._is_resting_in_corner = self._is_resting_in_corner and is_in_corner
        return is_in_corner and not self._is_resting_in_corner

    def _is_in_corner(self, pointer: Point) -> bool:
        return any(
            abs(pointer.x - corner.x) <= CORNER_PT and abs(pointer.y - corner.y) <= CORNER_PT
            for corner in self._view.corners_pt()
        )

    def _compare(self, before: Point | None, pointer: Point, after: Point | None, now_s: float) -> UserTookMouse | None:
        """Off our path several looks in a row means a hand on the mouse.

        ``before`` and ``after`` are where we said it would be, read before and after looking: the pointer may be at
        either, at the place before those (the note is made before the move), or anywhere between on a glide.
        """
        if before is None or after is None:
            self._path.clear()
            self._n_astray = 0
            return None
        for point in (before, after):
            if not self._path or self._path[-1] != point:
                self._path.append(point)
        if self._is_on_path(pointer):
            self._n_astray = 0
            # Where it has been seen is where it may be; older places are behind it, but for the one before.
            while len(self._path) > 2 and self._path[0] != before:
                self._path.popleft()
            return None
        self._n_astray += 1
        if self._n_astray == 1 or self._first_astray is None:
            self._first_astray = (now_s, pointer)
        since_s, first = self._first_astray
        is_at_rest = pointer == first and now_s - since_s < _AT_REST_S
        if self._n_astray < _N_LOOKS or is_at_rest:
            return None
        self._n_astray = 0
        self._rest = (now_s, pointer)
        self._stop.pause()
        return UserTookMouse()

    def _is_on_path(self, pointer: Point) -> bool:
        points = list(self._path)
        pieces = list(itertools.pairwise(points)) or [(points[0], points[0])]
        return any(_distance_to_piece(pointer, start, end) <= TOLERANCE_PT for start, end in pieces)


def _distance_to_piece(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from the straight piece between two others."""
    dx, dy = end.x - start.x, end.y - start.y
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0 else ((point.x - start.x) * dx + (point.y - start.y) * dy) / length2
    share = min(max(share, 0.0), 1.0)
    near = Point(start.x + share * dx, start.y + share * dy)
    return float(((point.x - near.x) ** 2 + (point.y - near.y) ** 2) ** 0.5)

"""Waiting for stillness, on a clock that only moves when somebody sleeps."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.stillness import MAX_BLINK_CELLS, count_changed_cells, wait_until_still

Frame = NDArray[np.uint8]


class FakeClock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def blank() -> Frame:
    return np.full((240, 320, 3), 200, np.uint8)


def with_block(left: int, top: int, width: int, height: int, *, value: int = 0) -> Frame:
    frame = blank()
    frame[top : top + height, left : left + width] = value
    return frame


def play(frame_at: Callable[[float], Frame], **options: float) -> tuple[float, bool]:
    """Run on what the screen shows at each time since the start; (seconds waited, whether it became still)."""
    clock = FakeClock()
    result = wait_until_still(lambda: frame_at(clock.now_s - 100.0), clock=clock, **options)
    return result.waited_s, result.is_still


def test_a_still_screen_takes_the_quiet_time() -> None:
    waited_s, is_still = play(lambda _: blank(), quiet_s=0.15)
    assert is_still
    assert waited_s == pytest.approx(0.15, abs=0.04)


def test_a_window_that_appears_late_is_waited_for() -> None:
    waited_s, is_still = play(lambda t: blank() if t < 0.1 else with_block(50, 50, 100, 100))
    assert is_still
    assert waited_s == pytest.approx(0.1 + 0.15, abs=0.07)


def test_a_blinking_text_cursor_is_not_movement() -> None:
    waited_s, is_still = play(lambda t: blank() if int(t / 0.05) % 2 else with_block(101, 60, 2, 40))
    assert is_still
    assert waited_s < 0.2


def test_a_slow_fade_is_movement() -> None:
    """Each frame differs from the one before by less than the noise limit."""
    _, is_still = play(lambda t: with_block(0, 0, 320, 240, value=int(200 - t * 100)), timeout_s=1.0)
    assert not is_still


def test_something_that_never_rests_ends_at_the_time_out() -> None:
    waited_s, is_still = play(lambda t: with_block(int(t * 300) % 200, 50, 100, 100), timeout_s=1.0)
    assert not is_still
    assert waited_s == pytest.approx(1.0, abs=0.04)


def test_a_resized_region_is_movement() -> None:
    def frames() -> Iterator[Frame]:
        yield blank()
        while True:
            yield np.full((100, 100, 3), 200, np.uint8)

    source, clock = frames(), FakeClock()
    result = wait_until_still(lambda: next(source), clock=clock)
    assert result.is_still
    assert result.frames > 5


def test_errors_of_the_capture_pass_through() -> None:
    def broken() -> Frame:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        wait_until_still(broken, clock=FakeClock())


@pytest.mark.parametrize(
    ("after", "n_cells"),
    [
        (blank(), 0),
        (with_block(0, 0, 1, 1), 1),
        (with_block(7, 7, 2, 2), 4),
        (with_block(312, 232, 8, 8), 1),
        (with_block(0, 0, 320, 240), 40 * 30),
        (with_block(0, 0, 320, 240, value=195), 0),
    ],
    ids=["equal", "pixel", "over-corner", "last-cell", "everything", "noise"],
)
def test_changed_cells_are_counted(after: Frame, n_cells: int) -> None:
    assert count_changed_cells(blank(), after) == n_cells


def test_a_tall_text_cursor_is_below_the_limit() -> None:
    assert count_changed_cells(blank(), with_block(103, 61, 2, 40)) <= MAX_BLINK_CELLS

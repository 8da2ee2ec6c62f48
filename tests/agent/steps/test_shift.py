import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from agent.geometry import Rect, ScreenTransform
from agent.steps.observation import Change, Observation
from agent.steps.shift import Shift, measure_shift
from agent.types import Direction, Monitor, Screenshot

_WIDTH, _HEIGHT = 120, 80
_AREA = Rect(left=20, top=10, width=60, height=50)


def _page(seed: int) -> NDArray[np.uint8]:
    """A long page, no line of it like another."""
    return np.random.default_rng(seed).integers(0, 255, (400, int(_AREA.width), 3), np.uint8)


def _screen(shown: NDArray[np.uint8]) -> Observation:
    pixels = np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)
    pixels[10:60, 20:80] = shown
    pixels.flags.writeable = False
    bounds = Rect(left=0, top=0, width=_WIDTH, height=_HEIGHT)
    screenshot = Screenshot(
        pixels=pixels,
        monitor=Monitor(index=0, bounds_pt=bounds, is_primary=True),
        transform=ScreenTransform(width_px=_WIDTH, height_px=_HEIGHT, bounds_pt=bounds),
        captured_at_s=0.0,
        capture_ms=0.0,
    )
    return Observation(screenshot=screenshot, windows=(), active=None)


@given(seed=st.integers(0, 99), moved=st.integers(1, 40), is_down=st.booleans())
def test_finds_how_far_the_page_has_moved(seed: int, moved: int, is_down: bool) -> None:
    page = _page(seed)
    first, second = page[100:150], page[100 + moved : 150 + moved]
    before, after = (first, second) if is_down else (second, first)
    change = Change(before=_screen(before), after=_screen(after))
    direction = Direction.DOWN if is_down else Direction.UP
    assert measure_shift(change, direction, None) == Shift(moved_px=moved, seen_px=50)


def test_sideways() -> None:
    page = _page(1).swapaxes(0, 1)[:50]
    change = Change(before=_screen(page[:, 100:160]), after=_screen(page[:, 107:167]))
    assert measure_shift(change, Direction.RIGHT, None) == Shift(moved_px=7, seen_px=60)


def test_a_page_that_moved_past_all_that_was_seen_is_not_measured() -> None:
    page = _page(2)
    change = Change(before=_screen(page[0:50]), after=_screen(page[200:250]))
    assert measure_shift(change, Direction.DOWN, None) is None


def test_nothing_moved_in_the_window() -> None:
    page = _page(3)
    change = Change(before=_screen(page[0:50]), after=_screen(page[9:59]))
    assert measure_shift(change, Direction.DOWN, Rect(left=90, top=0, width=30, height=80)) is None

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from agent.geometry import Rect, ScreenTransform
from agent.steps.observation import Change, Observation, changed_mask, crop, restless_mask
from agent.types import Monitor, Screenshot
from agent.windows._base import Window

_BOUNDS = Rect(left=0, top=0, width=100, height=60)
_PICTURES = arrays(np.uint8, (9, 7, 3))


def _observation(pixels: NDArray[np.uint8], *windows: Window) -> Observation:
    pixels = pixels.copy()
    pixels.flags.writeable = False
    height_px, width_px, _ = pixels.shape
    screenshot = Screenshot(
        pixels=pixels,
        monitor=Monitor(index=0, bounds_pt=_BOUNDS, is_primary=True),
        transform=ScreenTransform(width_px=width_px, height_px=height_px, bounds_pt=_BOUNDS),
        captured_at_s=0.0,
        capture_ms=0.0,
    )
    return Observation(screenshot=screenshot, windows=windows, active=windows[0] if windows else None)


def _window(window_id: int, title: str = "Window") -> Window:
    bounds = Rect(left=10, top=10, width=50, height=40)
    return Window(window_id=window_id, title=title, app="app", pid=1, bounds_pt=bounds, is_dialog=False)


def _blank() -> NDArray[np.uint8]:
    return np.zeros((120, 200, 3), np.uint8)


@given(before=_PICTURES, after=_PICTURES)
def test_changed_mask_is_what_a_plain_comparison_says(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
    plain = (np.abs(before.astype(int) - after.astype(int)) > 8).any(axis=2)
    assert np.array_equal(changed_mask(before, after), plain)


def test_pictures_of_other_sizes_differ_everywhere() -> None:
    assert changed_mask(np.zeros((3, 4, 3), np.uint8), np.zeros((5, 6, 3), np.uint8)).all()


@given(left=st.floats(-50, 50), top=st.floats(-50, 50), width=st.floats(0, 80), height=st.floats(0, 80))
def test_crop_never_leaves_the_picture(left: float, top: float, width: float, height: float) -> None:
    part = crop(np.ones((9, 7), np.bool_), Rect(left=left, top=top, width=width, height=height))
    assert part.shape[0] <= 9
    assert part.shape[1] <= 7


def test_restless_mask_covers_whole_cells() -> None:
    after = _blank()
    after[20, 33] = 255
    mask = restless_mask(Change(before=_observation(_blank()), after=_observation(after)))
    assert mask[16:32, 32:48].all()
    assert mask.sum() == 16 * 16


def test_a_tick_beside_the_target_is_an_effect_and_a_cursor_elsewhere_is_none() -> None:
    target_px = Rect(left=20, top=20, width=20, height=10)
    tick, cursor = _blank(), _blank()
    tick[22:28, 24:30] = 200
    cursor[90:106, 150:152] = 200
    before = _observation(_blank())
    assert Change(before=before, after=_observation(tick)).is_effect(near_px=target_px, window=None)
    assert not Change(before=before, after=_observation(cursor)).is_effect(near_px=target_px, window=None)


def test_a_sign_drawn_beside_a_blinking_cursor_is_an_effect() -> None:
    """A times sign of 8 px, written beside the cursor, was taken for its blinking."""
    blinked, written = _blank(), _blank()
    blinked[20:36, 40:42] = 200
    for idx in range(8):
        written[26 + idx, [43 + idx, 50 - idx]] = 200
    restless = restless_mask(Change(before=_observation(_blank()), after=_observation(blinked)))
    change = Change(before=_observation(_blank()), after=_observation(written))
    assert change.is_effect(near_px=None, window=_window(1), restless=restless)
    blinking = Change(before=_observation(_blank()), after=_observation(blinked))
    assert not blinking.is_effect(near_px=None, window=_window(1))


def test_what_changed_before_by_itself_is_no_effect() -> None:
    after = _blank()
    after[60:110, 100:190] = 200
    change = Change(before=_observation(_blank()), after=_observation(after))
    restless = restless_mask(change)
    assert change.is_effect(near_px=None, window=_window(1))
    assert not change.is_effect(near_px=None, window=_window(1), restless=restless)


@pytest.mark.parametrize(
    "after", [(), (_window(2), _window(1)), (_window(1, "Window *"),)], ids=["closed", "opened", "renamed"]
)
def test_a_change_of_windows_is_an_effect(after: tuple[Window, ...]) -> None:
    change = Change(before=_observation(_blank(), _window(1)), after=_observation(_blank(), *after))
    assert change.is_in_windows
    assert change.is_effect(near_px=None, window=None)


def test_box_leaves_out_the_part_that_was_clicked() -> None:
    after = _blank()
    after[0:10, 0:10] = 200
    after[50:60, 80:100] = 200
    change = Change(before=_observation(_blank()), after=_observation(after))
    assert change.box_px(but_px=Rect(left=0, top=0, width=10, height=10)) == Rect(left=80, top=50, width=20, height=10)
    assert Change(before=change.before, after=change.before).box_px() is None

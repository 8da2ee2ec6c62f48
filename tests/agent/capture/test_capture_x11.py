"""Capture of real windows on a virtual screen with two monitors."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from Xlib.display import Display

from agent.capture import open_capture
from agent.capture._base import ScreenCapture
from agent.errors import CaptureError
from agent.geometry import Point, Rect
from agent.virtual_screen import VirtualScreen

PRIMARY = Rect(left=1000, top=0, width=1280, height=800)
SECOND = Rect(left=0, top=100, width=1000, height=600)
RED = (255, 0, 0)


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    """The primary monitor is on the right, so that the second one lies at smaller coordinates than it."""
    with VirtualScreen(2280, 800, monitors=(PRIMARY, SECOND), window_manager="openbox") as running:
        yield running


@pytest.fixture
def capture(screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScreenCapture]:
    monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
    opened = open_capture()
    yield opened
    opened.close()


@contextmanager
def red_window(left: int, top: int, width: int, height: int) -> Iterator[None]:
    display = Display()
    window = display.screen().root.create_window(
        left, top, width, height, 0, display.screen().root_depth, override_redirect=True, background_pixel=0xFF0000
    )
    window.map()
    display.sync()
    try:
        yield
    finally:
        window.destroy()
        display.sync()
        display.close()


def move_pointer(x: int, y: int) -> None:
    display = Display()
    display.screen().root.warp_pointer(x, y)
    display.sync()
    display.close()


def red_box(pixels: Any) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of what is red."""
    y_px, x_px = np.nonzero((pixels == RED).all(axis=2))
    return int(x_px.min()), int(y_px.min()), int(x_px.max()) + 1, int(y_px.max()) + 1


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 10
    while not is_true():
        assert time.monotonic() < deadline_s, "it did not come true in time"
        time.sleep(0.02)


@pytest.mark.e2e
def test_both_monitors_are_listed_primary_first(capture: ScreenCapture) -> None:
    monitors = capture.monitors()
    assert [m.bounds_pt for m in monitors] == [PRIMARY, SECOND]
    assert [m.is_primary for m in monitors] == [True, False]
    assert capture.is_available()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("on", "left", "top"), [(PRIMARY, 1000, 0), (PRIMARY, 1301, 57), (SECOND, 0, 100), (SECOND, 613, 291)]
)
def test_a_window_is_at_its_place_in_the_picture(capture: ScreenCapture, on: Rect, left: int, top: int) -> None:
    with red_window(left, top, 120, 80):
        move_pointer(int(on.center.x), int(on.center.y))
        shot = capture.capture()
    assert shot.monitor.bounds_pt == on
    assert shot.pixels.shape == (on.height, on.width, 3)
    box = red_box(shot.pixels)
    assert box == (left - on.left, top - on.top, left - on.left + 120, top - on.top + 80)
    assert shot.transform.px_to_pt(Point(box[0], box[1])) == Point(left, top)


@pytest.mark.e2e
def test_a_window_on_the_other_monitor_is_not_in_the_picture(capture: ScreenCapture) -> None:
    with red_window(100, 200, 50, 50):
        shot = capture.capture(capture.monitors()[0].index)
    assert not (shot.pixels == RED).all(axis=2).any()


@pytest.mark.e2e
def test_the_pointer_is_read_and_not_drawn(capture: ScreenCapture) -> None:
    with red_window(1400, 300, 100, 100):
        move_pointer(1450, 350)
        assert capture.pointer_pt() == Point(1450, 350)
        assert (capture.capture().pixels[300:400, 400:500] == RED).all()


@pytest.mark.e2e
def test_a_screen_that_changes_its_size_is_captured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """mss keeps the size that the screen had when it was opened."""
    with VirtualScreen(1280, 800, window_manager="openbox") as screen:
        monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
        capture = open_capture()
        assert capture.capture().pixels.shape == (800, 1280, 3)
        for name, bounds in (("left", "640/100x800/100+0+0"), ("right", "640/100x800/100+640+0")):
            output = "screen" if name == "left" else "none"
            subprocess.run(["xrandr", "--setmonitor", name, bounds, output], env=screen.env, check=True)
        wait_until(lambda: len(capture.monitors()) == 2)
        assert capture.capture(1).pixels.shape == (800, 640, 3)
        capture.close()


# python-xlib leaves the socket of a failed connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.e2e
def test_a_display_that_dies_is_told_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualScreen(640, 480, window_manager="openbox") as screen:
        monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
        capture = open_capture()
        capture.capture()
    for use in (capture.capture, capture.monitors, capture.pointer_pt, lambda: capture.capture(0)):
        with pytest.raises(CaptureError) as caught:
            use()
        assert caught.value.hint
    assert not capture.is_available()
    capture.close()


def test_no_display_is_told_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CaptureError, match="no display") as caught:
        open_capture()
    assert "graphical session" in caught.value.hint


def test_wayland_without_x_is_told_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(CaptureError, match="Wayland session") as caught:
        open_capture()
    assert "X11" in caught.value.hint


def test_an_x_display_inside_wayland_is_refused_unless_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows only old programs, and black elsewhere."""

    class Xwayland:
        monitors = ({}, {"left": 0, "top": 0, "width": 800, "height": 600, "output": "XWAYLAND0"})

        def __enter__(self) -> "Xwayland":
            return self

        def __exit__(self, *_: object) -> None: ...

        def close(self) -> None: ...

    monkeypatch.setattr("mss.MSS", Xwayland)
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(CaptureError, match="Wayland session"):
        open_capture()
    monkeypatch.setenv("FOVEAL_CAPTURE", "x11")
    assert open_capture().monitors()[0].bounds_pt == Rect(left=0, top=0, width=800, height=600)


def test_a_dead_display_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":8765")
    with pytest.raises(CaptureError, match=r'"\:8765" cannot be reached'):
        open_capture()


def test_an_unknown_backend_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOVEAL_CAPTURE", "telepathy")
    with pytest.raises(CaptureError, match="telepathy") as caught:
        open_capture()
    assert "x11, win32, macos" in caught.value.hint


def test_a_forced_backend_is_the_one_that_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOVEAL_CAPTURE", "x11")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(CaptureError, match=r"no display|Wayland session"):
        open_capture()

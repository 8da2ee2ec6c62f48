"""Monitors and transforms as Windows and macOS report them, through a grabber that stands for mss there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from agent.capture._mss import MssCapture
from agent.errors import CaptureError
from agent.geometry import Point, Rect


class GrabError(Exception):
    """What the stand-in raises for a screen that cannot be read."""


@dataclass
class Image:
    raw: bytearray
    width: int
    height: int


class Grabber:
    """Hands out one colour per monitor (BGRA), with more pixels than points where a scale is given."""

    def __init__(self, *monitors: dict[str, Any], is_broken: bool = False) -> None:
        self.monitors = [{"left": 0, "top": 0, "width": 1, "height": 1}, *monitors]
        self.n_closed = 0
        self._is_broken = is_broken

    def grab(self, monitor: Mapping[str, Any], /) -> Image:
        if self._is_broken:
            raise GrabError("no reply")
        scale = monitor.get("scale", 1.0)
        width, height = round(monitor["width"] * scale), round(monitor["height"] * scale)
        return Image(bytearray(bytes([monitor["blue"], 20, 10, 255]) * (width * height)), width, height)

    def close(self) -> None:
        self.n_closed += 1


LEFT = {"left": -1707, "top": -213, "width": 1707, "height": 960, "scale": 1.5, "blue": 1}
MAIN = {"left": 0, "top": 0, "width": 1280, "height": 800, "is_primary": True, "scale": 2.0, "blue": 2}
ORIGIN = Point(0, 0)
ABOVE = {"left": 100, "top": -1080, "width": 640, "height": 1080, "blue": 3}


def capture_of(grabber: Grabber, pointer_pt: Point = ORIGIN) -> MssCapture:
    return MssCapture(lambda: grabber, lambda: pointer_pt, foreign_errors=(GrabError,), install_hint="Unlock it.")


def test_the_primary_comes_first_and_keeps_its_number() -> None:
    monitors = capture_of(Grabber(LEFT, MAIN, ABOVE)).monitors()
    assert [(m.index, m.is_primary) for m in monitors] == [(1, True), (0, False), (2, False)]
    assert monitors[1].bounds_pt == Rect(left=-1707, top=-213, width=1707, height=960)


def test_without_a_primary_the_first_is_taken() -> None:
    assert capture_of(Grabber(LEFT, ABOVE)).monitors()[0].index == 0


def test_a_system_that_names_no_monitors_has_one() -> None:
    assert [m.bounds_pt for m in capture_of(Grabber()).monitors()] == [Rect(left=0, top=0, width=1, height=1)]


@pytest.mark.parametrize(
    ("pointer_pt", "monitor_idx"),
    [(Point(-1, 0), 0), (Point(-1707, -213), 0), (Point(0, 0), 1), (Point(120, -1), 2), (Point(5000, 5000), 1)],
)
def test_the_monitor_under_the_pointer_is_captured(pointer_pt: Point, monitor_idx: int) -> None:
    shot = capture_of(Grabber(LEFT, MAIN, ABOVE), pointer_pt).capture()
    assert shot.monitor.index == monitor_idx


def test_the_transform_comes_from_the_captured_pixels() -> None:
    """1707 points x 1.5 are 2560.5 pixels, of which 2560 were captured: the claimed scale would be wrong."""
    shot = capture_of(Grabber(LEFT, MAIN)).capture(0)
    assert shot.pixels.shape == (1440, 2560, 3)
    assert shot.transform.scale_x == 2560 / 1707
    assert shot.transform.scale_y == 1.5
    assert shot.transform.px_to_pt(Point(2560, 1440)) == Point(0, 747)


def test_pixels_are_rgb_contiguous_and_read_only() -> None:
    pixels = capture_of(Grabber(MAIN)).capture(0).pixels
    assert pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == [10, 20, 2]
    assert pixels.flags.c_contiguous
    assert not pixels.flags.writeable


def test_a_wrong_monitor_names_the_right_ones() -> None:
    grabber = Grabber(LEFT, MAIN, ABOVE)
    with pytest.raises(CaptureError) as caught:
        capture_of(grabber).capture(7)
    assert caught.value.message == "There is no monitor 7."
    assert caught.value.hint == "The monitors here are: 0, 1, 2."
    assert grabber.n_closed == 1


def test_a_screen_that_cannot_be_read_is_told_with_a_hint() -> None:
    grabber = Grabber(MAIN, is_broken=True)
    with pytest.raises(CaptureError) as caught:
        capture_of(grabber).capture(0)
    assert caught.value.hint == "Unlock it."
    assert grabber.n_closed == 1


def test_a_monitor_plugged_in_later_is_seen() -> None:
    grabber = Grabber(MAIN)
    capture = capture_of(grabber, Point(-10, 0))
    assert capture.capture().monitor.index == 0
    grabber.monitors.append(LEFT)
    assert capture.capture().monitor.bounds_pt.left == -1707

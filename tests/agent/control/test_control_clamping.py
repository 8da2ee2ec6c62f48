"""Where events may go."""

from hypothesis import given
from hypothesis import strategies as st

from agent.control._desktop import CORNER_MARGIN_PT, clamp, outer_corners
from agent.geometry import Point, Rect

ONE = (Rect(left=0, top=0, width=1280, height=800),)
TWO = (Rect(left=0, top=0, width=1920, height=1080), Rect(left=-1280, top=200, width=1280, height=720))
numbers = st.floats(-5000, 5000)


@given(numbers, numbers, st.sampled_from([ONE, TWO]))
def test_a_clamped_point_is_on_a_monitor_and_off_the_corners(x: float, y: float, monitors: tuple[Rect, ...]) -> None:
    point = clamp(Point(x, y), monitors)
    assert any(monitor.contains(point) for monitor in monitors)
    assert (point.x, point.y) == (round(point.x), round(point.y))
    for corner in outer_corners(monitors):
        assert max(abs(point.x - corner.x), abs(point.y - corner.y)) >= CORNER_MARGIN_PT


@given(st.integers(2, 1277), st.integers(2, 797))
def test_a_point_inside_stays(x: int, y: int) -> None:
    assert clamp(Point(x, y), ONE) == Point(x, y)


def test_corners_of_one_monitor() -> None:
    assert set(outer_corners(ONE)) == {Point(0, 0), Point(1279, 0), Point(0, 799), Point(1279, 799)}


def test_corners_between_monitors_do_not_count() -> None:
    corners = outer_corners(TWO)
    assert Point(-1280, 200) in corners
    assert Point(1919, 0) in corners
    assert Point(0, 0) in corners  # the left monitor begins lower: a fling ends here
    assert Point(-1, 200) not in corners  # to the right of it the desktop goes on

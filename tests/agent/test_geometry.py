"""Laws of the coordinate spaces, over scale x origin x resize."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.geometry import Point, Rect, ScreenTransform

fractions = st.floats(0.0, 1.0)
origins = st.integers(-8000, 8000)


@st.composite
def transforms(draw: st.DrawFn) -> ScreenTransform:
    """A monitor anywhere on the desktop, its scale fractional and not the same both ways."""
    width_px, height_px = draw(st.integers(1, 8000)), draw(st.integers(1, 5000))
    scale_x, scale_y = draw(st.floats(0.5, 4.0)), draw(st.floats(0.5, 4.0))
    return ScreenTransform(
        width_px=width_px,
        height_px=height_px,
        bounds_pt=Rect(left=draw(origins), top=draw(origins), width=width_px / scale_x, height=height_px / scale_y),
    )


def near(point: Point, other: Point, tolerance: float = 1e-6) -> bool:
    return abs(point.x - other.x) <= tolerance and abs(point.y - other.y) <= tolerance


@given(transforms(), fractions, fractions)
def test_pixel_to_point_and_back_is_the_same_pixel(transform: ScreenTransform, x: float, y: float) -> None:
    point_px = Point(x * transform.width_px, y * transform.height_px)
    assert near(transform.pt_to_px(transform.px_to_pt(point_px)), point_px)


@given(transforms(), fractions, fractions)
def test_pixel_to_fraction_and_back_is_the_same_pixel(transform: ScreenTransform, x: float, y: float) -> None:
    point_px = Point(x * transform.width_px, y * transform.height_px)
    assert near(transform.norm_to_px(transform.px_to_norm(point_px)), point_px)
    assert near(transform.px_to_norm(point_px), Point(x, y))


@given(transforms(), fractions, fractions)
def test_a_pixel_of_the_picture_lies_on_its_monitor(transform: ScreenTransform, x: float, y: float) -> None:
    at_pt = transform.px_to_pt(Point(x * transform.width_px, y * transform.height_px))
    assert transform.bounds_pt.inflated(1e-6).contains(at_pt)


@given(transforms(), fractions, fractions, st.floats(0.5, 4.0), st.floats(0.5, 4.0))
def test_a_resized_picture_leads_to_the_same_place(
    transform: ScreenTransform, x: float, y: float, resize_x: float, resize_y: float
) -> None:
    resized = ScreenTransform(
        width_px=max(1, round(transform.width_px * resize_x)),
        height_px=max(1, round(transform.height_px * resize_y)),
        bounds_pt=transform.bounds_pt,
    )
    assert near(
        resized.px_to_pt(resized.norm_to_px(Point(x, y))), transform.px_to_pt(transform.norm_to_px(Point(x, y)))
    )


@given(transforms(), fractions, fractions, fractions, fractions)
def test_rectangles_go_there_and_back(
    transform: ScreenTransform, left: float, top: float, width: float, height: float
) -> None:
    rect_px = Rect(
        left=left * transform.width_px,
        top=top * transform.height_px,
        width=width * transform.width_px,
        height=height * transform.height_px,
    )
    rect_pt = transform.rect_px_to_pt(rect_px)
    back = transform.rect_pt_to_px(rect_pt)
    assert near(Point(back.left, back.top), Point(rect_px.left, rect_px.top))
    assert near(Point(back.width, back.height), Point(rect_px.width, rect_px.height))
    assert near(transform.px_to_pt(rect_px.center), rect_pt.center)


@given(origins, origins, st.integers(1, 4000), st.integers(1, 4000), st.integers(0, 500))
def test_rectangles_are_half_open(left: int, top: int, width: int, height: int, margin: int) -> None:
    rect = Rect(left=left, top=top, width=width, height=height)
    assert rect.contains(Point(left, top))
    assert rect.contains(rect.center)
    assert not rect.contains(Point(rect.right, top))
    assert not rect.contains(Point(left, rect.bottom))
    assert rect.intersection(rect.inflated(margin)) == rect
    assert rect.intersection(Rect(left=rect.right, top=top, width=1, height=1)) is None


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative size"):
        Rect(left=0, top=0, width=-1, height=1)
    with pytest.raises(ValueError, match="positive sizes"):
        ScreenTransform(width_px=0, height_px=10, bounds_pt=Rect(left=0, top=0, width=10, height=10))

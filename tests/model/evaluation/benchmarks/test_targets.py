import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.evaluation.benchmarks.targets import Point, Target, TargetKind
from model.grounder import Box

_SQUARE = Target(boxes=((10.0, 20.0, 30.0, 40.0),))
_TRIANGLE = Target(polygon=((0.0, 0.0), (10.0, 0.0), (0.0, 10.0)))
_L_SHAPE = Target(polygon=((0.0, 0.0), (30.0, 0.0), (30.0, 10.0), (10.0, 10.0), (10.0, 30.0), (0.0, 30.0)))


def test_edges_of_a_box_belong_to_it() -> None:
    for point in ((10.0, 20.0), (30.0, 40.0), (20.0, 30.0)):
        assert _SQUARE.contains(point)
    for point in ((9.99, 30.0), (30.01, 30.0), (20.0, 19.99), (20.0, 40.01)):
        assert not _SQUARE.contains(point)


def test_any_of_several_boxes_is_right() -> None:
    target = Target(boxes=((0.0, 0.0, 1.0, 1.0), (5.0, 5.0, 6.0, 6.0)))
    assert target.contains((5.5, 5.5))
    assert not target.contains((3.0, 3.0))


def test_a_polygon_is_not_its_bounding_box() -> None:
    assert _L_SHAPE.contains((5.0, 25.0))
    assert _L_SHAPE.contains((25.0, 5.0))
    assert not _L_SHAPE.contains((20.0, 20.0))


@pytest.mark.parametrize(
    ("point", "half_px", "touches"),
    [
        ((20.0, 20.0), 9.0, False),
        ((20.0, 20.0), 10.0, True),  # a corner of the box on an edge of the polygon
        ((50.0, 5.0), 19.0, False),
        ((50.0, 5.0), 21.0, True),
        ((5.0, 5.0), 1.0, True),  # within
        ((15.0, 15.0), 100.0, True),  # around
        ((40.0, 0.0), 9.0, False),  # on the same line as an edge, but beyond its end
    ],
)
def test_a_box_touches_a_polygon(point: Point, half_px: float, touches: bool) -> None:
    assert _L_SHAPE.overlaps(point, half_px) == touches


def test_a_box_touches_a_box_at_its_edge() -> None:
    assert _SQUARE.overlaps((44.0, 30.0), 14.0)
    assert not _SQUARE.overlaps((44.1, 30.0), 14.0)


def test_a_refusal_is_nowhere() -> None:
    assert Target().kind is TargetKind.REFUSAL
    assert not Target().contains((0.0, 0.0))
    assert not Target().overlaps((0.0, 0.0), 1e9)
    assert Target().side_px == 0.0


def test_sizes() -> None:
    assert _SQUARE.side_px == 20.0
    assert _TRIANGLE.side_px == pytest.approx(50**0.5)
    assert _L_SHAPE.side_px == pytest.approx(500**0.5)


def test_what_is_no_target_is_refused() -> None:
    with pytest.raises(ValueError, match="not both"):
        Target(boxes=((0, 0, 1, 1),), polygon=((0, 0), (1, 0), (0, 1)))
    with pytest.raises(ValueError, match="three corners"):
        Target(polygon=((0, 0), (1, 0)))
    with pytest.raises(ValueError, match="from left to right"):
        Target(boxes=((1, 0, 0, 1),))


_PLACES = st.floats(-50, 150, allow_nan=False)


@given(x=_PLACES, y=_PLACES, box=st.tuples(*[st.floats(0, 100)] * 4))
def test_a_rectangle_is_judged_alike_as_box_and_as_polygon(x: float, y: float, box: Box) -> None:
    (x1, x2), (y1, y2) = sorted((box[0], box[2])), sorted((box[1], box[3]))
    if min(x2 - x1, y2 - y1) < 1e-3 or min(abs(x - x1), abs(x - x2), abs(y - y1), abs(y - y2)) < 1e-6:
        return  # on an edge the two rules differ, as they do in the benchmarks
    as_box = Target(boxes=((x1, y1, x2, y2),))
    as_polygon = Target(polygon=((x1, y1), (x2, y1), (x2, y2), (x1, y2)))
    assert as_box.contains((x, y)) == as_polygon.contains((x, y))
    assert as_box.side_px == pytest.approx(as_polygon.side_px)
    assert as_box.overlaps((x, y), 14.0) == as_polygon.overlaps((x, y), 14.0)
    assert not as_box.contains((x, y)) or as_box.overlaps((x, y), 0.0)

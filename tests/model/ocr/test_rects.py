"""Many boxes at once are measured as each alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.grounder import Box
from model.ocr.rects import area, areas, as_rows, shared_area, shared_areas

sides = st.floats(-50, 2000, width=32)
boxes = st.lists(st.tuples(sides, sides, sides, sides), max_size=6)


@given(boxes, boxes)
def test_many_boxes_share_what_each_two_share(some: list[Box], others: list[Box]) -> None:
    shared = shared_areas(as_rows(some), as_rows(others))
    assert shared.shape == (len(some), len(others))
    expected = [[shared_area(one, other) for other in others] for one in some]
    np.testing.assert_allclose(shared, np.array(expected).reshape(shared.shape))


@given(boxes)
def test_many_boxes_are_as_large_as_each(some: list[Box]) -> None:
    np.testing.assert_allclose(areas(as_rows(some)), [area(box) for box in some])

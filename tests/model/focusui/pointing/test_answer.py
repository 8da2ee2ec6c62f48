import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.focusui.pointing.answer import Place, read_places

_NOTHING = [
    "", "[]", "{}", "null", "12", "It is not there.", "[[500, 250]]", '{"point_2d": [500]}', '{"point_2d": [1, 2, 3]}',
    '{"point_2d": [500, 600]}', '{"point_2d": [-1, 5]}', '{"point_2d": [true, 5]}', '{"point_2d": ["5", "5"]}',
    '{"point_2d": [NaN, 5]}', '{"point_2d": [Infinity, 5]}', '{"point_2d": [5, 5]', '{"point_2d": [5, null]}',
    '{"bbox_2d": [10, 10, 10, 20]}', '{"bbox_2d": [20, 10, 10, 20]}', '{"bbox_2d": [10, 10, 2000, 20]}',
    '[{"point_2d": [5, 5]}, {"label": "?"}]', 'Sure! {"point_2d": [5, 5]}', "(5, 5), (3, 3)", "(5, 5) or (6, 6)",
    "(5, 501)", "(5)", "5, 5", "(-5, 5)", "(1" + "0" * 5000 + ", 5)", '{"point_2d": [1' + "0" * 5000 + ", 5]}",
    "[" * 100_000, '{"point_2d": [1e400, 5]}',
]  # fmt: skip


@pytest.mark.parametrize("text", _NOTHING, ids=range(len(_NOTHING)))
def test_what_is_not_an_answer_names_no_place(text: str) -> None:
    assert read_places(text, width=1000, height=500) == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"point_2d": [500, 125], "label": "Save"}',
        '[{"point_2d": [500, 125]}]',
        '```json\n[\n\t{"point_2d": [500, 125], "label": "Save"}\n]\n```',
        '  {"point_2d": [500.0, 125.0]}\n',
        "(500, 125)",
        "<|box_start|>(500,125)<|box_end|>",
        "<|object_ref_start|>Save<|object_ref_end|><|box_start|>(500,125)<|box_end|>",
    ],
)
def test_points_are_read_in_every_form(text: str) -> None:
    assert read_places(text, width=1000, height=500) == (Place(x_norm=0.5, y_norm=0.25),)


@pytest.mark.parametrize("text", ['{"bbox_2d": [100, 50, 300, 150]}', "<|box_start|>(100,50),(300,150)<|box_end|>"])
def test_boxes_are_read_with_their_middle(text: str) -> None:
    (place,) = read_places(text, width=1000, height=500)
    assert place.box_norm == (0.1, 0.1, 0.3, 0.3)
    assert (place.x_norm, place.y_norm) == pytest.approx((0.2, 0.2))


def test_several_places_stay_in_order() -> None:
    places = read_places('[{"point_2d": [10, 10]}, {"bbox_2d": [0, 0, 10, 10]}]', width=10, height=10)
    assert [(place.x_norm, place.y_norm) for place in places] == [(1, 1), (0.5, 0.5)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["point_2d", "bbox_2d", "label"]), inner)
    ),
    max_leaves=12,
)


@given(st.text() | st.text("()[]{}0123456789.,-<|>boxstardejn_ \n`") | _JSON.map(json.dumps))
def test_no_text_is_an_error_and_every_place_lies_on_the_picture(text: str) -> None:
    for place in read_places(text, width=1000, height=500):
        assert 0 <= place.x_norm <= 1
        assert 0 <= place.y_norm <= 1


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 500)), min_size=1, max_size=5), st.booleans())
def test_what_is_written_is_read(points: list[tuple[int, int]], is_fenced: bool) -> None:
    said: list[Any] = [{"point_2d": list(point), "label": "a"} for point in points]
    text = f"```json\n{json.dumps(said, indent=1)}\n```" if is_fenced else json.dumps(said)
    read = read_places(text, width=1000, height=500)
    assert [(round(place.x_norm * 1000), round(place.y_norm * 500)) for place in read] == points

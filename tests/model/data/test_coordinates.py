import json
from typing import Any

import pytest

from model.data.coordinates import POINTER_TEXT, take_points
from tests.reference import PURE

_CASES: list[dict[str, Any]] = json.loads((PURE / "coordinates.json").read_text())["reformat"]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["text"])
def test_texts_and_points_equal_the_reference(case: dict[str, Any]) -> None:
    pointed = take_points(case["text"])
    assert pointed.text == case["new_text"]
    assert [list(point) for point in pointed.points_norm] == case["points"]


def test_points_of_several_spellings_come_in_the_order_of_the_text() -> None:
    pointed = take_points("(0.1, 0.2) then click(x=0.3, y=0.4)")
    assert pointed.text == f"{POINTER_TEXT} then click({POINTER_TEXT})"
    assert pointed.points_norm == ((0.1, 0.2), (0.3, 0.4))


def test_a_point_in_pixels_is_refused_not_guessed() -> None:
    with pytest.raises(ValueError, match="fractions from 0 to 1, not 640"):
        take_points("click(x=640, y=0.5)")

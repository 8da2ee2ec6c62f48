import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.smart_resize import smart_resize
from tests.reference import PURE

_CASES: list[dict[str, Any]] = json.loads((PURE / "smart_resize.json").read_text())


def test_sizes_equal_the_reference() -> None:
    for case in _CASES:
        limits = {key: case[key] for key in ("factor", "min_pixels", "max_pixels")}
        if case["result"] == "ValueError":
            with pytest.raises(ValueError, match="at most 200 times"):
                smart_resize(case["height"], case["width"], **limits)
        else:
            assert list(smart_resize(case["height"], case["width"], **limits)) == case["result"], case


@given(
    height_px=st.integers(1, 5000),
    width_px=st.integers(1, 5000),
    factor=st.sampled_from([28, 32]),
)
def test_sides_are_multiples_and_the_area_is_within_limits(height_px: int, width_px: int, factor: int) -> None:
    if max(height_px, width_px) > 200 * min(height_px, width_px):
        return
    height, width = smart_resize(height_px, width_px, factor=factor, min_pixels=56 * 56, max_pixels=1_000_000)
    assert height % factor == width % factor == 0
    assert min(height, width) >= factor
    assert height * width >= 56 * 56
    assert height * width <= 1_000_000 or min(height, width) == factor


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-3, 10)])
def test_refuses_a_picture_of_no_size(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="positive sizes"):
        smart_resize(*size, factor=28, min_pixels=3136, max_pixels=12845056)

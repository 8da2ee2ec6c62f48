import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.evaluation.intervals import wilson_interval


def test_wilson_by_example() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


@given(n=st.integers(1, 2000), data=st.data())
def test_wilson_law(n: int, data: st.DataObject) -> None:
    n_hits = data.draw(st.integers(0, n))
    low, high = wilson_interval(n_hits, n)
    assert 0.0 <= low <= n_hits / n <= high <= 1.0
    mirrored = wilson_interval(n - n_hits, n)
    assert (low, high) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]), abs=1e-9)

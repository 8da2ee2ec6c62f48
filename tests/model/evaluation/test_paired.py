import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.evaluation.paired import Paired

_COUNTS = st.builds(
    Paired,
    n_both=st.integers(0, 300),
    n_first=st.integers(0, 60),
    n_second=st.integers(0, 60),
    n_neither=st.integers(0, 300),
).filter(lambda paired: paired.n > 0)


def test_only_items_of_both_are_counted() -> None:
    first = {"a": True, "b": True, "c": False, "d": False, "x": True}
    second = {"a": True, "b": False, "c": True, "d": False, "y": True}
    assert Paired.of(first, second) == Paired(n_both=1, n_first=1, n_second=1, n_neither=1)


def test_exact_by_hand() -> None:
    # Five differ, all for the first: 2 * (1/2)^5 either way, (1/2)^5 for "worse".
    paired = Paired(n_both=10, n_first=5, n_second=0, n_neither=5)
    assert paired.p_value == 2 / 32
    assert paired.p_worse == 1 / 32
    # Of ten, at most two: (1 + 10 + 45) / 1024.
    assert Paired(n_both=0, n_first=8, n_second=2, n_neither=0).p_worse == 56 / 1024


def test_equal_answers_are_no_difference() -> None:
    paired = Paired(n_both=7, n_first=0, n_second=0, n_neither=3)
    assert (paired.difference, paired.p_value, paired.p_worse) == (0.0, 1.0, 1.0)
    low, high = paired.interval
    assert low < 0 < high


def test_many_items_do_not_overflow() -> None:
    paired = Paired(n_both=0, n_first=3000, n_second=2000, n_neither=0)
    assert 0 < paired.p_value < 1e-40


def test_the_interval_by_hand() -> None:
    """Method 10 written out for 36, 12, 2, 0 of 50, second less first."""
    paired = Paired(n_both=36, n_first=12, n_second=2, n_neither=0)

    def wilson(hits: int, n: int) -> tuple[float, float]:
        z = 1.959963984540054
        centre, half = (2 * hits + z**2) / (2 * (n + z**2)), z * math.sqrt(z**2 + 4 * hits * (n - hits) / n)
        return centre - half / (2 * (n + z**2)), centre + half / (2 * (n + z**2))

    low_1, high_1 = wilson(48, 50)
    low_2, high_2 = wilson(38, 50)
    phi = (36 * 0 - 12 * 2) / math.sqrt(48 * 2 * 38 * 12)
    below = math.sqrt((0.76 - low_2) ** 2 - 2 * phi * (0.76 - low_2) * (high_1 - 0.96) + (high_1 - 0.96) ** 2)
    above = math.sqrt((high_2 - 0.76) ** 2 - 2 * phi * (high_2 - 0.76) * (0.96 - low_1) + (0.96 - low_1) ** 2)
    assert paired.interval == pytest.approx((-0.2 - below, -0.2 + above))


@given(paired=_COUNTS)
def test_laws(paired: Paired) -> None:
    low, high = paired.interval
    assert -1.0 <= low <= paired.difference + 1e-12
    assert paired.difference - 1e-12 <= high <= 1.0
    assert 0.0 <= paired.p_value <= 1.0
    mirrored = Paired(
        n_both=paired.n_both, n_first=paired.n_second, n_second=paired.n_first, n_neither=paired.n_neither
    )
    assert mirrored.p_value == pytest.approx(paired.p_value)
    assert mirrored.interval == pytest.approx((-high, -low))
    # Either nothing speaks against equality, or one of the tails is small.
    assert min(paired.p_worse, mirrored.p_worse) <= paired.p_value <= 1.0

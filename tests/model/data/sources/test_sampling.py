from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.sources.sampling import Sampling


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("all", [0, 1, 2, 3, 4, 5, 6]),
        ("first:3", [0, 1, 2]),
        ("end:3", [4, 5, 6]),
        ("end:0", []),
        ("first:100", [0, 1, 2, 3, 4, 5, 6]),
        ("first:10%", [0]),  # rounded up
        ("end:30%", [4, 5, 6]),
        ("repeat:2", [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]),
    ],
)
def test_rows_are_chosen_as_the_strategy_says(text: str, picked: list[int]) -> None:
    assert list(Sampling.parse(text).pick(7, seed=0)) == picked


def test_a_share_is_computed_exactly() -> None:
    """7 % of 100 rows are 7; in floating point they would be 7.000000000000001, that is 8."""
    assert len(Sampling.parse("random:7%").pick(100, seed=0)) == 7
    assert Sampling.parse("first:0.5%").number == Fraction(1, 2)


@given(n_rows=st.integers(0, 60), number=st.integers(0, 80), seed=st.integers(0, 5))
def test_a_random_choice_has_no_row_twice_and_stays_with_its_seed(n_rows: int, number: int, seed: int) -> None:
    sampling = Sampling.parse(f"random:{number}")
    picked = sampling.pick(n_rows, seed=seed)
    assert len(set(picked)) == len(picked) == min(number, n_rows)
    assert set(picked) <= set(range(n_rows))
    assert list(picked) == sorted(picked) == list(sampling.pick(n_rows, seed=seed))


def test_another_seed_chooses_others() -> None:
    assert Sampling.parse("random:5").pick(100, seed=0) != Sampling.parse("random:5").pick(100, seed=1)


@pytest.mark.parametrize(
    "text", ["", "some", "first", "random:", "random:-3", "first:1.5", "repeat:50%", "first:120%", "ALL", "first:3 "]
)
def test_what_is_no_strategy_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"all, first:N|whole number|at most 100"):
        Sampling.parse(text)

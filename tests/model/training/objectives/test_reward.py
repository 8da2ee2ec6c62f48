import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.boxes import BoxNorm
from model.training.objectives.reward import PointReward, distance_to, gaussian_reward, search_reward

_BOX = BoxNorm(0.4, 0.4, 0.6, 0.6)
_point = st.tuples(st.floats(0, 1), st.floats(0, 1))
_START = (0.5, 0.1)


def test_a_hit_counts_its_edges() -> None:
    assert [PointReward.HIT.of(point, _BOX) for point in ((0.5, 0.5), (0.4, 0.6), (0.39, 0.5))] == [1.0, 1.0, 0.0]


def test_the_gaussian_by_hand() -> None:
    """Half a side from the middle is one standard deviation: GUI-G2's alpha is 0.5."""
    assert PointReward.GAUSSIAN.of((0.5, 0.5), _BOX) == 1.0
    assert gaussian_reward((0.6, 0.5), _BOX) == pytest.approx(math.exp(-0.5))
    assert gaussian_reward((0.6, 0.6), BoxNorm(0.4, 0.2, 0.6, 1.0)) == pytest.approx(math.exp(-0.5))
    assert gaussian_reward((0.6, 0.8), _BOX) == pytest.approx(math.exp(-0.5 * (1 + 9)))


@given(_point)
def test_distances_are_zero_inside_alone(point: tuple[float, float]) -> None:
    assert (distance_to(point, _BOX) == 0.0) is _BOX.contains(*point)
    assert 0.0 <= gaussian_reward(point, _BOX) <= 1.0


def _search(*moves: tuple[float, float], has_stopped: bool = True, is_repeated: bool = False) -> float:
    return search_reward(_START, moves, _BOX, has_stopped=has_stopped, is_repeated=is_repeated)


def test_a_search_that_stops_in_the_box_is_worth_most_in_its_middle() -> None:
    assert _search((0.5, 0.5)) == pytest.approx(1.1)
    assert _search((0.6, 0.6)) == pytest.approx(1.0)
    assert _search((0.55, 0.55)) == pytest.approx(1.0 + 0.1 * (1 - 0.5**5))


def test_stopping_elsewhere_costs_more_after_a_step_away() -> None:
    """Distances 0.3, 0.2 and 0.1 from the box."""
    assert _search() == pytest.approx(0.7 - 0.5)
    assert _search((0.5, 0.2)) == pytest.approx(0.8 - 0.5)
    assert _search((0.5, 0.2), (0.5, 0.3)) == pytest.approx(0.9 - 0.5 + 0.1)
    assert _search((0.5, 0.3), (0.5, 0.2)) == pytest.approx(0.8 - 0.5 - 0.2)


def test_moves_that_are_used_up_are_judged_by_their_end_and_their_way() -> None:
    assert _search((0.5, 0.2), (0.5, 0.3), has_stopped=False) == pytest.approx(0.9)
    assert _search((0.5, 0.3), (0.5, 0.2), has_stopped=False) == pytest.approx(0.8 - 0.2)
    assert _search((0.5, 0.5), (0.5, 0.3), has_stopped=False) == pytest.approx(0.9 - 0.1 - 0.2), "it was there"
    assert _search((0.5, 0.2), (0.5, 0.5), has_stopped=False) == pytest.approx(1.1)
    assert _search((0.5, 0.2), (0.5, 0.3), has_stopped=False, is_repeated=True) == pytest.approx(0.9 - 0.2)


@given(st.lists(_point, max_size=4), st.booleans(), st.booleans())
def test_nothing_is_worth_more_than_stopping_in_the_middle(
    moves: list[tuple[float, float]], has_stopped: bool, is_repeated: bool
) -> None:
    assert _search(*moves, has_stopped=has_stopped, is_repeated=is_repeated) <= 1.1 + 1e-9

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.grounder import Candidate
from model.refine.places import extent_of, is_same_place, merged
from model.refine.report import Signals
from model.refine.signals import FEATURES, entropy, margin, matrix, signals_of
from tests.model.refine.scenes import grounding


@given(st.lists(st.floats(0, 1), min_size=2, max_size=50))
def test_entropy_is_a_share(weights: list[float]) -> None:
    probs = np.array(weights)
    if probs.sum() > 0:
        probs /= probs.sum()
    assert 0.0 <= entropy(probs, probs.size) <= 1.0


def test_entropy_by_hand() -> None:
    assert entropy(np.array([1.0, 0, 0, 0]), 4) == 0.0
    assert entropy(np.full(4, 0.25), 4) == pytest.approx(1.0)
    assert entropy(np.array([0.5, 0.5, 0, 0]), 4) == pytest.approx(0.5)
    assert entropy(np.zeros(4), 4) == 1.0, "no distribution: nothing is known"
    assert entropy(np.array([1.0]), 1) == 0.0


def test_margin_is_to_the_best_elsewhere() -> None:
    best = Candidate(x=70, y=70, score=0.8, bbox=(60, 60, 80, 80))
    same = Candidate(x=71, y=71, score=0.79, bbox=(61, 61, 81, 81))
    other = Candidate(x=200, y=70, score=0.6)
    assert margin(grounding(best, same, other)) == pytest.approx(0.25)
    assert margin(grounding(best, same)) == 1.0
    assert margin(grounding()) == 0.0


def test_signals_of_an_answer() -> None:
    scores = np.zeros((8, 10), np.float32)
    scores[2, 2], scores[2, 3], scores[0, 0] = 0.5, 0.7, 0.9
    found = grounding(Candidate(x=84, y=70, score=0.8, bbox=(60, 60, 108, 80)), scores=scores)
    signals = signals_of(found)
    assert signals.top_patch_score == pytest.approx(0.7)
    assert (signals.score, signals.entropy, signals.margin) == (0.8, 0.0, 1.0)
    assert signals.crop_agreement is None
    assert signals_of(grounding()).top_patch_score == 0.0


def test_the_extent_without_a_box_is_that_of_the_region() -> None:
    probs = np.zeros((8, 10), np.float32)
    probs[2, 2:4] = 0.4
    probs[6, 6] = 0.2
    at = grounding(Candidate(x=84, y=70, score=0.8), probs=probs)
    assert extent_of(at) == (56, 56, 112, 84)
    beside = grounding(Candidate(x=10, y=10, score=0.8), probs=probs)
    assert extent_of(beside) == (0, 0, 28, 28)
    assert extent_of(grounding()) is None


def test_boxes_tell_neighbours_apart_and_points_do_not() -> None:
    grid = grounding().grid
    upper = Candidate(x=70, y=70, score=1, bbox=(60, 60, 80, 80))
    lower = Candidate(x=70, y=90, score=1, bbox=(60, 80, 80, 100))
    assert not is_same_place(upper, lower, grid)
    assert is_same_place(upper, Candidate(x=70, y=90, score=1), grid)
    assert not is_same_place(upper, Candidate(x=70, y=99, score=1), grid)


def test_merged_names_each_place_once() -> None:
    spots = [Candidate(x=28.0 * i, y=14, score=0.9) for i in range(10)]
    assert [c.x for c in merged(spots[0], spots, grounding().grid)] == [0, 56, 112, 168, 224]


def test_signals_become_features_in_order() -> None:
    signals = Signals(score=0.1, entropy=0.2, margin=0.3, top_patch_score=0.4, crop_agreement=1.0)
    row = matrix([signals])[0]
    assert FEATURES[:4] == ("score", "entropy", "margin", "top_patch_score")
    assert row[:4].tolist() == [0.1, 0.2, 0.3, 0.4]
    assert np.isnan(row).tolist() == [False] * 4 + [True, False, True, True]
    assert matrix([]).shape == (0, len(FEATURES))

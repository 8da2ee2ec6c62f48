import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.calibration import (
    area_under_curve,
    expected_calibration_error,
    fit,
    load_calibration,
    threshold_for,
)
from model.errors import ModelLoadError

_NAMES = ("score", "entropy", "margin", "a", "b", "c")
_N = len(_NAMES)


def _answers(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Signals whose log-odds are known: 1 + 2·score − 1.5·entropy, over standard normal signals."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, _N))
    odds = 1 + 2 * features[:, 0] - 1.5 * features[:, 1]
    return features, rng.random(n) < 1 / (1 + np.exp(-odds))


def test_known_weights_are_found_again() -> None:
    features, is_right = _answers(20_000, seed=0)
    calibration = fit(features, is_right, model="m", names=_NAMES)
    weights = np.array(calibration.weights) / calibration.scales
    assert weights[:2] == pytest.approx([2, -1.5], abs=0.1)
    assert weights[2:] == pytest.approx([0] * (_N - 2), abs=0.1)
    unseen, unseen_right = _answers(5_000, seed=1)
    assert expected_calibration_error(calibration.probabilities(unseen), unseen_right) < 0.02


def test_answers_that_can_be_told_apart_perfectly_give_finite_weights() -> None:
    features = np.zeros((40, _N))
    features[20:, 0] = 1.0
    calibration = fit(features, features[:, 0] > 0.5, model="m", names=_NAMES)
    assert np.isfinite(calibration.weights).all()
    probs = calibration.probabilities(features)
    assert probs[:20].max() < 0.5 < probs[20:].min()


def test_a_signal_that_is_not_known_counts_as_average() -> None:
    features, is_right = _answers(2_000, seed=2)
    calibration = fit(features, is_right, model="m", names=_NAMES)
    unknown = features.copy()
    unknown[:, 0] = np.nan
    average = features.copy()
    average[:, 0] = calibration.means[0]
    assert calibration.probabilities(unknown) == pytest.approx(calibration.probabilities(average))


def test_a_signal_never_known_weighs_nothing() -> None:
    features, is_right = _answers(500, seed=3)
    features[:, 5] = np.nan
    assert fit(features, is_right, model="m", names=_NAMES).weights[5] == pytest.approx(0.0)


@given(st.integers(0, 2**31), st.floats(0, 0.9))
def test_the_threshold_refuses_no_more_right_answers_than_it_may(seed: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    probs, is_right = rng.random(60), rng.random(60) < 0.7
    is_right[0] = True
    threshold = threshold_for(probs, is_right, rate)
    assert (probs[is_right] < threshold).mean() <= rate
    assert (probs[is_right] <= threshold).mean() > rate, "the next higher one would refuse more"


def test_calibration_error_by_hand() -> None:
    probs, is_right = np.array([0.95, 0.95, 0.15, 0.15]), np.array([True, False, False, False])
    assert expected_calibration_error(probs, is_right) == pytest.approx(0.5 * 0.45 + 0.5 * 0.15)
    assert expected_calibration_error(np.array([1.0]), np.array([True])) == 0.0


def test_area_under_curve_by_hand() -> None:
    scores, is_right = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert area_under_curve(scores, is_right) == pytest.approx((1 + 1 + 1 + 0.5) / 4)


def test_saved_is_what_is_loaded(tmp_path: Path) -> None:
    calibration = fit(*_answers(300, seed=4), model="m", names=_NAMES)
    calibration.save(tmp_path / "c.json")
    assert load_calibration(tmp_path / "c.json", _NAMES) == calibration


@pytest.mark.parametrize("change", ["missing", "broken", "list", "other signals", "short"])
def test_files_that_cannot_be_used_are_told(tmp_path: Path, change: str) -> None:
    path = tmp_path / "c.json"
    if change != "missing":
        fit(*_answers(300, seed=5), model="m", names=_NAMES).save(path)
        record = json.loads(path.read_text())
        if change == "other signals":
            record["features"][0] = "mood"
        elif change == "short":
            record["weights"] = [1.0]
        path.write_text({"broken": "{", "list": "[]"}.get(change) or json.dumps(record))
    with pytest.raises(ModelLoadError) as caught:
        load_calibration(path, _NAMES)
    assert caught.value.hint


@pytest.mark.parametrize("is_right", [[True] * 4, [False] * 4, [True, False]])
def test_a_fit_needs_both_and_one_label_each(is_right: list[bool]) -> None:
    with pytest.raises(ValueError, match="right and wrong"):
        fit(np.zeros((4, _N)), np.array(is_right), model="m", names=_NAMES)

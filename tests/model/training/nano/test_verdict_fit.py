"""A verdict learns which answers to refuse, and is measured on others."""

import numpy as np
import pytest

from model.nano.verdict import SIGNS
from model.training.nano.verdict_fit import Judged, fit_verdict, report_on


def _answers(n: int, seed: int) -> Judged:
    """The share of the pointer tells right from wrong, with some noise; a third of what is asked is absent."""
    rng = np.random.default_rng(seed)
    is_there = rng.random(n) < 2 / 3
    is_right = is_there & (rng.random(n) < 0.7)
    signs = rng.normal(size=(n, len(SIGNS)))
    signs[:, SIGNS.index("share")] += 4 * is_right
    return Judged(signs=signs, is_right=is_right, is_there=is_there)


def test_it_refuses_what_is_absent_and_keeps_what_is_right() -> None:
    verdict = fit_verdict(_answers(1200, 0), false_refusal_rate=0.05)
    told = report_on(verdict, _answers(1200, 1))
    assert told.n == 1200
    assert told.right_refused == pytest.approx(0.05, abs=0.03)
    assert told.absent_refused > 0.85
    assert told.wrong_refused > 0.85
    assert told.calibration_error < 0.05


def test_without_wrong_answers_there_is_nothing_to_fit() -> None:
    with pytest.raises(ValueError, match="right and wrong"):
        fit_verdict(
            Judged(signs=np.zeros((3, len(SIGNS))), is_right=np.ones(3, np.bool_), is_there=np.ones(3, np.bool_)),
            false_refusal_rate=0.05,
        )

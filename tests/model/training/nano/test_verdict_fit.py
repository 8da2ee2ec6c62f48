"""A verdict learns which candidate to prefer and which answers to refuse, and is measured on others."""

import numpy as np
import pytest

from model.nano.verdict import SIGNS
from model.training.nano.verdict_fit import Answer, fit_verdict, report_on

SHARE, MATCH = SIGNS.index("share"), SIGNS.index("match there")


def _answers(n: int, seed: int) -> list[Answer]:
    """What speaks for a candidate tells more than its share; a third of what is asked is absent."""
    rng = np.random.default_rng(seed)
    answers = []
    for _ in range(n):
        is_there = bool(rng.random() < 2 / 3)
        is_right = np.zeros(3, np.bool_)
        is_right[rng.choice(3, p=(0.6, 0.3, 0.1))] = is_there
        signs = rng.normal(size=(3, len(SIGNS)))
        signs[:, SHARE] += (1.0, 0.0, -1.0)
        signs[:, MATCH] += 6 * is_right
        answers.append(Answer(signs=signs, is_right=is_right, is_there=is_there))
    return answers


def test_it_prefers_what_more_speaks_for_and_refuses_what_is_absent() -> None:
    verdict = fit_verdict(_answers(600, 0), false_refusal_rate=0.05)
    told = report_on(verdict, _answers(600, 1))
    assert told.n == 600
    assert told.right_before == pytest.approx(0.6, abs=0.06)
    assert told.right > 0.95
    assert told.right_refused == pytest.approx(0.05, abs=0.03)
    assert told.absent_refused > 0.9
    assert told.calibration_error < 0.05


def test_an_answer_without_candidates_is_refused() -> None:
    nothing = Answer(signs=np.zeros((0, len(SIGNS))), is_right=np.zeros(0, np.bool_), is_there=False)
    verdict = fit_verdict(_answers(100, 0), false_refusal_rate=0.05)
    assert report_on(verdict, [nothing]).absent_refused == 1


def test_without_wrong_candidates_there_is_nothing_to_fit() -> None:
    right = Answer(signs=np.zeros((1, len(SIGNS))), is_right=np.ones(1, np.bool_), is_there=True)
    with pytest.raises(ValueError, match="right and wrong"):
        fit_verdict([right], false_refusal_rate=0.05)

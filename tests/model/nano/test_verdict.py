"""How sure an answer is, and what is refused."""

import numpy as np
import pytest

from model.nano.cells import EVIDENCE, N_EVIDENCE
from model.nano.verdict import SIGNS, plain_verdict, signs_of


def test_signs_say_what_the_pointer_and_the_evidence_say() -> None:
    evidence = np.zeros((3, N_EVIDENCE), np.float32)
    evidence[0, EVIDENCE.index("match")] = 0.9
    evidence[2, EVIDENCE.index("name")] = 0.4
    told = dict(zip(SIGNS, signs_of([0.6, 0.25], 0.5, evidence, 2), strict=True))
    assert told["absent"] == pytest.approx(0)
    assert told["share"] == pytest.approx(np.log(0.6 / 0.4))
    assert told["margin"] == pytest.approx(0.35)
    assert told["best match"] == pytest.approx(0.9), "wherever it is"
    assert told["match there"] == 0
    assert told["name there"] == pytest.approx(0.4)


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.5, 1.0])
def test_without_a_fit_the_share_is_the_chance(share: float) -> None:
    signs = signs_of([share], 0.3, np.zeros((1, N_EVIDENCE)), 0)
    assert np.isfinite(signs).all()
    assert plain_verdict("nano").probability(signs) == pytest.approx(share, abs=1e-3)

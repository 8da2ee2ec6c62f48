"""How sure an answer is, and what is refused."""

import numpy as np
import pytest

from model.nano.cells import EVIDENCE, N_EVIDENCE
from model.nano.verdict import SIGNS, plain_verdict, signs_of


def test_signs_say_what_the_pointer_and_the_evidence_say() -> None:
    evidence = np.zeros((3, N_EVIDENCE), np.float32)
    evidence[0, EVIDENCE.index("match")] = 0.9
    evidence[2, EVIDENCE.index("name")] = 0.4
    first, second = (
        dict(zip(SIGNS, row, strict=True)) for row in signs_of([0.6, 0.25], 0.5, evidence, [2, 0]).tolist()
    )
    assert first["absent"] == second["absent"] == pytest.approx(0)
    assert first["share"] == pytest.approx(np.log(0.6 / 0.4))
    assert (first["margin"], second["margin"]) == pytest.approx((0.35, -0.35))
    assert first["best match"] == second["best match"] == pytest.approx(0.9), "wherever it is"
    assert (first["match there"], second["match there"]) == pytest.approx((0, 0.9))
    assert first["name there"] == pytest.approx(0.4)


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.5, 1.0])
def test_without_a_fit_the_share_is_the_chance(share: float) -> None:
    signs = signs_of([share], 0.3, np.zeros((1, N_EVIDENCE)), [0])
    assert np.isfinite(signs).all()
    assert plain_verdict("nano").probabilities(signs) == pytest.approx(share, abs=1e-3)


def test_no_candidates_have_no_signs() -> None:
    assert signs_of([], 1.0, np.zeros((0, N_EVIDENCE)), []).shape == (0, len(SIGNS))

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import InputError
from model.grounder import Candidate, Grounding
from model.refine.explain import explain_point
from tests.model.refine.scenes import grounding

_SAVE = Candidate(x=70, y=70, score=0.8, bbox=(60, 60, 80, 80), label="Save")
_OTHER = Candidate(x=200, y=70, score=0.6)


def _found(*, is_rejected: bool = False) -> Grounding:
    scores = np.linspace(0, 0.5, 80, dtype=np.float32).reshape(8, 10)
    scores[2, 2] = 0.9
    return grounding(_SAVE, _OTHER, scores=scores, is_rejected=is_rejected)


def test_what_was_chosen() -> None:
    why = explain_point(_found(), 70, 70)
    assert (why.row, why.col, why.is_kept, why.rank, why.n_cells) == (2, 2, True, 1, 80)
    assert why.pointer_share == 1.0
    assert why.nearest == _SAVE
    assert why.nearest_px == 0.0
    assert 'This is "Save", which was chosen, with a score of 0.80.' in why.sentence


def test_what_was_dropped() -> None:
    why = explain_point(_found(), 5, 5)
    assert not why.is_kept
    assert why.rank == 80
    assert why.nearest_px == pytest.approx(np.hypot(55, 55))
    assert "dropped" in why.sentence
    assert 'The nearest candidate is "Save", 78 px away (score 0.80), which was chosen.' in why.sentence


def test_what_was_kept_and_passed_over() -> None:
    why = explain_point(_found(), 279, 223)
    assert why.is_kept
    assert why.pointer_share == 0.0
    assert "none of the attention" in why.sentence


def test_another_candidate() -> None:
    assert explain_point(_found(), 200, 70).sentence.endswith(
        "This is a place at 200, 70, with a score of 0.60, against 0.80 for what was chosen."
    )
    box = Candidate(x=200, y=70, score=0.6, bbox=(190, 60, 210, 80), label="Save As")
    sentence = explain_point(grounding(_SAVE, box), 195, 65).sentence
    assert 'This is "Save As", with a score of 0.60, against 0.80 for what was chosen.' in sentence


def test_a_rejection() -> None:
    assert "too low to be chosen" in explain_point(_found(is_rejected=True), 70, 70).sentence
    assert "Nothing on the picture resembles" in explain_point(grounding(), 70, 70).sentence


@given(st.floats(0, 279.9), st.floats(0, 223.9))
def test_every_point_of_the_picture_has_its_explanation(x_px: float, y_px: float) -> None:
    found = _found()
    why = explain_point(found, x_px, y_px)
    assert why.is_kept == found.scored.keep_mask[why.row, why.col]
    assert 1 <= why.rank <= why.n_cells
    assert json.dumps(why.to_json())


@pytest.mark.parametrize("point", [(-1, 5), (280, 5), (5, 224), (float("nan"), 5), (float("inf"), 5)])
def test_a_point_outside_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="outside of the picture") as caught:
        explain_point(_found(), *point)
    assert "280×224" in caught.value.hint

"""Measuring while it learns: what is counted is what is shown."""

from contextlib import nullcontext

import numpy as np
import pytest

from model.training.checks import HeldOut
from model.training.team.alone import Alone
from model.training.toy_screens import ToyScreens
from tests.model.focusui.tiny import tiny
from tests.reference import checkpoint_folder


@pytest.mark.parametrize("by_scorer", [True, False])
def test_the_shown_answer_is_that_of_what_learns(by_scorer: bool) -> None:
    """In the first stage the pointer is as random as it was, so its point says nothing about what was learned."""
    held_out = HeldOut(source=ToyScreens(6, seed=5), keep_fraction=0.5, by_scorer=by_scorer)
    checked = held_out.check(tiny("qwen2_5_vl"), checkpoint_folder("qwen2_5_vl"), Alone(), autocast=nullcontext())
    assert (checked.n, len(checked.shown)) == (6, 6)
    assert sum(shown.is_found for shown in checked.shown) == (checked.n_scored if by_scorer else checked.n_pointed)
    for shown in checked.shown:
        assert shown.point_norm is not None
        assert shown.record.box.contains(*shown.point_norm) == shown.is_found
        if by_scorer:
            row, col = np.unravel_index(int(shown.heat.argmax()), shown.heat.shape)
            middle = (col + 0.5) / shown.heat.shape[1], (row + 0.5) / shown.heat.shape[0]
            assert shown.point_norm == pytest.approx(middle)

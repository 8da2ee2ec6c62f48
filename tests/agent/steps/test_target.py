"""Which places are equally good, and which are the same."""

import numpy as np
import pytest

from agent.geometry import Rect, ScreenTransform
from agent.steps.observation import Observation
from agent.steps.target import order_candidates
from agent.types import Monitor, Screenshot
from model.grounder import Box, Candidate
from tests.model.refine.scenes import grounding

_WHOLE = Rect(left=0, top=0, width=320, height=160)


def _observation() -> Observation:
    pixels = np.zeros((160, 320, 3), np.uint8)
    pixels.flags.writeable = False
    screenshot = Screenshot(
        pixels=pixels,
        monitor=Monitor(index=0, bounds_pt=_WHOLE, is_primary=True),
        transform=ScreenTransform(width_px=320, height_px=160, bounds_pt=_WHOLE),
        captured_at_s=0.0,
        capture_ms=0.0,
    )
    return Observation(screenshot=screenshot, windows=(), active=None)


def _n_tied(*candidates: Candidate) -> int:
    return order_candidates(grounding(*candidates), _observation(), None)[1]


def _candidate(x: float, y: float, bbox: Box | None, score: float = 0.8) -> Candidate:
    return Candidate(x=x, y=y, bbox=bbox, score=score)


@pytest.mark.parametrize("outer_first", [True, False])
def test_a_place_inside_of_another_is_the_same(outer_first: bool) -> None:
    outer = _candidate(100, 80, (60, 40, 140, 120), 0.8 if outer_first else 0.79)
    inner = _candidate(120, 60, (110, 55, 130, 65), 0.79 if outer_first else 0.8)
    assert _n_tied(*((outer, inner) if outer_first else (inner, outer))) == 1


def test_places_that_are_apart_are_two() -> None:
    assert _n_tied(_candidate(40, 40, (30, 30, 50, 50)), _candidate(200, 40, (190, 30, 210, 50), 0.79)) == 2


def test_a_place_that_is_clearly_better_is_not_tied() -> None:
    assert _n_tied(_candidate(40, 40, (30, 30, 50, 50)), _candidate(200, 40, (190, 30, 210, 50), 0.7)) == 1


def test_places_without_outlines_are_the_same_where_they_are_near() -> None:
    assert _n_tied(_candidate(40, 40, None), _candidate(48, 44, None, 0.79)) == 1
    assert _n_tied(_candidate(40, 40, None), _candidate(60, 44, None, 0.79)) == 2

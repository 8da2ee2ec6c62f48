from dataclasses import replace

import numpy as np
import pytest

from model.grounder import Candidate
from model.patches import PatchGrid
from model.refine.config import RefineConfig
from model.refine.crop import Crop
from model.refine.grounder import RefinedGrounder
from model.refine.report import SecondLookKind
from model.refine.zoom import judge
from tests.fakes.patch_grounder import Map, PatchGrounder, Picture, share_of_colour
from tests.model.refine.scenes import BLUE, RED, grounding, screen, see_colours

_ONLY = RefineConfig(has_more_cells=False, has_phrasings=False, has_verifier=False)
_SIZE_PX = (1120, 840)
_CROP = Crop(left_px=28, top_px=28, width_px=112, height_px=84, shown_width_px=336, shown_height_px=252)


def test_a_small_target_is_pointed_at_more_finely() -> None:
    # Two cells hold parts of it: at cell size the point is only as good as the shares of the cells.
    box = (553, 399, 563, 405)
    inner = PatchGrounder(see_colours)
    grounder = RefinedGrounder(inner, _ONLY)
    look = grounder.look(screen(red=box, size_px=_SIZE_PX))
    coarse = inner.find(look, "red")

    found = grounder.find(look, "red")

    assert found.refinement is not None
    (record,) = found.refinement.looks
    assert record.kind is SecondLookKind.ZOOM
    assert "small" in record.reason
    assert record.agreement == 1.0
    assert not record.is_changed
    middle = np.array([558, 402])
    assert found.point is not None
    assert coarse.point is not None
    assert np.abs(found.point - middle).max() < np.abs(coarse.point - middle).max()
    assert found.pointer_probs.sum() == pytest.approx(1.0, abs=1e-5)
    assert inner.sizes_px[1][0] <= 1120


def test_a_large_clear_target_is_not_looked_at_closer() -> None:
    inner = PatchGrounder(see_colours)
    grounder = RefinedGrounder(inner, _ONLY)
    found = grounder.find(grounder.look(screen(red=(112, 112, 224, 196))), "red")
    assert found.refinement is not None
    assert found.refinement.looks == ()
    assert len(inner.sizes_px) == 1


def test_a_spread_pointer_is_a_reason() -> None:
    def see(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
        scores, relevance = see_colours(picture, grid, instruction)
        relevance = relevance.copy()
        relevance[::2, ::2] += 0.5
        return scores, relevance

    grounder = RefinedGrounder(PatchGrounder(see), _ONLY)
    look = grounder.look(screen(red=(560, 392, 672, 476), size_px=_SIZE_PX))
    found = grounder.find(look, "red", keep_fraction=1.0)
    assert found.refinement is not None
    assert "entropy" in found.refinement.looks[0].reason


def test_the_closer_look_wins_where_it_is_clearly_surer() -> None:
    # From afar a large pale thing looks more like it; from near the small red one is without doubt.
    def see(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
        red, pale = share_of_colour(picture, grid, RED), 0.3 * share_of_colour(picture, grid, BLUE)
        return np.maximum(red, pale), np.maximum(red, pale)

    grounder = RefinedGrounder(PatchGrounder(see), _ONLY)
    picture = screen(red=(496, 398, 512, 414), blue=(560, 392, 588, 420), size_px=_SIZE_PX)
    found = grounder.find(grounder.look(picture), "red")
    assert found.refinement is not None
    assert found.refinement.first_point == pytest.approx((574, 406))
    assert found.refinement.is_changed
    assert found.point is not None
    assert found.point == pytest.approx((504, 406), abs=6)


def test_a_crop_that_disagrees_without_being_surer_changes_nothing_but_the_candidates() -> None:
    first = grounding(Candidate(x=70, y=70, score=0.8))
    closer = grounding(Candidate(x=270, y=210, score=0.85))
    outcome = judge(first, closer, _CROP, 0.1)
    assert outcome.found.point == first.point
    assert outcome.agreement == 0.0
    assert [c.x for c in outcome.found.candidates] == [70, pytest.approx(28 + 270 / 3)]


def test_a_crop_that_finds_nothing_changes_nothing() -> None:
    first = grounding(Candidate(x=70, y=70, score=0.8))
    outcome = judge(first, grounding(), _CROP, 0.1)
    assert outcome.found is first
    assert outcome.agreement == 0.0


def test_what_the_whole_picture_refused_may_be_accepted_on_the_crop() -> None:
    first = grounding(Candidate(x=70, y=70, score=0.5), is_rejected=True)
    closer = grounding(Candidate(x=126, y=126, score=0.9, bbox=(110, 110, 140, 140)))
    outcome = judge(first, closer, _CROP, 0.1)
    assert outcome.found.point == pytest.approx((70, 70))
    assert outcome.found.score == 0.9
    assert not outcome.found.is_rejected


def test_a_crop_that_is_hardly_surer_takes_no_rejection_back() -> None:
    first = grounding(Candidate(x=70, y=70, score=0.58), is_rejected=True)
    closer = grounding(Candidate(x=126, y=126, score=0.62))
    assert judge(first, closer, _CROP, 0.1).found is first


def test_a_click_in_a_known_outline_stays_in_its_middle() -> None:
    first = grounding(Candidate(x=70, y=70, score=0.8, bbox=(60, 60, 80, 80)))
    closer = grounding(Candidate(x=120, y=120, score=0.9, bbox=(96, 96, 156, 156), label="red"))
    outcome = judge(first, closer, _CROP, 0.1)
    assert outcome.found.point == (70, 70)
    assert outcome.found.score == 0.9
    assert len(outcome.found.candidates) == 1


def test_no_candidate_nothing_to_zoom_in_on() -> None:
    config = replace(_ONLY, is_thorough=True)
    grounder = RefinedGrounder(PatchGrounder(see_colours), config)
    found = grounder.find(grounder.look(screen()), "red")
    assert found.is_rejected
    assert found.refinement is not None
    assert found.refinement.looks == ()

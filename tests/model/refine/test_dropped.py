import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Candidate
from model.patches import PatchGrid
from model.refine.config import RefineConfig
from model.refine.dropped import drop_signs
from model.refine.grounder import DropCounts, RefinedGrounder
from model.refine.report import DropSign, SecondLookKind
from tests.fakes.patch_grounder import Map, PatchGrounder, Picture, share_of_colour
from tests.model.refine.scenes import RED, grounding, screen, see_colours

_ONLY = RefineConfig(has_phrasings=False, has_zoom=False, has_verifier=False)


def _scores(**at: float) -> NDArray[np.float32]:
    """An 8x10 map of 0.1 with other scores at cells named r1c2."""
    scores = np.full((8, 10), 0.1, np.float32)
    for name, score in at.items():
        row, col = map(int, name[1:].split("c"))
        scores[row, col] = score
    return scores


def test_a_clear_peak_gives_no_sign() -> None:
    found = grounding(Candidate(x=70, y=70, score=0.9), scores=_scores(r2c2=0.9, r2c3=0.7))
    assert drop_signs(found, RefineConfig()) == ()


def test_nothing_was_dropped_gives_no_sign() -> None:
    found = grounding(Candidate(x=70, y=70, score=0.9), scores=_scores(), keep_fraction=1.0)
    assert drop_signs(found, RefineConfig()) == ()


def test_flat_scores_tell_nothing() -> None:
    found = grounding(Candidate(x=70, y=70, score=0.9), scores=_scores(r2c2=0.11))
    assert drop_signs(found, RefineConfig()) == (DropSign.FLAT,)


def test_a_dropped_cell_that_scores_nearly_as_high_is_a_sign() -> None:
    scores = _scores(r0c0=0.9, r7c9=0.88)
    found = grounding(Candidate(x=10, y=10, score=0.9), scores=scores, keep_fraction=1 / 80)
    assert drop_signs(found, RefineConfig()) == (DropSign.NEAR_CUT,)


def test_the_best_cell_beside_dropped_ones_alike_is_a_sign() -> None:
    scores = _scores(r3c3=0.9, r3c4=0.88)
    found = grounding(Candidate(x=98, y=98, score=0.9), scores=scores, keep_fraction=1 / 80)
    assert DropSign.BESIDE_BEST in drop_signs(found, RefineConfig())


def test_a_region_that_ends_strong_at_dropped_cells_alike_is_a_sign() -> None:
    # The best score is elsewhere, so the cell beside the region is not near the top, but near the region's own score.
    scores = _scores(r0c0=1.0, r4c4=0.6, r4c5=0.58)
    probs = np.zeros((8, 10), np.float32)
    probs[4, 4] = 1.0
    found = grounding(Candidate(x=126, y=126, score=0.6), scores=scores, probs=probs, keep_fraction=2 / 80)
    assert drop_signs(found, RefineConfig()) == (DropSign.CUT_REGION,)


def test_a_region_that_fades_out_is_not_cut() -> None:
    scores = _scores(r4c3=1.0, r4c4=0.6, r4c5=0.58)
    probs = np.zeros((8, 10), np.float32)
    probs[4, 3], probs[4, 4] = 0.75, 0.25
    found = grounding(Candidate(x=98, y=126, score=0.6), scores=scores, probs=probs, keep_fraction=2 / 80)
    assert drop_signs(found, RefineConfig()) == ()


def _see_badly(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
    """A scorer that ranks a row of others just above the red cell: at a quarter kept the target is dropped."""
    relevance = share_of_colour(picture, grid, RED)
    scores = np.full(grid.shape, 0.1, np.float32)
    scores[: grid.n_rows // 4] = 0.9
    scores[relevance > 0.5] = 0.85
    return scores, relevance


def test_a_dropped_target_is_found_with_more_cells_and_counted() -> None:
    inner = PatchGrounder(_see_badly)
    grounder = RefinedGrounder(inner, _ONLY)
    look = grounder.look(screen(red=(280, 280, 336, 336), size_px=(560, 448)))
    assert inner.find(look, "red").is_rejected

    found = grounder.find(look, "red")

    assert found.point == pytest.approx((308, 308))
    assert found.n_kept > 0.25 * found.grid.n_cells
    assert found.refinement is not None
    assert found.refinement.drop_signs == (DropSign.NEAR_CUT,)
    (record,) = found.refinement.looks
    assert record.kind is SecondLookKind.MORE_CELLS
    assert record.is_changed
    assert record.agreement == 0.0
    assert found.refinement.n_looked_again_for_drops == 1
    assert grounder.drop_counts == DropCounts(n_finds=1, n_suspected=1, n_looked_again=1, n_changed=1)


def test_an_answer_without_signs_costs_nothing_more() -> None:
    inner = PatchGrounder(see_colours)
    grounder = RefinedGrounder(inner, _ONLY)
    grounder.find(grounder.look(screen(red=(280, 280, 336, 336))), "red")
    assert len(inner.asked) == 1
    assert grounder.drop_counts == DropCounts(n_finds=1)


def test_doubling_ends_at_its_limit_even_if_the_signs_stay() -> None:
    def see(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
        return np.full(grid.shape, 0.5, np.float32), np.zeros(grid.shape, np.float32)

    inner = PatchGrounder(see)
    grounder = RefinedGrounder(inner, _ONLY)
    grounder.find(grounder.look(screen(size_px=(560, 560))), "red", keep_fraction=0.1)
    assert inner.asked == [("red", 0.1), ("red", 0.2), ("red", 0.4)]
    assert grounder.drop_counts.n_looked_again == 1


def test_what_was_found_is_not_lost_by_looking_at_more() -> None:
    def see(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
        scores = np.full(grid.shape, 0.5, np.float32)
        relevance = np.zeros(grid.shape, np.float32)
        relevance[0, 0], relevance[-1, -1] = 0.3, 0.9  # the better one is dropped at first
        return scores, relevance

    grounder = RefinedGrounder(PatchGrounder(see), _ONLY)
    look = grounder.look(screen())
    few = grounder.find(look, "red", keep_fraction=0.1)
    more = grounder.find(look, "red", keep_fraction=0.6)
    assert few.point == pytest.approx((14, 14))  # a tenth, doubled twice, does not reach the last row
    assert more.point == pytest.approx((546, 406))

import pickle
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from model.calibration import Calibration
from model.errors import LookExpiredError
from model.grounder import Grounder
from model.ocr.grounder import OcrGrounder
from model.patches import PatchGrid
from model.refine.config import RefineConfig
from model.refine.grounder import RefinedGrounder, refined
from model.refine.report import SecondLookKind
from model.refine.signals import FEATURES
from tests.fakes.patch_grounder import Map, PatchGrounder, Picture
from tests.model.ocr import drawing
from tests.model.refine.scenes import screen, see_colours

_SMALL = (553, 399, 563, 405)
_SIZE_PX = (1120, 840)


def _calibration(*, threshold: float, model: str = "patches") -> Calibration:
    """Log-odds 4·(score − 0.5): 0.5 at a score of 0.5."""
    weights = tuple(4.0 * (name == "score") for name in FEATURES)
    n = len(FEATURES)
    return Calibration(
        model=model,
        features=FEATURES,
        bias=0.0,
        weights=weights,
        means=(0.5,) * n,
        scales=(1.0,) * n,
        threshold=threshold,
    )


def test_it_is_a_grounder_and_passes_on() -> None:
    inner = PatchGrounder(see_colours)
    grounder: Grounder = RefinedGrounder(inner)
    picture = screen(red=(112, 112, 224, 196))
    look = grounder.look(picture)
    assert grounder.info == inner.info
    assert (grounder.score(look, "red").scores == inner.score(look, "red").scores).all()
    assert grounder.read(look) == ()
    grounder.close()
    assert inner.is_closed


def test_the_report_crosses_a_pipe_and_is_shown() -> None:
    grounder = RefinedGrounder(PatchGrounder(see_colours))
    found = grounder.find(grounder.look(screen(red=_SMALL, size_px=_SIZE_PX)), "red")
    back = pickle.loads(pickle.dumps(found))
    assert back.refinement == found.refinement
    shown = found.to_json()["refinement"]
    assert [look["kind"] for look in shown["looks"]] == ["phrasings", "zoom"]
    assert shown["signals"]["crop_agreement"] == 1.0
    assert found.refinement is not None
    assert len(found.refinement.lines()) == 2
    assert found.timings.point >= sum(look.cost_ms for look in found.refinement.looks)


def test_a_plain_answer_says_nothing_about_second_looks() -> None:
    inner = PatchGrounder(see_colours)
    assert "refinement" not in inner.find(inner.look(screen(red=_SMALL)), "red").to_json()


def test_no_second_look_begins_after_the_time_is_up() -> None:
    seconds = count()  # each reading of the clock is a second later
    config = RefineConfig(budget_ms=1500)
    inner = PatchGrounder(see_colours)
    grounder = RefinedGrounder(inner, config, clock=lambda: float(next(seconds)))
    found = grounder.find(grounder.look(screen(red=_SMALL, size_px=_SIZE_PX)), "red")
    assert found.refinement is not None
    assert [look.kind for look in found.refinement.looks] == [SecondLookKind.PHRASINGS]
    assert found.refinement.skipped == (SecondLookKind.ZOOM,)
    assert len(inner.sizes_px) == 1


def test_crops_do_not_make_the_last_four_looks_expire() -> None:
    grounder = RefinedGrounder(PatchGrounder(see_colours, n_looks=4), RefineConfig(is_thorough=True, context_cells=2))
    looks = [grounder.look(screen(red=(112 + 28 * i, 112, 122 + 28 * i, 118))) for i in range(4)]
    for _ in range(2):
        for i, look in enumerate(looks):
            found = grounder.find(look, "red")
            assert found.point == pytest.approx((117 + 28 * i, 115), abs=6)
            assert grounder.score(look, "red").scores.any()


def test_an_older_look_is_expired() -> None:
    grounder = RefinedGrounder(PatchGrounder(see_colours))
    first = grounder.look(screen())
    for _ in range(4):
        grounder.look(screen())
    with pytest.raises(LookExpiredError):
        grounder.find(first, "red")


def test_all_looks_can_be_switched_off() -> None:
    config = RefineConfig(has_more_cells=False, has_phrasings=False, has_zoom=False, has_verifier=False)
    inner = PatchGrounder(see_colours)
    grounder = RefinedGrounder(inner, replace(config, is_thorough=True))
    look = grounder.look(screen(red=_SMALL, size_px=_SIZE_PX))
    plain, found = inner.find(look, "red"), grounder.find(look, "red")
    assert found.candidates == plain.candidates
    assert found.refinement is not None
    assert found.refinement.looks == ()


def _see_palely(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
    scores, relevance = see_colours(picture, grid, instruction)
    return scores, 0.4 * relevance


@pytest.mark.parametrize(("threshold", "is_rejected"), [(0.45, True), (0.3, False)])
def test_what_scores_below_the_threshold_is_refused(threshold: float, is_rejected: bool) -> None:
    config = RefineConfig(has_phrasings=False, has_zoom=False)
    grounder = RefinedGrounder(PatchGrounder(_see_palely), config, calibration=_calibration(threshold=threshold))
    found = grounder.find(grounder.look(screen(red=(112, 112, 224, 196))), "red")
    expected = 1 / (1 + np.exp(0.4))
    assert found.is_rejected is is_rejected
    assert found.score == pytest.approx(expected)
    assert found.candidates[0].score == pytest.approx(expected)
    assert found.refinement is not None
    assert found.refinement.probability == pytest.approx(expected)


def test_nothing_to_refuse_stays_a_rejection() -> None:
    grounder = RefinedGrounder(PatchGrounder(see_colours), calibration=_calibration(threshold=0.0))
    assert grounder.find(grounder.look(screen()), "red").is_rejected


def test_a_calibration_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="says nothing about patches"):
        RefinedGrounder(PatchGrounder(see_colours), calibration=_calibration(threshold=0.5, model="ocr"))


@pytest.mark.parametrize("wrong", [{"zoom": 0.5}, {"max_crop_px": 0}, {"budget_ms": -1.0}])
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"zoom|negative"):
        RefineConfig(**wrong)  # type: ignore[arg-type]


@pytest.fixture
def ocr() -> Iterator[RefinedGrounder]:
    grounder = refined(OcrGrounder(), RefineConfig(is_thorough=True, budget_ms=60_000, context_cells=3))
    yield grounder
    grounder.close()


def test_the_ocr_matcher_looks_twice_at_a_real_program(ocr: RefinedGrounder) -> None:
    look = ocr.look(drawing.golden("replace-dialog"))
    found = ocr.find(look, "the Find and Replace button")
    assert found.point is not None
    assert 311 < found.point[0] < 466
    assert 316 < found.point[1] < 352
    assert found.refinement is not None
    assert {look.kind for look in found.refinement.looks} == {
        SecondLookKind.MORE_CELLS,
        SecondLookKind.PHRASINGS,
        SecondLookKind.ZOOM,
        SecondLookKind.VERIFIER,
    }
    signals = found.refinement.signals
    assert signals.keep_agreement == signals.crop_agreement == signals.phrasing_agreement == 1.0
    assert signals.verifier_score is not None
    assert signals.verifier_score > 0.8
    absent = ocr.find(look, "the Frobnicate button")
    assert absent.is_rejected

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Candidate
from model.ocr.grounder import OcrGrounder
from model.refine.config import RefineConfig
from model.refine.grounder import RefinedGrounder
from model.refine.reading_verifier import ReadingVerifier
from model.refine.report import SecondLookKind
from model.refine.verifier import MARKER_RGB, marked_crop, rerank
from tests.fakes.patch_grounder import PatchGrounder, Picture
from tests.model.ocr import drawing
from tests.model.refine.scenes import grounding, see_colours
from tests.model.refine.scenes import screen as coloured

_A = Candidate(x=70, y=70, score=0.7, label="a")
_B = Candidate(x=200, y=70, score=0.68, label="b")
_C = Candidate(x=70, y=200, score=0.5, label="c")


class PrefersRight:
    """A verifier that likes what is further to the right."""

    def __init__(self) -> None:
        self.is_closed = False

    def verify(self, image: NDArray[np.uint8], instruction: str, candidate: Candidate) -> float:
        return candidate.x / image.shape[1]

    def close(self) -> None:
        self.is_closed = True


def test_the_verifier_changes_the_order_and_the_point() -> None:
    outcome = rerank(grounding(_A, _B, _C), [0.1, 0.9], 0.5)
    assert [c.label for c in outcome.found.candidates] == ["b", "a", "c"]
    assert outcome.found.point == (200, 70)
    assert outcome.found.score == 0.7
    scores = [c.score for c in outcome.found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert outcome.verifier_score == 0.9


def test_a_verifier_that_agrees_leaves_the_answer_alone() -> None:
    found = grounding(_A, _B)
    outcome = rerank(found, [0.9, 0.1], 0.5)
    assert outcome.found is found
    assert outcome.agreement == 1.0


def test_a_rejection_is_not_turned_by_a_preference() -> None:
    found = grounding(_A, _B, is_rejected=True)
    outcome = rerank(found, [0.1, 0.9], 0.5)
    assert outcome.found is found
    assert outcome.verifier_score == 0.1


def test_a_toss_up_is_shown_to_the_verifier() -> None:
    config = RefineConfig(has_more_cells=False, has_phrasings=False, has_zoom=False)
    verifier = PrefersRight()
    grounder = RefinedGrounder(PatchGrounder(see_colours), config, verifier=verifier)
    picture = coloured(red=(28, 28, 84, 84))
    picture[28:84, 420:476] = (255, 0, 0)
    found = grounder.find(grounder.look(picture), "red")
    assert found.point == pytest.approx((448, 56))
    assert found.refinement is not None
    assert found.refinement.looks[0].kind is SecondLookKind.VERIFIER
    assert found.refinement.first_point == pytest.approx((56, 56))
    assert found.refinement.signals.verifier_score == pytest.approx(448 / 560)
    grounder.close()
    assert verifier.is_closed


def test_the_marker_rings_the_point_and_leaves_it_free() -> None:
    picture = drawing.screen(900, 700)
    before = picture.copy()
    crop = marked_crop(picture, Candidate(x=400, y=300, score=1.0), side_px=200)
    assert crop.shape == (200, 200, 3)
    is_marked = (crop == MARKER_RGB).all(axis=2)
    rows, cols = np.nonzero(is_marked)
    assert (rows.mean(), cols.mean()) == pytest.approx((100, 100), abs=0.5)
    assert np.hypot(rows - 100, cols - 100).min() > 10
    assert (crop[95:106, 95:106] == before[295:306, 395:406]).all()
    assert (picture == before).all()


@pytest.mark.parametrize("point", [(0, 0), (899, 699), (3, 690)])
def test_the_marker_at_the_rim_is_where_the_point_is(point: tuple[float, float]) -> None:
    picture = drawing.screen(900, 700)
    crop = marked_crop(picture, Candidate(x=point[0], y=point[1], score=1.0), side_px=200)
    assert crop.shape == (200, 200, 3)
    corner = (0 if point[0] < 100 else 199, 0 if point[1] < 100 else 199)
    rows, cols = np.nonzero((crop == MARKER_RGB).all(axis=2))
    assert np.hypot(cols - corner[0], rows - corner[1]).max() < 30


def test_a_small_screen_is_shown_whole() -> None:
    assert marked_crop(drawing.screen(120, 90), Candidate(x=60, y=45, score=1.0)).shape == (90, 120, 3)


@pytest.fixture
def ocr() -> Iterator[OcrGrounder]:
    grounder = OcrGrounder()
    yield grounder
    grounder.close()


@pytest.fixture
def two_buttons() -> Picture:
    picture = drawing.screen(900, 500)
    for x, text in ((100, "Cancel"), (600, "Save")):
        drawing.frame(picture, (x, 200, x + 120, 240))
        drawing.write(picture, text, x + 30, 210)
    return picture


def test_reading_tells_the_right_candidate_from_the_wrong_one(ocr: OcrGrounder, two_buttons: Picture) -> None:
    verifier = ReadingVerifier(lambda: ocr, is_shared=True)
    right = verifier.verify(two_buttons, "the Save button", Candidate(x=660, y=220, score=0.5))
    wrong = verifier.verify(two_buttons, "the Save button", Candidate(x=160, y=220, score=0.5))
    beside = verifier.verify(two_buttons, "the Save button", Candidate(x=800, y=220, score=0.5))
    verifier.close()
    assert right > 0.8
    assert wrong < 0.5
    assert beside < 0.5
    assert ocr.look(two_buttons).grid.width_px == 900, "a shared reader stays open"


def test_the_reader_puts_a_colour_blind_grounder_right(ocr: OcrGrounder, two_buttons: Picture) -> None:
    found = grounding(Candidate(x=160, y=220, score=0.62), Candidate(x=660, y=220, score=0.6))
    verifier = ReadingVerifier(lambda: ocr, is_shared=True)
    verified = [verifier.verify(two_buttons, "Save", candidate) for candidate in found.candidates]
    assert rerank(found, verified, 0.5).found.point == (660, 220)


def test_a_reader_of_its_own_is_opened_late_and_closed() -> None:
    opened: list[PatchGrounder] = []

    def open_reader() -> PatchGrounder:
        opened.append(PatchGrounder(see_colours))
        return opened[-1]

    verifier = ReadingVerifier(open_reader)
    verifier.close()
    assert not opened
    whole = Candidate(x=168, y=154, score=1, bbox=(112, 112, 224, 196))
    assert verifier.verify(coloured(red=(112, 112, 224, 196)), "red", whole) > 0.9
    verifier.close()
    assert [reader.is_closed for reader in opened] == [True]

"""The OCR matcher behind the grounder's door, with a reader that knows its pages."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.errors import InputError, LookExpiredError, ModelLoadError
from model.grounder import ElementKind
from model.ocr.grounder import OcrGrounder
from model.ocr.meaning import TextEncoder
from model.ocr.page import Page
from tests.model.ocr import pages

_ENCODER = TextEncoder()


class PageReader:
    """Reads the same page off every picture."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.n_read = 0

    def read(self, image: NDArray[np.uint8]) -> Page:
        self.n_read += 1
        return self.page

    def close(self) -> None:
        self.n_read = -1


def _picture(value: int = 200, width: int = 1280, height: int = 800) -> NDArray[np.uint8]:
    return np.full((height, width, 3), value, np.uint8)


@pytest.fixture
def reader() -> PageReader:
    return PageReader(pages.save_dialog())


@pytest.fixture
def grounder(reader: PageReader) -> OcrGrounder:
    return OcrGrounder(reader, _ENCODER)


def test_finds_with_everything_filled_in(grounder: OcrGrounder) -> None:
    look = grounder.look(_picture())
    found = grounder.find(look, "the Name field", keep_fraction=0.1)
    assert not found.is_rejected
    assert found.point == (650.0, 205.0)
    assert found.candidates[0].bbox == (460, 190, 840, 220)
    assert found.n_kept == int(0.1 * look.grid.n_cells)
    assert found.scored.keep_mask[look.grid.cell_at(*found.point)]
    assert found.pointer_probs.sum() == pytest.approx(1.0, abs=1e-4)
    assert np.unravel_index(found.pointer_probs.argmax(), look.grid.shape) == look.grid.cell_at(*found.point)
    assert found.timings.encode > 0
    assert found.timings.score > 0


def test_the_smallest_keep_fraction_keeps_the_point(grounder: OcrGrounder) -> None:
    look = grounder.look(_picture())
    found = grounder.find(look, "Cancel", keep_fraction=0.0001)
    assert found.n_kept == 1
    assert found.point is not None
    assert found.scored.keep_mask[look.grid.cell_at(*found.point)]


def test_rejects_with_the_nearest_three(grounder: OcrGrounder) -> None:
    found = grounder.find(grounder.look(_picture()), "Defragment")
    assert found.is_rejected
    assert found.point is None
    assert len(found.candidates) <= 3
    assert all(candidate.score < 0.6 for candidate in found.candidates)


def test_the_same_picture_is_read_once(grounder: OcrGrounder, reader: PageReader) -> None:
    first, second = grounder.look(_picture()), grounder.look(_picture())
    assert (first.is_cached, second.is_cached) == (False, True)
    assert first.look_id == second.look_id
    assert reader.n_read == 1
    assert grounder.find(second, "Save").timings.encode == 0


def test_four_looks_stay_and_old_ones_expire(grounder: OcrGrounder) -> None:
    looks = [grounder.look(_picture(value)) for value in range(4)]
    for look in looks:
        grounder.find(look, "Save")
    for value in range(10, 20):
        grounder.look(_picture(value))
    with pytest.raises(LookExpiredError):
        grounder.find(looks[0], "Save")


def test_scores_follow_what_is_typed(grounder: OcrGrounder) -> None:
    look = grounder.look(_picture())
    cancel = look.grid.cell_at(800, 591)
    assert not grounder.score(look, "").scores.any()
    for typed in ("Can", "Canc", "Cancel"):
        scored = grounder.score(look, typed)
        assert scored.scores.max() <= 1.0
        assert scored.scores[cancel] > 0.5
        assert scored.keep_mask[cancel]


@pytest.mark.parametrize("instruction", ["", "   ", "x" * 100_000])
def test_bad_instructions_are_refused(grounder: OcrGrounder, instruction: str) -> None:
    look = grounder.look(_picture())
    with pytest.raises(InputError):
        grounder.find(look, instruction)
    grounder.score(look, instruction)


@pytest.mark.parametrize("shape", [(0, 0, 3), (800, 1280), (800, 1280, 4), (4, 1280, 3)])
def test_what_is_no_screen_is_refused(grounder: OcrGrounder, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError):
        grounder.look(np.zeros(shape, np.uint8))


def test_an_empty_page_rejects() -> None:
    empty = Page(width_px=1280, height_px=800, lines=(), controls=())
    grounder = OcrGrounder(PageReader(empty), _ENCODER)
    look = grounder.look(_picture())
    for instruction in ("Save", "the first checkbox", "the text area", "the field next to Name", "close the window"):
        found = grounder.find(look, instruction)
        assert found.is_rejected
        assert found.pointer_probs.sum() == 0
    assert grounder.read(look) == ()


def test_reads_elements_in_reading_order(grounder: OcrGrounder) -> None:
    elements = grounder.read(grounder.look(_picture()))
    texts = [element.text for element in elements]
    assert texts[:5] == ["File", "Edit", "Search", "Options", "Help"]
    assert ElementKind.BUTTON in {element.kind for element in elements}


def test_the_digest_names_the_files(grounder: OcrGrounder) -> None:
    assert len(grounder.info.digest) == 64
    assert grounder.info == OcrGrounder(PageReader(pages.editor()), _ENCODER).info


def test_missing_encoder_files_are_named(tmp_path: object) -> None:
    from pathlib import Path

    with pytest.raises(ModelLoadError, match="text encoder"):
        TextEncoder(Path(str(tmp_path)))

"""The grounder keeps its promises whatever its networks learned: here they learned nothing."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.errors import InputError, LookExpiredError
from model.grounder import load_grounder
from model.nano.files import MANIFEST
from model.nano.grounder import NanoGrounder
from model.packing import Packing
from model.pictures import load_picture
from tests.reference import screenshot


@pytest.fixture(scope="module")
def image() -> NDArray[np.uint8]:
    return load_picture(screenshot("editor_640x400"))


@pytest.fixture(scope="module")
def grounder(folder: Path) -> NanoGrounder:
    return NanoGrounder(folder)


@pytest.mark.parametrize("keep_fraction", [None, 1.0, 0.3, 0.01])
def test_an_answer_is_whole(grounder: NanoGrounder, image: NDArray[np.uint8], keep_fraction: float | None) -> None:
    look = grounder.look(image)
    grounding = grounder.find(look, "the second button next to Save", keep_fraction=keep_fraction)
    assert grounding.grid.shape == (25, 40)
    assert grounding.n_kept <= (keep_fraction or 0.1) * grounding.grid.n_cells
    assert np.isclose(grounding.pointer_probs.sum(), 1, atol=1e-5)
    assert not grounding.pointer_probs[~grounding.scored.keep_mask].any()
    assert 0 < grounding.score <= 1
    assert 1 <= len(grounding.candidates) <= 9
    for candidate in grounding.candidates:
        assert 0 <= candidate.x < 640
        assert 0 <= candidate.y < 400


def test_flat_cells_are_never_kept(grounder: NanoGrounder) -> None:
    image = np.full((160, 320, 3), 200, np.uint8)
    image[70:90, 100:140] = 20
    look = grounder.look(image)
    kept = grounder.find(look, "Save", keep_fraction=1.0).scored.keep_mask
    is_flat = np.ones(kept.shape, np.bool_)
    is_flat[4:6, 6:9] = False
    boxes = [element.bbox for element in grounder.read(look)]
    for box in boxes:  # what was taken for an element is content
        rows, cols = look.grid.span_of(box)
        is_flat[rows, cols] = False
    assert kept.any()
    assert not kept[is_flat].any()


def test_on_an_empty_screen_nothing_is_found(grounder: NanoGrounder) -> None:
    look = grounder.look(np.full((96, 96, 3), 255, np.uint8))
    if not grounder.read(look):
        grounding = grounder.find(look, "Save")
        assert grounding.is_rejected
        assert grounding.score == 0
        assert grounding.candidates == ()


def test_the_same_picture_is_encoded_once(grounder: NanoGrounder, image: NDArray[np.uint8]) -> None:
    first, second = grounder.look(image), grounder.look(image.copy())
    assert second.is_cached
    assert first.look_id == second.look_id


@pytest.mark.parametrize("packing", list(Packing))
def test_every_packing_answers(grounder: NanoGrounder, image: NDArray[np.uint8], packing: Packing) -> None:
    look = grounder.look(image)
    grounding = grounder.find_packed(look, "Save", keep_fraction=0.2, packing=packing)
    assert np.isclose(grounding.pointer_probs.sum(), 1, atol=1e-5)


def test_scores_follow_what_is_typed(grounder: NanoGrounder, image: NDArray[np.uint8]) -> None:
    look = grounder.look(image)
    assert not grounder.score(look, " ").scores.any()
    scores = grounder.score(look, "Sav").scores
    assert scores.shape == look.grid.shape
    assert 0 <= scores.min() <= scores.max() <= 1


def test_wrong_input_is_refused(grounder: NanoGrounder, image: NDArray[np.uint8]) -> None:
    look = grounder.look(image)
    with pytest.raises(InputError, match="empty"):
        grounder.find(look, "  ")
    with pytest.raises(InputError, match="keep fraction"):
        grounder.find(look, "Save", keep_fraction=0.0)


def test_a_closed_grounder_has_forgotten(folder: Path, image: NDArray[np.uint8]) -> None:
    grounder = NanoGrounder(folder)
    look = grounder.look(image)
    grounder.close()
    with pytest.raises(LookExpiredError):
        grounder.find(look, "Save")


def test_a_folder_with_a_manifest_is_loaded_by_its_name(folder: Path, image: NDArray[np.uint8]) -> None:
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    loaded = load_grounder(str(folder))
    assert loaded.info.name == str(folder)
    assert loaded.find(loaded.look(image), "Save").scored.keep_mask.any()
    loaded.close()

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QImage

from app.heatmap import lent_fonts
from app.word_panels import MAX_PANELS, draw_word_panels, save_word_panels
from model.grounder import Grounding, WordScore
from tests.app.fakes import make_grounding

_HEIGHT, _WIDTH = 600, 800


@pytest.fixture(scope="module")
def grounding() -> Grounding:
    return make_grounding()


def _words(grounding: Grounding, *names: str) -> list[WordScore]:
    """Each lights some rows of cells, one word below the other."""
    words = []
    for idx, name in enumerate(names):
        scores = np.full(grounding.grid.shape, 0.4, np.float32)
        scores[10 * idx + 10 : 10 * idx + 20] = 0.6
        words.append(WordScore(word=name, share=1 / len(names), scores=scores))
    return words


def _pixels(sheet: QImage) -> np.ndarray:
    """[height, width, 3] RGB."""
    view = np.frombuffer(sheet.constBits(), np.uint8).reshape(sheet.height(), -1, 4)[:, : sheet.width(), 2::-1]
    return view.astype(int)


def test_each_word_gets_a_panel_with_its_own_heat(grounding: Grounding) -> None:
    image = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    with lent_fonts():
        below = _pixels(draw_word_panels(image, grounding, _words(grounding, "Save", "now", "please")))[_HEIGHT:]
    warmth = below[..., 0] - below[..., 2]
    thirds = [warmth[:, start : start + _WIDTH // 3] for start in (0, _WIDTH // 3, 2 * _WIDTH // 3)]
    hottest = [int(third.sum(axis=1).argmax()) for third in thirds]
    assert all(third.max() > 60 for third in thirds)
    assert hottest[0] < hottest[1] < hottest[2]


def test_the_answer_stays_above_as_it_is_drawn_elsewhere(grounding: Grounding, tmp_path: Path) -> None:
    image = np.full((_HEIGHT, _WIDTH, 3), 200, np.uint8)
    save_word_panels(tmp_path / "words.png", image, grounding, _words(grounding, "Save"))
    with Image.open(tmp_path / "words.png") as sheet:
        assert sheet.width == _WIDTH
        assert sheet.height > _HEIGHT
        above = np.asarray(sheet.convert("RGB"))[:_HEIGHT]
    assert (above != 200).any()


@given(
    n_words=st.integers(1, 60),
    width=st.integers(8, 900),
    height=st.integers(8, 900),
    word=st.text(min_size=1, max_size=300),
)
@settings(max_examples=15, deadline=None)
def test_any_number_of_any_words_on_any_picture_can_be_drawn(n_words: int, width: int, height: int, word: str) -> None:
    grounding = make_grounding()
    words = [WordScore(word=word, share=1 / n_words, scores=np.ones(grounding.grid.shape, np.float32))] * n_words
    image = np.zeros((height, width, 3), np.uint8)
    with lent_fonts():
        sheet = draw_word_panels(image, grounding, words)
        fuller = draw_word_panels(image, grounding, words[:1] * max(n_words, MAX_PANELS))
    assert sheet.width() >= width
    assert height < sheet.height() <= fuller.height()


def test_a_file_that_cannot_be_written_is_an_error(grounding: Grounding, tmp_path: Path) -> None:
    image = np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)
    with pytest.raises(OSError, match="cannot be written"):
        save_word_panels(tmp_path / "missing" / "words.png", image, grounding, _words(grounding, "Save"))

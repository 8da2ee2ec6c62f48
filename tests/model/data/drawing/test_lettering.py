import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.drawing.fonts import FontRole, FontShelf, find_fonts
from model.data.drawing.lettering import Lettering, TextStyle, draw_text
from model.errors import InputError


def _style(lettering: Lettering = Lettering.HINTED, size_px: int = 14) -> TextStyle:
    family = find_fonts().by_role[FontRole.SANS][0]
    return TextStyle(file=family.regular, size_px=size_px, lettering=lettering)


@pytest.mark.parametrize("lettering", Lettering)
@pytest.mark.parametrize("size_px", [9, 14, 40])
def test_the_box_of_a_text_is_tight(lettering: Lettering, size_px: int) -> None:
    ink = draw_text("Save as", _style(lettering, size_px))
    assert ink.box is not None
    x1, y1, x2, y2 = ink.box
    flat = ink.alpha if ink.alpha.ndim == 2 else ink.alpha.max(axis=2)
    inside = flat[y1 - ink.top : y2 - ink.top, x1 - ink.left : x2 - ink.left]
    assert min(inside[0].max(), inside[-1].max(), inside[:, 0].max(), inside[:, -1].max()) >= 64
    assert flat.sum() - inside.sum() < 0.15 * flat.sum()
    assert 0.5 * size_px < y2 - y1 < 1.5 * size_px


def test_only_fringes_have_colours() -> None:
    assert draw_text("Save", _style(Lettering.FRINGED)).alpha.ndim == 3
    assert draw_text("Save", _style(Lettering.SMOOTH)).alpha.ndim == 2
    assert set(np.unique(draw_text("Save", _style(Lettering.BARE)).alpha)) <= {0, 255}


def test_a_space_has_no_ink() -> None:
    assert draw_text(" ", _style()).box is None


@given(text=st.text("abcdefg Hijkl", min_size=1, max_size=60), width_px=st.integers(0, 300))
def test_what_is_fitted_fits_and_begins_alike(text: str, width_px: int) -> None:
    style = _style()
    fitted = style.fitted(text, width_px)
    assert fitted == "" or style.width_px(fitted) <= width_px
    assert text.startswith(fitted.removesuffix("…"))
    if style.width_px(text) <= width_px:
        assert fitted == text


def test_without_a_font_nothing_can_be_drawn() -> None:
    with pytest.raises(InputError, match="no font"):
        FontShelf(())


def test_bold_is_another_file_where_there_is_one() -> None:
    shelf = find_fonts()
    families = [shelf.choose(random.Random(seed), FontRole.SANS) for seed in range(30)]
    assert any(family.bold != family.regular for family in families)

import numpy as np
from numpy.typing import NDArray

from model.data.collect.ink import crosses_side, ink_in, is_blank


def _paper() -> NDArray[np.uint8]:
    return np.full((40, 100, 3), 230, np.uint8)


def test_the_outline_of_strokes_is_found() -> None:
    pixels = _paper()
    pixels[10:20, 30:50] = 0
    assert ink_in(pixels, (20, 5, 60, 30)).box == (30, 10, 50, 20)
    assert ink_in(pixels, (20, 5, 60, 30), inset_px=3).box == (30, 10, 50, 20)


def test_nothing_is_drawn_on_paper_or_outside_of_the_picture() -> None:
    assert not ink_in(_paper(), (0, 0, 100, 40)).is_there
    assert not ink_in(_paper(), (200, 0, 240, 10)).is_there
    assert is_blank(_paper(), (0, 0, 100, 40))
    assert is_blank(_paper(), (200, 0, 240, 10))


def test_a_faint_frame_is_something() -> None:
    pixels = _paper()
    pixels[5, 10:90] = 215
    assert not is_blank(pixels, (10, 5, 90, 30))
    assert not ink_in(pixels, (10, 5, 90, 30)).is_there


def test_a_square_of_ink_is_no_text_on_a_button() -> None:
    pixels = _paper()
    pixels[10:26, 30:46] = 0
    ink = ink_in(pixels, (20, 5, 60, 30))
    assert ink.can_be("Cut", is_button=False)
    assert not ink.can_be("Cut", is_button=True)
    assert not ink.can_be("Preferences", is_button=False)
    assert not ink.can_be("Cut", is_button=False, scale=2.0)


def test_strokes_that_go_on_over_the_side_are_noticed() -> None:
    pixels = _paper()
    pixels[15:18, 30:60] = 0
    assert crosses_side(pixels, (40, 5, 80, 30))
    assert crosses_side(pixels, (10, 5, 50, 30))
    assert not crosses_side(pixels, (20, 5, 80, 30))


def test_the_edge_of_a_cell_is_no_stroke() -> None:
    pixels = _paper()
    pixels[:, 40:] = 30  # the next column is dark
    assert not crosses_side(pixels, (10, 5, 40, 30))

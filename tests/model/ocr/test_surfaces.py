"""Rectangles and ink on drawn pictures, where every pixel is known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.ocr.surfaces import take_apart
from tests.model.ocr.drawing import frame, screen, write


@given(left=st.integers(10, 100), top=st.integers(10, 60), width=st.integers(30, 180), height=st.integers(16, 60))
def test_a_drawn_rectangle_is_found_to_the_pixel_or_two(left: int, top: int, width: int, height: int) -> None:
    picture = screen(320, 160)
    frame(picture, (left, top, left + width, top + height))
    boxes = [surface.bbox for surface in take_apart(picture).surfaces]
    wanted = (left, top, left + width, top + height)
    assert any(all(abs(a - b) <= 2 for a, b in zip(box, wanted, strict=True)) for box in boxes)


def test_outlines_are_no_ink_but_letters_in_them_are() -> None:
    picture = screen(200, 80)
    frame(picture, (20, 20, 120, 52))
    assert not take_apart(picture).ink.any()
    left, top, right, bottom = write(picture, "Apply", 48, 26)
    ink = take_apart(picture).ink
    rows, cols = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert abs(cols[0] - left) <= 2
    assert abs(cols[-1] - right) <= 2
    assert top - 2 <= rows[0] < rows[-1] <= bottom + 2


def test_a_separator_is_no_ink() -> None:
    picture = screen(300, 60)
    picture[30, 10:290] = 180
    assert not take_apart(picture).ink[:, 12:288].any()


def test_only_photographs_are_rough() -> None:
    picture = screen(640, 320)
    for y in range(10, 300, 15):
        write(picture, "Rather dense text, line after line", 10, y, size_px=13)
    picture[:, 384:] = np.random.default_rng(0).integers(0, 256, (320, 256, 3), dtype=np.uint8)
    rough = take_apart(picture).rough
    assert not rough[:, :384].any()
    assert rough[32:288, 416:608].all()

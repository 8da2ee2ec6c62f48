"""An icon is cut out the same way whatever its size, place, ground and frame."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.nano.glyphs import GLYPH_PX, cut_glyphs


def _button(side: int, *, margin: int, light: bool = True, rim: bool = False) -> NDArray[np.uint8]:
    """A triangle of a size on a button."""
    ground, ink = (235, 40) if light else (40, 235)
    whole = side + 2 * margin
    image = np.full((whole, whole, 3), ground, np.uint8)
    if rim:
        cv2.rectangle(image, (0, 0), (whole - 1, whole - 1), (150, 150, 150), 1)
    corners = [(margin, margin + side - 1), (margin + side - 1, margin + side - 1), (margin + side // 2, margin)]
    cv2.fillPoly(image, [np.array(corners, np.int32)], (ink, ink, ink))
    return image


def _glyph(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = image.shape[:2]
    return cut_glyphs(image, [(0, 0, width, height)])[0]


WANTED = _glyph(_button(64, margin=16))


@pytest.mark.parametrize("margin", [3, 8, 14])
@pytest.mark.parametrize("side", [16, 24, 48])
@pytest.mark.parametrize("rim", [False, True])
def test_size_margin_and_rim_do_not_matter(side: int, margin: int, rim: bool) -> None:
    assert np.abs(_glyph(_button(side, margin=margin, rim=rim)) - WANTED).mean() < 0.08


def test_a_dark_theme_turns_the_sign() -> None:
    assert np.abs(_glyph(_button(64, margin=16, light=False)) + WANTED).mean() < 0.02


def test_a_circle_at_the_edge_is_no_frame() -> None:
    image = np.full((24, 24, 3), 255, np.uint8)
    cv2.circle(image, (11, 11), 11, (0, 0, 0), 1)
    cv2.line(image, (6, 11), (16, 11), (0, 0, 0), 2)
    glyph = _glyph(image)
    assert np.abs(glyph[GLYPH_PX // 2, :4]).max() > 0.5


def test_a_slope_from_top_to_foot_is_ground() -> None:
    flat = _button(32, margin=16)
    slope = np.linspace(-14, 14, len(flat))[:, None, None] * (flat > 100)
    assert np.abs(_glyph((flat + slope).clip(0, 255).astype(np.uint8)) - WANTED).mean() < 0.06


@pytest.mark.parametrize("side", ["left", "top", "right", "foot"])
def test_an_edge_of_the_button_inside_of_the_box_is_left_out(side: str) -> None:
    image = _button(24, margin=14)
    last = len(image) - 4
    ends = {
        "left": ((3, 0), (3, 60)),
        "top": ((0, 3), (60, 3)),
        "right": ((last, 0), (last, 60)),
        "foot": ((0, last), (60, last)),
    }
    cv2.line(image, *ends[side], (120, 120, 120), 1)
    assert np.abs(_glyph(image) - WANTED).mean() < 0.08


def test_what_stands_beside_the_icon_is_left_out() -> None:
    image = _button(24, margin=14)
    cv2.circle(image, (len(image) + 2, 20), 8, (40, 40, 40), -1)
    assert np.abs(_glyph(image) - WANTED).mean() < 0.08


def test_bars_of_one_width_stay_together() -> None:
    image = np.full((40, 40, 3), 240, np.uint8)
    for top in (6, 18, 30):
        image[top : top + 2, 8:32] = 30
    rows = np.abs(_glyph(image)).max(axis=(1, 2)) > 0.3
    assert np.count_nonzero(np.diff(rows.astype(int)) == 1) + int(rows[0]) == 3


@pytest.mark.parametrize("box", [(5, 5, 5, 5), (-20, -20, -2, -2), (90, 90, 300, 300), (0, 0, 100, 100)])
def test_where_nothing_is_drawn_the_glyph_is_empty(box: tuple[float, float, float, float]) -> None:
    glyphs = cut_glyphs(np.full((100, 100, 3), 130, np.uint8), [box])
    assert glyphs.shape == (1, GLYPH_PX, GLYPH_PX, 3)
    assert not glyphs.any()

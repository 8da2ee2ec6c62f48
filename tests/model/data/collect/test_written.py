"""Texts drawn on paper, with and without other things around them."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.data.collect.written import text_box
from model.data.drawing.fonts import FontRole, find_fonts
from model.data.drawing.lettering import Lettering, TextStyle
from model.grounder import Box

STYLE = TextStyle(file=find_fonts().by_role[FontRole.SANS][0].regular, size_px=14, lettering=Lettering.HINTED)
BUTTON = (10, 10, 210, 50)


def _paper() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (240, 120), (240, 240, 240))
    return image, ImageDraw.Draw(image)


def _write(pen: ImageDraw.ImageDraw, x: int, y: int, text: str, size_px: int = 14) -> Box:
    """Writes a text and returns the outline of its strokes."""
    font = ImageFont.truetype(STYLE.file, size_px)
    pen.text((x, y), text, fill=(20, 20, 20), font=font)
    return tuple(map(float, pen.textbbox((x, y), text, font=font)))  # type: ignore[return-value] # four of them


def _find(image: Image.Image, text: str, inset_px: int = 3, reach_px: float = 200.0) -> Box | None:
    pixels: NDArray[np.uint8] = np.asarray(image)
    return text_box(pixels, BUTTON, text, STYLE, inset_px=inset_px, reach_px=reach_px)


@pytest.mark.parametrize("size_px", [13, 14, 15, 20])
def test_a_text_is_found_at_other_sizes_than_expected(size_px: int) -> None:
    image, pen = _paper()
    drawn = _write(pen, 40, 16, "Preferences", size_px)
    assert _find(image, "Preferences") == pytest.approx(drawn, abs=2.5)


def test_frames_icons_and_arrows_are_not_part_of_it() -> None:
    image, pen = _paper()
    pen.rectangle((10, 10, 209, 49), outline=(90, 90, 90))
    pen.line((180, 12, 180, 48), fill=(90, 90, 90))
    pen.ellipse((18, 20, 34, 36), fill=(200, 30, 30))
    pen.polygon(((188, 26), (200, 26), (194, 34)), fill=(20, 20, 20))
    drawn = _write(pen, 40, 18, "Open")
    assert _find(image, "Open") == pytest.approx(drawn, abs=2.5)


def test_a_text_under_an_icon_is_found() -> None:
    image, pen = _paper()
    pen.ellipse((96, 14, 112, 28), fill=(200, 30, 30))
    drawn = _write(pen, 80, 30, "Refresh")
    assert _find(image, "Refresh", inset_px=1) == pytest.approx(drawn, abs=2.5)


def test_the_line_under_a_key_is_not_part_of_it() -> None:
    image, pen = _paper()
    x1, y1, x2, y2 = _write(pen, 40, 18, "Next")
    pen.line((x1, y2 + 1, x1 + 8, y2 + 1), fill=(20, 20, 20))
    assert _find(image, "Next") == pytest.approx((x1, y1, x2, y2), abs=2.5)


@pytest.mark.parametrize("drawn", ["Paste", "Save as…", "Save Save", ""])
def test_another_text_or_none_is_not_taken_for_it(drawn: str) -> None:
    image, pen = _paper()
    _write(pen, 40, 18, drawn)
    assert _find(image, "Preferences") is None
    assert _find(image, "Save everything") is None


def test_a_word_in_the_shortcut_is_out_of_reach() -> None:
    image, pen = _paper()
    _write(pen, 120, 18, "Stop")
    assert _find(image, "Stop", reach_px=60) is None


def test_a_text_that_no_font_draws_is_nowhere() -> None:
    image, _ = _paper()
    assert _find(image, " ") is None

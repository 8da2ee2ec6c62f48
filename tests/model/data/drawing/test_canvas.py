import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.drawing.canvas import Canvas, disc, intersection
from model.data.drawing.colours import contrast, luminance, mix, readable_on

_EDGE = st.integers(-20, 60)
_COLOUR = st.tuples(*[st.integers(0, 255)] * 3)


@given(box=st.tuples(_EDGE, _EDGE, _EDGE, _EDGE), clip=st.tuples(_EDGE, _EDGE, _EDGE, _EDGE))
def test_nothing_is_painted_outside_of_box_and_clip(
    box: tuple[int, int, int, int], clip: tuple[int, int, int, int]
) -> None:
    canvas = Canvas(40, 30)
    with canvas.clipped(clip):
        canvas.fill(box, (255, 255, 255), radius=4)
    x1, y1, x2, y2 = intersection(intersection((0, 0, 40, 30), clip), box)
    canvas.pixels[y1:y2, x1:x2] = 0
    assert not canvas.pixels.any()


def test_round_corners_leave_the_ground_and_fill_the_rest() -> None:
    canvas = Canvas(40, 40)
    canvas.fill((0, 0, 40, 40), (200, 100, 50), radius=10)
    assert canvas.pixels[0, 0].max() == 0
    assert (canvas.pixels[0, 20] == (200, 100, 50)).all()
    assert (canvas.pixels[20, 20] == (200, 100, 50)).all()


def test_blending_is_the_mean_weighted_by_the_mask() -> None:
    canvas = Canvas(2, 1)
    canvas.fill((0, 0, 2, 1), (100, 100, 100))
    canvas.blend(0, 0, np.array([[255, 51]], np.uint8), (200, 0, 100))
    assert canvas.pixels[0].tolist() == [[200, 0, 100], [120, 80, 100]]


def test_a_disc_covers_the_area_of_a_circle() -> None:
    assert disc(40).sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)


@given(ground=_COLOUR, wish=_COLOUR)
def test_text_can_be_read_on_any_ground(ground: tuple[int, int, int], wish: tuple[int, int, int]) -> None:
    assert contrast(ground, readable_on(ground, wish, 3.0)) >= 3.0


def test_black_and_white_are_the_ends() -> None:
    assert (luminance((0, 0, 0)), luminance((255, 255, 255))) == (0.0, pytest.approx(1.0))
    assert mix((0, 0, 0), (255, 255, 255), 0.5) == (128, 128, 128)

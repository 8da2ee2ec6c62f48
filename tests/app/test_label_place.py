import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, QSizeF

from app.label_place import Detail, place_label

TARGET = QRectF(0, 0, 800, 600)
BOX = QRectF(300, 200, 100, 30)
SIZE = QSizeF(120, 24)


def stripes() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A white picture with something like text below the box."""
    pixels = np.full((600, 800, 3), 255, np.uint8)
    pixels[235:290, 250:450:8] = 0
    return pixels


def test_label_is_below_where_nothing_is_covered() -> None:
    empty = Detail.of(np.full((600, 800, 3), 255, np.uint8))
    for detail in (None, empty):
        assert place_label(SIZE, BOX, TARGET, gap=13, others=(), detail=detail).top() > BOX.bottom()


def test_label_does_not_cover_text() -> None:
    detail = Detail.of(stripes())
    place = place_label(SIZE, BOX, TARGET, gap=13, others=(), detail=detail)
    assert place.bottom() < BOX.top()
    assert detail.inside(place, TARGET) == 0.0


def test_label_does_not_cover_another_candidate() -> None:
    below = QRectF(300, 240, 100, 30)
    above = QRectF(300, 160, 100, 30)
    place = place_label(SIZE, BOX, TARGET, gap=13, others=(below, above), detail=None)
    assert not place.intersects(below)
    assert not place.intersects(above)
    assert not place.intersects(BOX)


@given(left=st.floats(-50, 800), top=st.floats(-50, 600), width=st.floats(1, 400), height=st.floats(1, 300))
def test_label_stays_inside_the_picture(left: float, top: float, width: float, height: float) -> None:
    place = place_label(SIZE, QRectF(left, top, width, height), TARGET, gap=13, others=(), detail=Detail.of(stripes()))
    assert TARGET.contains(place)

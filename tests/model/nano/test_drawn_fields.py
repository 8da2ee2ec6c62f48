"""Fields that were not seen are found by their frames."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.drawn_fields import with_drawn_fields
from model.nano.elements import SeenElement
from model.ocr.rects import area, shared_area

FIELD: Box = (100, 60, 420, 86)
BUTTON: Box = (440, 60, 520, 86)


@pytest.fixture
def form() -> NDArray[np.uint8]:
    image = np.full((200, 640, 3), 240, np.uint8)
    for x1, y1, x2, y2 in ((100, 60, 419, 85), (440, 60, 519, 85)):
        cv2.rectangle(image, (x1, y1), (x2, y2), (120, 120, 120), 1)
    image[61:85, 101:419] = 255
    return image


def _fields(elements: list[SeenElement]) -> list[Box]:
    return [element.bbox for element in elements if element.kind is ElementKind.FIELD]


def _is_same(box: Box, other: Box) -> bool:
    both = shared_area(box, other)
    return both > 0.8 * (area(box) + area(other) - both)


def test_an_empty_field_that_was_not_seen_is_found(form: NDArray[np.uint8]) -> None:
    button = SeenElement(bbox=BUTTON, kind=ElementKind.BUTTON, score=0.9)
    found = with_drawn_fields(form, (), [button])
    assert button in found
    (field,) = _fields(found)
    assert _is_same(field, FIELD)


def test_a_field_that_was_seen_stays_as_it_is(form: NDArray[np.uint8]) -> None:
    seen = [SeenElement(bbox=(96, 58, 410, 88), kind=ElementKind.FIELD, score=0.7)]
    assert _fields(with_drawn_fields(form, (), [*seen, _button()])) == [seen[0].bbox]


def test_a_piece_of_a_field_gives_way_to_the_whole(form: NDArray[np.uint8]) -> None:
    pieces = [
        SeenElement(bbox=(98, 58, 150, 86), kind=ElementKind.FIELD, score=0.9),
        SeenElement(bbox=(104, 62, 124, 84), kind=ElementKind.ICON, score=0.9),
    ]
    found = with_drawn_fields(form, (), [*pieces, _button()])
    assert pieces[1] in found
    (field,) = _fields(found)
    assert _is_same(field, FIELD)


def test_where_nothing_is_drawn_nothing_is_found() -> None:
    assert with_drawn_fields(np.full((120, 300, 3), 230, np.uint8), (), []) == []


def _button() -> SeenElement:
    return SeenElement(bbox=BUTTON, kind=ElementKind.BUTTON, score=0.9)

"""Fields and buttons are as large as they are drawn, however small the piece of them that was seen."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.elements import SeenElement
from model.nano.true_ends import with_true_ends

FIELD: Box = (100, 60, 520, 84)
EDGE = 1.01


def _window(*, text: str = "") -> NDArray[np.uint8]:
    image = np.full((160, 640, 3), 238, np.uint8)
    cv2.rectangle(image, (99, 59), (520, 84), (170, 170, 170), 1)
    image[60:84, 100:520] = 255
    cv2.rectangle(image, (540, 59), (600, 84), (170, 170, 170), 1)
    cv2.putText(image, text, (108, 77), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1)
    return image


def _seen(box: Box, kind: ElementKind = ElementKind.FIELD, score: float = 0.8) -> SeenElement:
    return SeenElement(bbox=box, kind=kind, score=score)


@pytest.mark.parametrize("text", ["", "report of the third year.txt"])
def test_pieces_of_a_field_are_one_as_large_as_it_is_drawn(text: str) -> None:
    pieces = [_seen((98, 58, 150, 86)), _seen((140, 61, 300, 83), score=0.9), _seen((420, 57, 523, 85))]
    (whole,) = with_true_ends(_window(text=text), pieces)
    assert all(abs(a - b) <= EDGE for a, b in zip(whole.bbox, FIELD, strict=True))
    assert whole.score == 0.9


def test_two_halves_of_a_key_are_one_and_its_neighbour_is_another() -> None:
    kind = ElementKind.BUTTON
    keys = [_seen((538, 60, 570, 84), kind), _seen((560, 60, 602, 86), kind), _seen((300, 60, 360, 84))]
    found = sorted(with_true_ends(_window(), keys), key=lambda element: element.bbox[0])
    assert [element.kind for element in found] == [ElementKind.FIELD, kind]


def test_what_has_no_edges_stays_as_it_was_seen() -> None:
    flat = [_seen((20, 110, 80, 134)), _seen((200, 20, 230, 44), ElementKind.BUTTON)]
    assert with_true_ends(_window(), flat) == flat


@pytest.mark.parametrize("box", [(0, 0, 640, 160), (630, 150, 640, 160), (-4, -4, 3, 3), (10, 10, 11, 11)])
def test_the_edge_of_the_picture_is_no_edge_of_a_field(box: Box) -> None:
    assert [element.bbox for element in with_true_ends(_window(), [_seen(box)])] == [box]


def test_icons_and_menus_are_left_alone() -> None:
    others = [_seen((110, 62, 130, 82), kind) for kind in (ElementKind.ICON, ElementKind.MENU, ElementKind.CHECKBOX)]
    assert with_true_ends(_window(), others) == others

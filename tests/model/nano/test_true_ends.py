"""Fields and buttons are as large as they are drawn, however small the piece of them that was seen."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.true_ends import true_outlines

FIELD: Box = (100, 60, 520, 84)
EDGE = 1.01


def _window(*, text: str = "") -> NDArray[np.uint8]:
    image = np.full((160, 640, 3), 238, np.uint8)
    cv2.rectangle(image, (99, 59), (520, 84), (170, 170, 170), 1)
    image[60:84, 100:520] = 255
    cv2.rectangle(image, (540, 59), (600, 84), (170, 170, 170), 1)
    cv2.putText(image, text, (108, 77), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1)
    return image


def _outlines(*controls: tuple[Box, ElementKind], text: str = "") -> tuple[list[Box], list[int]]:
    found = true_outlines(_window(text=text), controls)
    return list(found.boxes), found.first_of.tolist()


@pytest.mark.parametrize("text", ["", "report of the third year.txt"])
def test_pieces_of_a_field_are_one_as_large_as_it_is_drawn(text: str) -> None:
    pieces: list[Box] = [(98, 58, 150, 86), (140, 61, 300, 83), (420, 57, 523, 85)]
    boxes, first_of = _outlines(*((piece, ElementKind.FIELD) for piece in pieces), text=text)
    assert all(abs(a - b) <= EDGE for box in boxes for a, b in zip(box, FIELD, strict=True))
    assert first_of == [0, 0, 0]


def test_two_halves_of_a_key_are_one_and_its_neighbour_is_another() -> None:
    kind = ElementKind.BUTTON
    _, first_of = _outlines(
        ((538, 60, 570, 84), kind), ((560, 60, 602, 86), kind), ((300, 60, 360, 84), ElementKind.FIELD)
    )
    assert first_of == [0, 0, 2]


def test_what_has_no_edges_stays_as_it_was_seen() -> None:
    flat: list[Box] = [(20, 110, 80, 134), (200, 20, 230, 44)]
    boxes, first_of = _outlines((flat[0], ElementKind.FIELD), (flat[1], ElementKind.BUTTON))
    assert boxes == flat
    assert first_of == [0, 1]


@pytest.mark.parametrize("box", [(0, 0, 640, 160), (630, 150, 640, 160), (-4, -4, 3, 3), (10, 10, 11, 11)])
def test_the_edge_of_the_picture_is_no_edge_of_a_field(box: Box) -> None:
    assert _outlines((box, ElementKind.FIELD)) == ([box], [0])


def test_icons_and_menus_are_left_alone() -> None:
    box: Box = (110, 62, 130, 82)
    others = [(box, kind) for kind in (ElementKind.ICON, ElementKind.MENU, ElementKind.CHECKBOX)]
    boxes, first_of = _outlines(*others)
    assert boxes == [box] * 3
    assert first_of == [0, 1, 2]


def test_an_icon_in_a_field_is_no_piece_of_it() -> None:
    _, first_of = _outlines(((98, 58, 150, 86), ElementKind.FIELD), ((110, 62, 130, 82), ElementKind.ICON))
    assert first_of == [0, 1]


def test_without_controls_there_are_no_outlines() -> None:
    assert _outlines() == ([], [])

"""What the targets of training say, the run time finds again."""

from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind
from model.nano.elements import find_elements
from tests.model.nano.seen import perfect_eyes

WIDTH, HEIGHT = 480, 320


def _element(kind: ElementKind, box: Box) -> LabelledElement:
    return LabelledElement(bbox=box, kind=kind, name="a")


LABELS = (
    _element(ElementKind.ICON, (8, 8, 32, 32)),
    _element(ElementKind.ICON, (32, 8, 56, 32)),
    _element(ElementKind.FIELD, (100, 40, 460, 66)),
    _element(ElementKind.BUTTON, (430, 44, 456, 62)),
    _element(ElementKind.CHECKBOX, (21, 101, 34, 114)),
    _element(ElementKind.TAB, (200, 120, 290, 150)),
    _element(ElementKind.TAB, (290, 120, 380, 150)),
)


def _found() -> list[tuple[ElementKind, Box]]:
    maps = perfect_eyes(LABELS, height_px=HEIGHT, width_px=WIDTH).encoded.maps
    return [(element.kind, element.bbox) for element in find_elements(maps, width_px=WIDTH, height_px=HEIGHT)]


def test_every_element_is_found_once_where_it_is() -> None:
    found = _found()
    assert len(found) == len(LABELS)
    for element in LABELS:
        assert any(
            kind is element.kind and all(abs(a - b) < 1.0 for a, b in zip(box, element.bbox, strict=True))
            for kind, box in found
        ), element


def test_boxes_end_at_the_picture() -> None:
    maps = perfect_eyes((_element(ElementKind.BUTTON, (440, 290, 500, 340)),), height_px=320, width_px=480).encoded.maps
    (element,) = find_elements(maps, width_px=WIDTH, height_px=HEIGHT)
    assert element.bbox[2:] == (480.0, 320.0)


def test_an_empty_screen_has_no_elements() -> None:
    maps = perfect_eyes((), height_px=64, width_px=64).encoded.maps
    assert find_elements(maps, width_px=64, height_px=64) == ()

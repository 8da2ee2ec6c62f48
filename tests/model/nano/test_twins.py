"""Controls that are seen twice are one; what only lies in another stays."""

from model.grounder import Box, ElementKind
from model.nano.twins import without_twins
from model.ocr.page import Control


def _control(box: Box, *lines: int, score: float = 0.9, kind: ElementKind = ElementKind.BUTTON) -> Control:
    return Control(bbox=box, kind=kind, line_idxs=lines, score=score)


def test_of_two_around_one_text_the_surer_stays() -> None:
    sure, less = _control((10, 10, 90, 40), 3), _control((8, 12, 70, 38), 3, score=0.6, kind=ElementKind.TAB)
    assert without_twins((less, sure)) == (sure,)


def test_an_empty_one_beside_a_named_one_goes() -> None:
    named, empty = _control((265, 569, 311, 599), 0, score=0.5), _control((255, 562, 290, 598), score=0.95)
    assert without_twins((empty, named)) == (named,)


def test_an_icon_in_a_button_and_neighbours_stay() -> None:
    controls = (
        _control((10, 10, 110, 40), 0),
        _control((14, 14, 34, 34), kind=ElementKind.ICON),
        _control((111, 10, 141, 40)),
        _control((141, 10, 171, 40)),
        _control((10, 50, 110, 80), 1),
    )
    assert without_twins(controls) == controls

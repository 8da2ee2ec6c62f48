"""From perfect eyes to evidence: what speaks for a cell when something is asked for."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind
from model.nano.asks import AskMap
from model.nano.cells import EVIDENCE, CellView, evidence, view_cells
from model.nano.page import read_page
from model.nano.question import understand
from model.ocr.match import Matcher
from model.ocr.meaning import TextEncoder
from model.ocr.scene import build_scene
from tests.model.nano.conftest import ask_weights
from tests.model.nano.seen import perfect_eyes

WIDTH, HEIGHT = 480, 240


def _button(text: str, box: Box) -> LabelledElement:
    x1, y1, x2, y2 = box
    written = (x1 + 10, y1 + 8, x2 - 10, y2 - 8)
    return LabelledElement(bbox=box, kind=ElementKind.BUTTON, name=text, text=text, text_bbox=written)


SAVE = _button("Save", (16, 100, 80, 132))
CLOSE = _button("Close", (112, 100, 184, 132))
TRASH = LabelledElement(bbox=(300, 20, 332, 52), kind=ElementKind.ICON, name="Delete", icons=("trash",))
PRINTER = LabelledElement(bbox=(340, 20, 372, 52), kind=ElementKind.ICON, name="Print", icons=("printer",))


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder()


@pytest.fixture(scope="module")
def view(encoder: TextEncoder) -> CellView:
    labels = (SAVE, CLOSE, TRASH, PRINTER)
    image = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for element in labels:
        x1, y1, x2, y2 = (int(side) for side in element.bbox)
        image[y1 + 4 : y2 - 4 : 2 + labels.index(element), x1 + 4 : x2 - 4] = 30
    eyes = perfect_eyes(labels, height_px=HEIGHT, width_px=WIDTH, image=image, encoder=encoder)
    page = read_page(image, eyes.encoded, eyes)
    return view_cells(image, eyes.encoded, build_scene(page))


def _found(view: CellView, encoder: TextEncoder, instruction: str) -> NDArray[np.float32]:
    question = understand(instruction, encoder, AskMap(ask_weights()))
    found, _ = evidence(view, Matcher(view.scene, encoder), question)
    return found


def _at(element: LabelledElement) -> tuple[int, int]:
    x1, y1, x2, y2 = element.bbox
    return int((y1 + y2) / 2 // 16), int((x1 + x2) / 2 // 16)


def test_content_is_where_something_is_drawn(view: CellView) -> None:
    assert view.is_content[_at(SAVE)]
    assert view.is_content[_at(TRASH)]
    assert not view.is_content[13:].any()
    kinds = {target.kind for target in view.scene.targets}
    assert kinds == {ElementKind.BUTTON, ElementKind.ICON}


def test_a_name_speaks_for_what_bears_it(view: CellView, encoder: TextEncoder) -> None:
    found = _found(view, encoder, "click Save")
    for channel in ("match", "rank", "name"):
        evidence_of = found[..., EVIDENCE.index(channel)]
        assert evidence_of[_at(SAVE)] == evidence_of.max() > 0.9
        assert evidence_of[_at(CLOSE)] < 0.7


def test_a_meaning_speaks_for_the_icon(view: CellView, encoder: TextEncoder) -> None:
    found = _found(view, encoder, "the rubbish bin")
    for channel in ("meant by name", "meant by whole"):
        evidence_of = found[..., EVIDENCE.index(channel)]
        assert evidence_of[_at(TRASH)] == evidence_of.max() > 0.3
        assert evidence_of[_at(TRASH)] > evidence_of[_at(PRINTER)] + 0.1


def test_icons_are_ranked_among_each_other(view: CellView, encoder: TextEncoder) -> None:
    ranks = _found(view, encoder, "the rubbish bin")[..., EVIDENCE.index("icon rank by name")]
    assert (ranks[_at(TRASH)], ranks[_at(PRINTER)], ranks[_at(SAVE)]) == (1, 0.5, 0)


def test_an_anchor_is_told_from_what_is_meant(view: CellView, encoder: TextEncoder) -> None:
    found = _found(view, encoder, "the button to the right of Save")
    anchors = found[..., EVIDENCE.index("anchor")]
    assert anchors[_at(SAVE)] > 0.8
    assert anchors[_at(CLOSE)] == 0
    matches = found[..., EVIDENCE.index("match")]
    assert matches[_at(CLOSE)] > matches[_at(SAVE)]


def test_where_nothing_stands_nothing_speaks(view: CellView, encoder: TextEncoder) -> None:
    found = _found(view, encoder, "Save")
    assert not found[~view.is_content].any()

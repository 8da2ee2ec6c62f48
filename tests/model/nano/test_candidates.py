"""From shares of cells to places: which element a cell means, and where in it a click goes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Box, Candidate, ElementKind
from model.nano.candidates import Pointed, candidates_of
from model.nano.cells import CellView
from model.nano.signs import towards_middles
from model.nano.true_ends import Outlines
from model.ocr.page import Line, Page, Word
from model.ocr.scene import Scene, Target
from model.patches import PatchGrid

WIDTH, HEIGHT, CELL = 160, 96, 16
ROWS, COLS = HEIGHT // CELL, WIDTH // CELL
RED: Box = (16, 16, 96, 38)
GREEN: Box = (16, 37, 116, 62)


def _line(text: str, box: Box) -> Line:
    return Line(bbox=box, words=(Word(bbox=box, text=text, score=0.9),), score=0.9)


def _view(*targets: tuple[Box, str], lines: tuple[Line, ...] = (), kind: ElementKind = ElementKind.MENU) -> CellView:
    element_of = np.full((ROWS, COLS), -1, np.int32)
    for index, (box, _) in enumerate(targets):  # later ones lie above
        x1, y1, x2, y2 = (int(side) for side in box)
        element_of[y1 // CELL : -(-y2 // CELL), x1 // CELL : -(-x2 // CELL)] = index
    made = tuple(
        Target(bbox=box, point=((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), kind=kind, label=label)
        for box, label in targets
    )
    return CellView(
        grid=PatchGrid.of_squares(width_px=WIDTH, height_px=HEIGHT, cell_px=float(CELL)),
        is_content=np.ones((ROWS, COLS), np.bool_),
        views=np.zeros((ROWS, COLS, 1), np.float32),
        element_of=element_of,
        scene=Scene(page=Page(width_px=WIDTH, height_px=HEIGHT, lines=lines, controls=()), targets=made, unit_px=12.0),
    )


def _found(view: CellView, name: str, cells: dict[tuple[int, int], tuple[float, float, float]]) -> list[Candidate]:
    """Cells with their share and the offset that the pointer tells, in cells."""
    shares: NDArray[np.float32] = np.zeros((ROWS, COLS), np.float32)
    offsets = np.zeros((ROWS, COLS, 2), np.float32)
    for cell, (share, across, down) in cells.items():
        shares[cell], offsets[cell] = share, (across, down)
    n = len(view.scene.targets)
    outlines = Outlines(boxes=tuple(target.bbox for target in view.scene.targets), first_of=np.arange(n))
    return candidates_of(view, outlines, Pointed(shares=shares, absent=0.1, offsets=offsets), name=name)[0]


@pytest.mark.parametrize(("down", "meant"), [(0.5, "Green"), (-0.9, "Red")])
def test_a_cell_of_two_elements_means_the_one_that_it_points_into(down: float, meant: str) -> None:
    view = _view((GREEN, "Green"), (RED, "Red"))
    assert view.element_of[2, 3] == 1
    (candidate,) = _found(view, "Green", {(2, 3): (0.9, 0.0, down)})
    assert candidate.label == meant


def test_cells_of_one_element_add_up() -> None:
    view = _view((RED, "Red"))
    (candidate,) = _found(view, "Red", {(1, 2): (0.3, 0.0, 0.0), (1, 3): (0.5, 0.0, 0.0)})
    assert candidate.score == pytest.approx(0.8)
    assert candidate.bbox == RED


def test_a_cell_of_no_element_stands_for_itself() -> None:
    (candidate,) = _found(_view((RED, "Red")), "Red", {(5, 9): (0.7, 0.0, 0.0)})
    assert (candidate.x, candidate.y) == (152, 88)
    assert candidate.bbox is None


@pytest.mark.parametrize(
    ("name", "label"), [("Green", "Green"), ("green.", "Green"), ("colours", "Red Green"), ("", "Red Green")]
)
def test_of_an_element_with_several_lines_the_one_that_is_asked_for_is_meant(name: str, label: str) -> None:
    both: Box = (16, 16, 116, 62)
    lines = (_line("Red", (20, 20, 50, 34)), _line("Green", (20, 44, 60, 58)))
    (candidate,) = _found(_view((both, "Red Green"), lines=lines), name, {(1, 2): (0.9, 0.0, 0.0)})
    assert candidate.label == label
    assert candidate.bbox == (lines[1].bbox if label == "Green" else both)
    assert label != "Green" or 44 < candidate.y < 58


@pytest.mark.parametrize(("name", "label"), [("Help", "Help"), ("help", "Help"), ("Helper", "Move over Help")])
def test_of_a_text_the_words_that_are_asked_for_are_meant(name: str, label: str) -> None:
    words = [("Move", (20, 20, 50, 34)), ("over", (54, 20, 80, 34)), ("Help", (84, 20, 110, 34))]
    line = Line(
        bbox=(20, 20, 110, 34), words=tuple(Word(bbox=box, text=text, score=0.9) for text, box in words), score=0.9
    )
    view = _view((line.bbox, line.text), lines=(line,), kind=ElementKind.TEXT)
    (candidate,) = _found(view, name, {(1, 3): (0.9, 0.0, 0.0)})
    assert candidate.label == label
    assert (candidate.x > 84) == (label == "Help")


def test_a_click_goes_well_inside() -> None:
    (candidate,) = _found(_view((RED, "Red")), "Red", {(1, 1): (0.9, -0.45, -0.45)})
    assert RED[0] + 10 < candidate.x < RED[2] - 10
    assert RED[1] + 3 < candidate.y < RED[3] - 3


def test_where_nothing_is_pointed_at_there_are_no_candidates() -> None:
    assert _found(_view((RED, "Red")), "Red", {}) == []


def test_a_sign_at_the_edge_of_its_key_is_not_the_key_beside_it() -> None:
    plus, minus = (16, 16, 40, 40), (40, 16, 64, 40)
    view = _view((minus, "-"), (plus, "+"))
    assert view.element_of[1, 2] == 1
    away = np.zeros((ROWS, COLS, 2), np.float32)
    away[1, 2] = (0.9, 0.0)
    back = towards_middles(away, view, [1])
    for offsets, meant in ((away, "-"), (back, "+")):
        (candidate,) = _found(view, "+", {(1, 2): (0.9, *offsets[1, 2].tolist())})
        assert candidate.label == meant

"""From what the pointer says of each cell to places that can be clicked, best first."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from model.grounder import Box, Candidate, ElementKind
from model.nano.cells import CellView
from model.nano.true_ends import Outlines
from model.ocr.page import Line
from model.ocr.rects import areas, as_rows, center, holds, union
from model.ocr.scene import Scene, Target
from model.ocr.spelling import normalise

_N_CANDIDATES: Final = 9
_LEAST_SHARE: Final = 0.005
"""Of the pointer, for a candidate."""
_INSET: Final = 0.15
"""Of an element's sides: a click belongs well inside of what was found."""
_LEAST_ALIKE: Final = 85.0
"""Of a line and the name that is asked for, in percent (``rapidfuzz.fuzz.ratio``)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pointed:
    """Shares of the pointer: of each cell [n_rows, n_cols], and of *nothing here*; offsets [n_rows, n_cols, 2]."""

    shares: NDArray[np.float32]
    absent: float
    offsets: NDArray[np.float32]


def candidates_of(
    view: CellView, outlines: Outlines, pointed: Pointed, *, name: str
) -> tuple[list[Candidate], list[tuple[int, int]]]:
    """What the pointer looked at, element by element, best first; a cell of no element stands for itself.

    Args:
        view: the screen.
        outlines: of its targets.
        pointed: by the pointer.
        name: what the element is called that is asked for; "" if it has no name.

    Returns:
        Candidates, and the cell (row, column) of each that got the largest share.
    """
    rows, cols = np.nonzero(pointed.shares > 0)
    if not rows.size:
        return [], []
    shares = pointed.shares[rows, cols]
    x, y = _places(view, pointed, rows, cols)
    n = len(view.scene.targets)
    owners_of_keys = np.concatenate((outlines.first_of, n + np.arange(view.grid.n_cells)))
    elements = _elements_at(view, x, y, view.element_of[rows, cols].astype(np.int64))
    keys = owners_of_keys[np.where(elements >= 0, elements, n + rows * view.grid.n_cols + cols)]
    owners, owner_of = np.unique(keys, return_inverse=True)
    totals = np.bincount(owner_of.ravel(), shares)
    found: list[Candidate] = []
    cells: list[tuple[int, int]] = []
    for index in np.argsort(-totals, kind="stable")[:_N_CANDIDATES]:
        if totals[index] < _LEAST_SHARE and found:
            break
        own = np.flatnonzero(owner_of.ravel() == index)
        best = own[shares[own].argmax()]
        share = min(1.0, float(totals[index]))
        place = (float(x[best]), float(y[best]))
        if (owner := int(owners[index])) >= n:
            found.append(Candidate(x=place[0], y=place[1], score=share))
        else:
            box, label = _meant_in(view.scene, view.scene.targets[owner], outlines.boxes[owner], name)
            inside = _well_inside(place, box)
            found.append(Candidate(x=inside[0], y=inside[1], score=share, bbox=box, label=label or None))
        cells.append((int(rows[best]), int(cols[best])))
    return found, cells


def _places(
    view: CellView, pointed: Pointed, rows: NDArray[np.int64], cols: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X and y in pixels of where the pointer points from some cells, [n] each."""
    grid = view.grid
    across, down = pointed.offsets[rows, cols].astype(np.float64).T
    x = np.clip((cols + 0.5 + across) * grid.cell_width_px, 0, grid.width_px - 1)
    y = np.clip((rows + 0.5 + down) * grid.cell_height_px, 0, grid.height_px - 1)
    return x, y


def _elements_at(
    view: CellView, x: NDArray[np.float64], y: NDArray[np.float64], otherwise: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The smallest target at each of [n] places; a cell at the edge of two may point into either."""
    boxes = as_rows([target.bbox for target in view.scene.targets])
    if not len(boxes):
        return otherwise
    x, y = x[:, None], y[:, None]
    holds_it = (boxes[:, 0] <= x) & (x < boxes[:, 2]) & (boxes[:, 1] <= y) & (y < boxes[:, 3])
    smallest = np.where(holds_it, areas(boxes), np.inf).argmin(axis=1)
    return np.where(holds_it.any(axis=1), smallest, otherwise)


def _well_inside(point: tuple[float, float], box: Box) -> tuple[float, float]:
    x1, y1, x2, y2 = box
    inset_x, inset_y = _INSET * (x2 - x1), _INSET * (y2 - y1)
    return float(np.clip(point[0], x1 + inset_x, x2 - inset_x)), float(np.clip(point[1], y1 + inset_y, y2 - inset_y))


def _meant_in(scene: Scene, target: Target, box: Box, name: str) -> tuple[Box, str]:
    """Of several lines, entries of a menu that were taken for one, the one that is asked for; of a text the words."""
    whole = (box, target.label)
    lines = [line for line in scene.page.lines if holds(box, center(line.bbox))]
    if not lines or not (asked := normalise(name)):
        return whole
    if target.kind is ElementKind.TEXT:
        return next((found for line in lines if (found := _words_in(line, asked))), whole)
    if len(lines) == 1:
        return whole

    def likeness(line: Line) -> float:
        return ratio(normalise(line.text), asked)

    best = max(lines, key=likeness)
    return (best.bbox, best.text) if likeness(best) >= _LEAST_ALIKE else whole


def _words_in(line: Line, asked: str) -> tuple[Box, str] | None:
    """Neighbours in a line that say just what is asked for."""
    n = len(asked.split())
    for start in range(len(line.words) - n + 1):
        words = line.words[start : start + n]
        text = " ".join(word.text for word in words)
        if normalise(text) == asked:
            return union(word.bbox for word in words), text
    return None

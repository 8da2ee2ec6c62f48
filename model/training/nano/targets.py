"""From a labelled picture to what Nano's encoder should say of each cell."""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind
from model.nano.alphabet import classes_of, folded
from model.nano.shape import CELL_PX, KINDS, SLOTS_PER_CELL

IGNORED = 255
"""Kind of cells of which nothing is known."""
_MAX_UNREAL_PX = 64
"""An element of no kind that is larger is a window or a part of one, which is no target of its own."""
_MIN_ICON_PX = 8
_ICON_SIDES = 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A text that can be read.

    Attributes:
        row: of the cells that its middle passes through.
        first, end: its columns, half-open.
        classes: of its characters.
    """

    row: int
    first: int
    end: int
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """An icon whose meaning is known.

    Attributes:
        x, y: its middle, in cells: (0.5, 0.5) is the middle of the first cell.
        names: what it is called.
    """

    x: float
    y: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenseTargets:
    """What is in each cell of a picture.

    Attributes:
        kinds: [h, w] uint8: 0 for nothing, else 1 + index in ``KINDS``, or ``IGNORED``.
        boxes: [4, h, w] float32: logarithm of the distances in cells from the cell's middle to the element's left,
            top, right and lower edge; NaN where there is no element.
        texts: [h, w] float32: 1 where the middle of a line of text passes through the cell's middle, falling to 0 over
            the height of a cell; NaN where nobody knows.
        text_boxes: [4, h, w] float32: as ``boxes``, of the text, where ``texts`` is not 0.
        lines: what is written.
        icons: what is drawn.
    """

    kinds: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    texts: NDArray[np.float32]
    text_boxes: NDArray[np.float32]
    lines: tuple[Line, ...]
    icons: tuple[Icon, ...]


def dense_targets(elements: tuple[LabelledElement, ...], height_px: int, width_px: int) -> DenseTargets:
    """Make the targets of a picture.

    Args:
        elements: all that can be seen; what lies outside of the picture is cut.
        height_px: of the picture, a multiple of a cell.
        width_px: likewise.
    """
    n_rows, n_columns = height_px // CELL_PX, width_px // CELL_PX
    kinds = np.zeros((n_rows, n_columns), np.uint8)
    boxes = np.full((4, n_rows, n_columns), np.nan, np.float32)
    texts = np.zeros((n_rows, n_columns), np.float32)
    text_boxes = np.full((4, n_rows, n_columns), np.nan, np.float32)
    lines: list[Line] = []
    icons: list[Icon] = []
    for element in sorted(elements, key=lambda element: -_area(element.bbox)):
        if element.kind is not ElementKind.OTHER or _longer_side(element.bbox) <= _MAX_UNREAL_PX:
            inside = _cells_in(element.bbox, n_rows, n_columns)
            kinds[inside] = 1 + KINDS.index(element.kind)
            boxes[:, *inside] = _distances(element.bbox, inside)
        if element.icons and not element.text and is_icon_sized(element.bbox):
            x1, y1, x2, y2 = (side / CELL_PX for side in element.bbox)
            if x1 >= 0 and y1 >= 0 and x2 <= n_columns and y2 <= n_rows:
                icons.append(Icon(x=(x1 + x2) / 2, y=(y1 + y2) / 2, names=element.icons))
        if element.text_bbox is not None:
            _enter_text(texts, text_boxes, element.text_bbox)
            line = line_of(element.text, element.text_bbox, n_rows, n_columns)
            if line is not None:
                lines.append(line)
    return DenseTargets(
        kinds=kinds, boxes=boxes, texts=texts, text_boxes=text_boxes, lines=tuple(lines), icons=tuple(icons)
    )


def doubted(targets: DenseTargets, is_flat: NDArray[np.bool_]) -> DenseTargets:
    """Targets of a picture whose labels are not complete: where something is drawn and nothing known, nothing is said.

    Args:
        targets: as if the labels were complete.
        is_flat: [h, w], whether a cell has one colour.
    """
    kinds, texts = targets.kinds.copy(), targets.texts.copy()
    kinds[(kinds == 0) & ~is_flat] = IGNORED
    # What is labelled as something without a text has none.
    shows_picture = (kinds == 1 + KINDS.index(ElementKind.ICON)) & (texts == 0)
    texts[(texts == 0) & ~is_flat & ~shows_picture] = np.nan
    return replace(targets, kinds=kinds, texts=texts)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _longer_side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def is_icon_sized(box: Box) -> bool:
    """Icons have a margin at most: what is much wider than high shows more than one."""
    width, height = box[2] - box[0], box[3] - box[1]
    return min(width, height) >= _MIN_ICON_PX and max(width, height) < _ICON_SIDES * min(width, height)


def _cells_in(box: Box, n_rows: int, n_columns: int) -> tuple[slice, slice]:
    """The cells whose middle is in a box; at least the one that holds the box's middle."""
    x1, y1, x2, y2 = (side / CELL_PX for side in box)
    rows = _span(y1, y2, n_rows)
    columns = _span(x1, x2, n_columns)
    return rows, columns


def _span(low: float, high: float, n: int) -> slice:
    first, end = math.ceil(low - 0.5), math.ceil(high - 0.5)
    if end <= first:
        first = math.floor((low + high) / 2)
        end = first + 1
    return slice(min(n, max(0, first)), min(n, max(0, end)))


def _distances(box: Box, cells: tuple[slice, slice]) -> NDArray[np.float32]:
    x1, y1, x2, y2 = (side / CELL_PX for side in box)
    rows = np.arange(cells[0].start, cells[0].stop, dtype=np.float32)[:, None] + 0.5
    columns = np.arange(cells[1].start, cells[1].stop, dtype=np.float32)[None, :] + 0.5
    shape = (rows.shape[0], columns.shape[1])
    sides = [np.broadcast_to(side, shape) for side in (columns - x1, rows - y1, x2 - columns, y2 - rows)]
    return np.log(np.maximum(np.stack(sides), 0.05)).astype(np.float32)


def _enter_text(texts: NDArray[np.float32], text_boxes: NDArray[np.float32], box: Box) -> None:
    n_rows, n_columns = texts.shape
    x1, y1, x2, y2 = (side / CELL_PX for side in box)
    columns = slice(min(n_columns, max(0, math.floor(x1))), min(n_columns, max(0, math.ceil(x2))))
    middle = (y1 + y2) / 2
    for row in {math.floor(middle - 0.5), math.floor(middle + 0.5)}:
        nearness = 1 - abs(row + 0.5 - middle)
        if not 0 <= row < n_rows or nearness <= 0 or columns.stop <= columns.start:
            continue
        cells = (slice(row, row + 1), columns)
        is_nearer = texts[cells] < nearness
        texts[cells] = np.where(is_nearer, nearness, texts[cells])
        inside = _distances(box, cells)
        text_boxes[:, *cells] = np.where(is_nearer[None], inside, text_boxes[:, *cells])


def line_of(text: str, box: Box, n_rows: int, n_columns: int) -> Line | None:
    """The cells of a text on a grid; None if it is not wholly on it or has more characters than can be read there."""
    plain = folded(text)
    row = math.floor((box[1] + box[3]) / 2 / CELL_PX)
    first, end = math.floor(box[0] / CELL_PX), math.ceil(box[2] / CELL_PX)
    if not plain or not 0 <= row < n_rows or first < 0 or end > n_columns:
        return None
    classes = classes_of(plain)
    n_needed = len(classes) + sum(one == other for one, other in pairwise(classes))
    if n_needed > SLOTS_PER_CELL * (end - first):
        return None
    return Line(row=row, first=first, end=end, classes=tuple(classes))

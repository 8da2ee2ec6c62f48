"""What is counted when "the third" of something is asked for: the one row or column that such things stand in."""

from collections.abc import Iterable, Sequence
from typing import Final

from model.grounder import Box
from model.ocr.rects import gaps, shared_height, shared_width
from model.ocr.words import Role

_ACROSS_UNITS: Final = 3.0
"""Line heights between neighbours of a row at most; farther apart they are not one row."""
_DOWN_UNITS: Final = 2.5
_EDGE_UNITS: Final = 0.7
"""By which the left edges of a column's entries differ at most."""
_SHARED: Final = 0.5
_INDENT_UNITS: Final = 3.0
"""By which one may begin inside of the other: a text without the room for an icon before it."""
_LEAST: Final = 2
_LEAST_BAR: Final = 3
"""Names in a row, of a menu bar: they are no entries of the menu that hangs below one of them."""
_ROWS_ONLY: Final = frozenset({Role.MENU, Role.TAB})
_COLUMNS_ONLY: Final = frozenset({Role.MENU_ITEM})


def counted_line(
    boxes: Sequence[Box], is_sure: Sequence[bool], role: Role | None, *, least: int, unit_px: float
) -> list[int]:
    """Of about equally good boxes those that are counted, in the order in which they stand.

    Args:
        boxes: of what may be meant.
        is_sure: whether each is of the very kind; others may stand between those.
        role: of what is counted: menus stand in a row, their entries in a column.
        least: how many there must be.
        unit_px: usual height of a line.

    Returns:
        Indices of the row or column with the most of that kind, the longer one of two, and the upper one; none if no
        line is long enough.
    """
    everything = range(len(boxes))
    rows = _lines(boxes, everything, unit_px, is_row=True)
    if role in _ROWS_ONLY:
        lines = rows
    else:
        bars = {index for row in rows if len(row) >= _LEAST_BAR for index in row} if role in _COLUMNS_ONLY else set()
        lines = _lines(boxes, [index for index in everything if index not in bars], unit_px, is_row=False)
        lines += [] if role in _COLUMNS_ONLY else rows
    long = [line for line in lines if len(line) >= max(_LEAST, least)]
    return max(long, key=lambda line: (sum(is_sure[i] for i in line), len(line), -boxes[line[0]][1]), default=[])


def _lines(boxes: Sequence[Box], able: Iterable[int], unit_px: float, *, is_row: bool) -> list[list[int]]:
    """Each box goes behind the nearest before it that it is level with."""
    start = 0 if is_row else 1
    ends: list[list[int]] = []
    for index in sorted(able, key=lambda i: boxes[i][start]):
        fits = _follows_in_row if is_row else _follows_in_column
        before = [line for line in ends if fits(boxes[line[-1]], boxes[index], unit_px)]
        if before:
            max(before, key=lambda line: boxes[line[-1]][start + 2]).append(index)
        else:
            ends.append([index])
    return ends


def _follows_in_row(last: Box, box: Box, unit_px: float) -> bool:
    across, _ = gaps(last, box)
    return shared_height(last, box) >= _SHARED and across <= _ACROSS_UNITS * unit_px and box[0] > last[0]


def _follows_in_column(last: Box, box: Box, unit_px: float) -> bool:
    _, down = gaps(last, box)
    indent = abs(last[0] - box[0])
    is_within = (last[0] - box[0]) * (last[2] - box[2]) <= 0
    is_flush = indent <= _EDGE_UNITS * unit_px or (is_within and indent <= _INDENT_UNITS * unit_px)
    is_below = box[1] > (last[1] + last[3]) / 2
    return is_flush and is_below and shared_width(last, box) >= _SHARED and down <= _DOWN_UNITS * unit_px

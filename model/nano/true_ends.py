"""Fields and buttons to their ends: from a cell inside they are hard to tell, but the ground inside reaches to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.ocr.rects import areas, as_rows, shared_areas

_MOST_HEIGHT_PX: Final = 64.0
_INSIDE_SHARE: Final = 0.22
"""Of the height: rows so far inside show the ground above and below what is written."""
_SAME_LEVELS: Final = 10
_EDGE_PX: Final = 8
"""From an edge as it was told to where it really is."""
_MOST_WIDTHS: Final = {ElementKind.FIELD: 14.0, ElementKind.BUTTON: 3.0, ElementKind.TAB: 3.0}
"""How many times as wide as a piece the whole may be; what reaches farther is the ground of a window."""
_LEAST_SHARE: Final = 0.5
_SAME: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlines:
    """Of n controls.

    Attributes:
        boxes: as they are drawn.
        first_of: [n] int64, for each the first control that is a piece of the same one, mostly itself.
    """

    boxes: tuple[Box, ...]
    first_of: NDArray[np.int64]


def true_outlines(image: NDArray[np.uint8], controls: Sequence[tuple[Box, ElementKind]]) -> Outlines:
    """Fields and buttons of one line as large as they are drawn; all else as it was seen.

    Args:
        image: [height, width, 3] uint8 RGB.
        controls: box and kind of each, as the encoder tells them.
    """
    wholes = [_whole(image, box, _MOST_WIDTHS[kind]) if kind in _MOST_WIDTHS else None for box, kind in controls]
    boxes = [whole or box for whole, (box, _) in zip(wholes, controls, strict=True)]
    is_whole = np.array([whole is not None for whole in wholes], np.bool_)
    may_be_piece = np.array([kind in _MOST_WIDTHS for _, kind in controls], np.bool_)
    is_piece = _are_same(as_rows(boxes)) & may_be_piece[:, None] & is_whole
    np.fill_diagonal(is_piece, val=True)
    first_of = is_piece.argmax(axis=1).astype(np.int64) if controls else np.zeros(0, np.int64)
    return Outlines(boxes=tuple(boxes), first_of=first_of)


def _whole(image: NDArray[np.uint8], box: Box, most_widths: float) -> Box | None:
    """What a piece belongs to; None if the ground in it does not end where the piece does."""
    x1, y1, x2, y2 = box
    height, width = y2 - y1, x2 - x1
    x = min(max(0, round((x1 + x2) / 2)), image.shape[1] - 1)
    upper, lower = round(y1 + _INSIDE_SHARE * height), round(y2 - _INSIDE_SHARE * height) - 1
    if height > _MOST_HEIGHT_PX or not 0 <= upper < lower < image.shape[0]:
        return None
    low, high = max(0, round(y1) - 2 * _EDGE_PX), round(y2) + 2 * _EDGE_PX
    column = image[low:high, x]
    top, foot = low + _reach(column, upper - low)[0], low + _reach(column, lower - low)[1]
    if abs(top - y1) > _EDGE_PX or abs(foot - y2) > _EDGE_PX:
        return None
    start, end = max(0, x - round(most_widths * width) - 1), x + round(most_widths * width) + 2
    spans = [_reach(image[row, start:end], x - start) for row in (upper, lower)]
    left, right = start + min(span[0] for span in spans), start + max(span[1] for span in spans)
    is_ended = left > 0 and right < image.shape[1]
    if not is_ended or not _LEAST_SHARE * width <= right - left <= most_widths * width:
        return None
    return float(left), float(top), float(right), float(foot)


def _reach(line: NDArray[np.uint8], start: int) -> tuple[int, int]:
    """How far pixels of a row or column [n, 3] have the colour of one of them: half-open."""
    differs = np.abs(line.astype(np.int16) - line[start]).max(axis=-1) > _SAME_LEVELS
    before, behind = np.flatnonzero(differs[:start]), np.flatnonzero(differs[start:])
    return int(before[-1]) + 1 if before.size else 0, start + int(behind[0]) if behind.size else len(line)


def _are_same(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """[n, 4] -> [n, n]."""
    sizes = areas(boxes)
    return np.asarray(shared_areas(boxes, boxes) > _SAME * np.minimum(sizes[:, None], sizes))

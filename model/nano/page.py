"""A screen as a page of lines and controls: what the encoder sees, in the words of the matcher."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.elements import SeenElement, find_elements
from model.nano.encoding import Encoded
from model.nano.reading import CellReader, read_lines
from model.nano.shape import AROUND, CELL_PX
from model.ocr.page import Control, Line, Page
from model.ocr.rects import center, holds

_LEAST_SIDE_PX = 5.0
_ICON_SIDES = 2.2
"""An icon is about square: what is wider or higher shows something else."""


class Senses(CellReader, Protocol):
    """Reads cells, and tells what icons mean; ``NanoSession`` does."""

    def meaning(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n, len(AROUND) * N_FEATURES] of icons -> unit vectors [n, MEANING_WIDTH]."""
        ...


def read_page(encoded: Encoded, senses: Senses, *, width_px: int, height_px: int) -> Page:
    """Everything that is seen on a screen.

    Args:
        encoded: the screen.
        senses: read, and tell what icons mean.
        width_px: of the picture.
        height_px: of the picture.
    """
    lines = read_lines(encoded, senses)
    seen = [
        element
        for element in find_elements(encoded.maps, width_px=width_px, height_px=height_px)
        if element.kind is not ElementKind.TEXT and _is_large_enough(element.bbox)
    ]
    inside = [_lines_in(element, lines) for element in seen]
    is_icon = [not idxs and _is_square(element.bbox) for element, idxs in zip(seen, inside, strict=True)]
    vectors = iter(meanings(encoded, senses, [e.bbox for e, shows in zip(seen, is_icon, strict=True) if shows]))
    controls = tuple(
        Control(
            bbox=element.bbox,
            kind=element.kind,
            line_idxs=idxs,
            score=element.score,
            meaning=next(vectors) if shows else None,
        )
        for element, idxs, shows in zip(seen, inside, is_icon, strict=True)
    )
    return Page(width_px=width_px, height_px=height_px, lines=lines, controls=controls)


def _is_large_enough(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) >= _LEAST_SIDE_PX


def _is_square(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return max(width, height) <= _ICON_SIDES * min(width, height)


def _lines_in(element: SeenElement, lines: tuple[Line, ...]) -> tuple[int, ...]:
    return tuple(index for index, line in enumerate(lines) if holds(element.bbox, center(line.bbox)))


def meanings(encoded: Encoded, senses: Senses, boxes: list[Box]) -> NDArray[np.float32]:
    """Vectors of what is drawn in and around the middle of boxes, [n, MEANING_WIDTH]."""
    if not boxes:
        return np.zeros((0, 0), np.float32)
    middles = np.array([center(box) for box in boxes], np.float32) / CELL_PX - 0.5
    places = [_sampled(encoded.features, middles[:, 0] + across, middles[:, 1] + down) for down, across in AROUND]
    return senses.meaning(np.concatenate(places, axis=-1).astype(np.float32))


def _sampled(features: NDArray[np.float32], x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.floating]:
    """Bilinear samples of [h, w, c] at places counted from the middle of the first cell, [n, c]."""
    n_rows, n_columns = features.shape[:2]
    x, y = np.clip(x, 0, n_columns - 1), np.clip(y, 0, n_rows - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, low = np.minimum(left + 1, n_columns - 1), np.minimum(top + 1, n_rows - 1)
    to_right, down = (x - left)[:, None], (y - top)[:, None]
    upper = features[top, left] * (1 - to_right) + features[top, right] * to_right
    lower = features[low, left] * (1 - to_right) + features[low, right] * to_right
    return np.asarray(upper * (1 - down) + lower * down)

"""A screen as a page of lines and controls: what the encoder sees, in the words of the matcher."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.drawn_fields import with_drawn_fields
from model.nano.elements import SeenElement, find_elements
from model.nano.encoding import Encoded
from model.nano.reading import LetterReader, read_lines
from model.nano.twins import without_twins
from model.ocr.page import Control, Line, Page
from model.ocr.rects import as_rows

_LEAST_SIDE_PX = 5.0
_ICON_SIDES = 2.2
"""An icon is about square: what is wider or higher shows something else."""


class Senses(LetterReader, Protocol):
    """Reads lines, and tells what icons mean; ``NanoSession`` does."""

    def icons(self, image: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.float32]:
        """What the icons in some boxes of a picture [height, width, 3] mean: unit vectors [n, MEANING_WIDTH]."""
        ...


def read_page(image: NDArray[np.uint8], encoded: Encoded, senses: Senses) -> Page:
    """Everything that is seen on a screen.

    Args:
        image: [height, width, 3] uint8 RGB, the screen.
        encoded: as the encoder sees it.
        senses: read, and tell what icons mean.
    """
    height_px, width_px = image.shape[:2]
    lines = read_lines(encoded, senses)
    elements = find_elements(encoded.maps, width_px=width_px, height_px=height_px)
    seen = [e for e in elements if e.kind is not ElementKind.TEXT and _is_large_enough(e.bbox)]
    seen = with_drawn_fields(image, lines, seen)
    inside = _lines_in(seen, lines)
    is_icon = [not idxs and _is_square(element.bbox) for element, idxs in zip(seen, inside, strict=True)]
    icons = [element.bbox for element, shows in zip(seen, is_icon, strict=True) if shows]
    vectors = iter(senses.icons(image, icons))
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
    return Page(width_px=width_px, height_px=height_px, lines=lines, controls=without_twins(controls))


def _is_large_enough(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) >= _LEAST_SIDE_PX


def _is_square(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return max(width, height) <= _ICON_SIDES * min(width, height)


def _lines_in(elements: Sequence[SeenElement], lines: tuple[Line, ...]) -> list[tuple[int, ...]]:
    """The lines whose middles lie in each element."""
    boxes, rows = as_rows([element.bbox for element in elements]), as_rows([line.bbox for line in lines])
    x, y = (rows[:, 0] + rows[:, 2]) / 2, (rows[:, 1] + rows[:, 3]) / 2
    is_in = (boxes[:, :1] <= x) & (x < boxes[:, 2:3]) & (boxes[:, 1:2] <= y) & (y < boxes[:, 3:])
    return [tuple(np.flatnonzero(held).tolist()) for held in is_in]

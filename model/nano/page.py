"""A screen as a page of lines and controls: what the encoder sees, in the words of the matcher."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.elements import SeenElement, find_elements
from model.nano.encoding import Encoded
from model.nano.glyphs import cut_glyphs
from model.nano.reading import CellReader, read_lines
from model.nano.true_ends import with_true_ends
from model.nano.twins import without_twins
from model.ocr.page import Control, Line, Page
from model.ocr.rects import center, holds

_LEAST_SIDE_PX = 5.0
_ICON_SIDES = 2.2
"""An icon is about square: what is wider or higher shows something else."""


class Senses(CellReader, Protocol):
    """Reads cells, and tells what icons mean; ``NanoSession`` does."""

    def meaning(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n, GLYPH_PX, GLYPH_PX, 3] of icons, cut out -> unit vectors [n, MEANING_WIDTH]."""
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
    seen = with_true_ends(image, [e for e in elements if e.kind is not ElementKind.TEXT and _is_large_enough(e.bbox)])
    inside = [_lines_in(element, lines) for element in seen]
    is_icon = [not idxs and _is_square(element.bbox) for element, idxs in zip(seen, inside, strict=True)]
    icons = [element.bbox for element, shows in zip(seen, is_icon, strict=True) if shows]
    vectors = iter(senses.meaning(cut_glyphs(image, icons)) if icons else ())
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


def _lines_in(element: SeenElement, lines: tuple[Line, ...]) -> tuple[int, ...]:
    return tuple(index for index, line in enumerate(lines) if holds(element.bbox, center(line.bbox)))

"""Fields that the encoder does not see: an empty one is little more than a thin frame, which pixels tell surely."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.elements import SeenElement
from model.ocr.controls import find_fields
from model.ocr.page import Line
from model.ocr.rects import areas, as_rows, shared_areas
from model.ocr.surfaces import take_apart

_MOST_HEIGHT_PX: Final = 68.0
"""Higher ones hold many lines, and mostly are no fields but lists and pages."""
_SAME: Final = 0.5
"""Intersection over union with what was seen."""
_PIECE_SHARE: Final = 0.6
"""Of a seen field that lies in a drawn one."""


def with_drawn_fields(
    image: NDArray[np.uint8], lines: Sequence[Line], seen: Sequence[SeenElement]
) -> list[SeenElement]:
    """Elements with the fields of one line that are drawn but were not seen, and without the pieces of these.

    Args:
        image: [height, width, 3] uint8 RGB.
        lines: what was read.
        seen: as the encoder tells them.
    """
    fields = [field for field in find_fields(image, take_apart(image), lines) if _is_low(field.bbox)]
    boxes, others = as_rows([field.bbox for field in fields]), as_rows([element.bbox for element in seen])
    shared, sizes = shared_areas(boxes, others), areas(others)
    is_new = ~np.any(shared > _SAME * (areas(boxes)[:, None] + sizes - shared), axis=1)
    is_piece = np.any((shared > _PIECE_SHARE * sizes) & is_new[:, None], axis=0)
    kept = [e for e, piece in zip(seen, is_piece.tolist(), strict=True) if not piece or e.kind is not ElementKind.FIELD]
    new = (field for field, is_one in zip(fields, is_new.tolist(), strict=True) if is_one)
    return [*kept, *(SeenElement(bbox=field.bbox, kind=ElementKind.FIELD, score=field.score) for field in new)]


def _is_low(box: Box) -> bool:
    return box[3] - box[1] <= _MOST_HEIGHT_PX

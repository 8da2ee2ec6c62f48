"""Controls that are seen twice are one."""

import numpy as np
from numpy.typing import NDArray

from model.ocr.page import Control
from model.ocr.rects import areas, as_rows, shared_areas

_MOST_SHARED = 0.5
"""Of the smaller of two controls around the same lines."""
_MOST_BESIDE_NAMED, _MOST_BESIDE_EMPTY = 0.25, 0.4
"""Intersection over union of a control that shows no text and another one, which shows some or none."""


def without_twins(controls: tuple[Control, ...]) -> tuple[Control, ...]:
    """Of controls that are seen twice, the surer stays: around the same lines, or empty and much where another is."""
    is_twin = _twins(controls)
    kept: list[int] = []
    for index in sorted(range(len(controls)), key=lambda i: (not controls[i].line_idxs, -controls[i].score)):
        if not is_twin[index, kept].any():
            kept.append(index)
    return tuple(controls[index] for index in sorted(kept))


def _twins(controls: tuple[Control, ...]) -> NDArray[np.bool_]:
    """[n, n]: whether a control is the twin of another, surer one."""
    boxes = as_rows([control.bbox for control in controls])
    both, sizes = shared_areas(boxes, boxes), areas(boxes)
    least, union = np.minimum(sizes[:, None], sizes), sizes[:, None] + sizes - both
    ids: dict[tuple[int, ...], int] = {}
    lines = np.array([ids.setdefault(control.line_idxs, len(ids)) for control in controls], np.int64)
    is_named = np.array([bool(control.line_idxs) for control in controls], np.bool_)
    of_same_lines = (lines[:, None] == lines) & (both > _MOST_SHARED * least)
    of_empty = both > np.where(is_named, _MOST_BESIDE_NAMED, _MOST_BESIDE_EMPTY) * union
    return np.asarray(np.where(is_named[:, None], of_same_lines, of_empty))

"""Small arithmetic on boxes (x1, y1, x2, y2)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.ocr.surfaces import IntBox, Surface


def are_inside(boxes: NDArray[np.float64], outer: IntBox, *, margin_px: float = 2.0) -> NDArray[np.bool_]:
    """[n] which of [n, 4] boxes lie in ``outer`` and a margin around it."""
    left, top, right, bottom = outer
    starts, ends = boxes[:, :2] + margin_px, boxes[:, 2:] - margin_px
    return np.asarray((starts >= (left, top)).all(axis=1) & (ends <= (right, bottom)).all(axis=1))


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Shared area as a share of the smaller box."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return max(width, 0.0) * max(height, 0.0) / smaller if smaller > 0 else 0.0


def overlaps(box: Sequence[float], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n] the area shared with each of [n, 4] boxes, as a share of the smaller box of the two."""
    starts, ends = np.maximum(others[:, :2], box[:2]), np.minimum(others[:, 2:], box[2:])
    shared = np.clip(ends - starts, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    smaller = np.minimum(areas, (box[2] - box[0]) * (box[3] - box[1]))
    return np.asarray(shared / np.maximum(smaller, 1e-9))


def grown(box: IntBox, margin_px: int) -> IntBox:
    """A box with a margin on every side, not beyond the upper and left edge of the picture."""
    return (max(box[0] - margin_px, 0), max(box[1] - margin_px, 0), box[2] + margin_px, box[3] + margin_px)


def clipped(box: Box, width_px: int, height_px: int) -> Box:
    """The part of a box that lies in a picture."""
    return (max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width_px)), min(box[3], float(height_px)))


def as_box(box: IntBox) -> Box:
    """The same box in floats."""
    return (float(box[0]), float(box[1]), float(box[2]), float(box[3]))


def outline_with_border(surface: Surface) -> Box:
    """The box with its border, which is one or two pixels outside of the inside."""
    left, top, right, bottom = surface.bbox
    return (max(left - 2.0, 0.0), max(top - 2.0, 0.0), right + 2.0, bottom + 2.0)

"""Geometry of boxes (x1, y1, x2, y2) in pixels."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box


def center(box: Box) -> tuple[float, float]:
    """(x, y) of the middle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def area(box: Box) -> float:
    """Width times height."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def shared_area(a: Box, b: Box) -> float:
    """Width times height of what two boxes have in common."""
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def areas(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """``area`` of each of [n, 4] boxes: [n]."""
    sides = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None)
    return np.asarray(sides[:, 0] * sides[:, 1])


def shared_areas(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """``shared_area`` of each of [n, 4] boxes and each of [m, 4]: [n, m]."""
    across = np.minimum(a[:, 2, None], b[:, 2]) - np.maximum(a[:, 0, None], b[:, 0])
    down = np.minimum(a[:, 3, None], b[:, 3]) - np.maximum(a[:, 1, None], b[:, 1])
    return np.asarray(np.clip(across, 0, None) * np.clip(down, 0, None))


def as_rows(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """[n, 4]."""
    return np.array(boxes, np.float64).reshape(-1, 4)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around some."""
    x1, y1, x2, y2 = zip(*boxes, strict=True)
    return min(x1), min(y1), max(x2), max(y2)


def gaps(a: Box, b: Box) -> tuple[float, float]:
    """Free space between two boxes, horizontally and vertically; 0 where they overlap in that direction."""
    return max(a[0] - b[2], b[0] - a[2], 0.0), max(a[1] - b[3], b[1] - a[3], 0.0)


def shared_height(a: Box, b: Box) -> float:
    """Share of the lower box's height that both have in common, 0 to 1: 1 if they stand in one row."""
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, overlap) / max(1.0, min(a[3] - a[1], b[3] - b[1]))


def shared_width(a: Box, b: Box) -> float:
    """Share of the narrower box's width that both have in common, 0 to 1: 1 if they stand in one column."""
    overlap = min(a[2], b[2]) - max(a[0], b[0])
    return max(0.0, overlap) / max(1.0, min(a[2] - a[0], b[2] - b[0]))


def holds(outer: Box, point: tuple[float, float]) -> bool:
    """Whether a point lies in a half-open box."""
    return outer[0] <= point[0] < outer[2] and outer[1] <= point[1] < outer[3]


def is_same(a: Box, b: Box) -> bool:
    """Whether two boxes cover nearly the same: more than half of their union."""
    common = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    return common > 0.5 * (area(a) + area(b) - common)

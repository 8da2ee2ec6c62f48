"""From the encoder's maps to elements: each cell votes for the box of the element that it is part of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.nano.shape import BOX_CHANNELS, CELL_PX, KIND_CHANNELS, KINDS
from model.ocr.rects import areas, shared_areas

_LEAST_SHARE = 0.5
_GRAIN_PX = 6.0
"""Votes for boxes whose edges differ by less are one."""
_SAME = 0.45
_MOST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenElement:
    """An element that the encoder sees.

    Attributes:
        bbox: its outline in pixels.
        kind: what it looks like.
        score: mean share of that kind in its cells, from 0 to 1.
    """

    bbox: Box
    kind: ElementKind
    score: float


def find_elements(maps: NDArray[np.float32], *, width_px: int, height_px: int) -> tuple[SeenElement, ...]:
    """All elements of a screen, in reading order.

    Args:
        maps: [h, w, N_CHANNELS].
        width_px: of the picture; boxes are cut at its edges.
        height_px: likewise.
    """
    shares = _softmax(maps[..., KIND_CHANNELS])
    kinds = shares[..., 1:].argmax(axis=-1)
    rows, columns = np.nonzero(shares[..., 0] < _LEAST_SHARE)
    if not rows.size:
        return ()
    boxes = _boxes(maps[rows, columns, BOX_CHANNELS], rows, columns)
    boxes = np.clip(boxes, 0, np.array([width_px, height_px, width_px, height_px]))
    own_kinds = kinds[rows, columns]
    own_shares = 1 - shares[rows, columns, 0]
    # As one number each: rows of numbers take much longer to tell apart.
    grains = np.round(boxes / _GRAIN_PX).astype(np.int64)
    keys = np.ravel_multi_index((*grains.T, own_kinds), (*(grains.max(axis=0) + 1), len(KINDS)))
    _, index, counts = np.unique(keys, return_inverse=True, return_counts=True)
    votes = np.bincount(index, own_shares)
    means = np.column_stack([np.bincount(index, boxes[:, side]) / counts for side in range(4)])
    group_kinds = np.zeros(len(counts), np.int64)
    group_kinds[index] = own_kinds
    # A box should be voted for by the cells inside it: small elements have few cells, so what counts is the share.
    n_inside = np.maximum(1.0, (means[:, 2] - means[:, 0]) * (means[:, 3] - means[:, 1]) / CELL_PX**2)
    order = np.argsort(-votes / np.sqrt(n_inside), kind="stable")[:_MOST]
    kept = _suppressed(means[order])
    found = [
        SeenElement(
            bbox=_box_of(means[group]), kind=KINDS[group_kinds[group]], score=float(votes[group] / counts[group])
        )
        for group in order[kept]
    ]
    return tuple(sorted(found, key=lambda element: (element.bbox[1] + element.bbox[3], element.bbox[0])))


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _boxes(distances: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    left, top, right, bottom = (np.exp(np.clip(distances, -4, 6)) * CELL_PX).T
    x, y = (columns + 0.5) * CELL_PX, (rows + 0.5) * CELL_PX
    return np.column_stack((x - left, y - top, x + right, y + bottom)).astype(np.float64)


def _suppressed(boxes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of boxes, best first, that no better one resembles."""
    sizes = areas(boxes)
    least, most = np.minimum(sizes[:, None], sizes), np.maximum(sizes[:, None], sizes)
    is_alike = shared_areas(boxes, boxes) >= _SAME * least + _SAME * 0.3 * most
    is_open = sizes > 0
    kept: list[int] = []
    for index in range(len(boxes)):
        if is_open[index]:
            kept.append(index)
            is_open &= ~is_alike[index]
    return np.array(kept, np.int64)


def _box_of(sides: NDArray[np.float64]) -> Box:
    x1, y1, x2, y2 = (float(side) for side in sides)
    return x1, y1, x2, y2

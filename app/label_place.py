"""Where a label covers least: beside its target, over the emptiest part of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

_BLOCK_PX = 8
# Covering another candidate is worse than any detail; leaving the wonted place below needs a reason.
_CANDIDATE_COST = 1.0
_ORDER_COST = 0.004


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detail:
    """How much there is to see in each block of a picture: [n_rows, n_cols] float32 in [0, 1]."""

    blocks: NDArray[np.float32]

    @classmethod
    def of(cls, pixels: NDArray[np.uint8]) -> "Detail":
        """Measure [height, width, 3] uint8 RGB."""
        import cv2

        # Every second pixel of green: letters still show, and a 4K screen takes a few milliseconds.
        green = pixels[::2, ::2, 1].astype(np.int16)
        edges = np.abs(np.diff(green, axis=1)).clip(0, 255).astype(np.uint8)
        size = (max(pixels.shape[1] // _BLOCK_PX, 1), max(pixels.shape[0] // _BLOCK_PX, 1))
        return cls(blocks=cv2.resize(edges, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255)

    def inside(self, box: QRectF, target: QRectF) -> float:
        """Mean detail under a box, when the whole picture lies at ``target``."""
        n_rows, n_cols = self.blocks.shape
        left, right = _share((box.left(), box.right()), target.left(), target.width(), n_cols)
        top, bottom = _share((box.top(), box.bottom()), target.top(), target.height(), n_rows)
        return float(self.blocks[top : bottom + 1, left : right + 1].mean())


def place_label(
    size: QSizeF, beside: QRectF, target: QRectF, *, gap: float, others: Sequence[QRectF], detail: Detail | None
) -> QRectF:
    """The best of the places around a box.

    Args:
        size: of the label.
        beside: outline of what is named.
        target: where the whole picture lies; the label stays inside.
        gap: distance to keep from the box, and half of it from the border.
        others: outlines of other candidates.
        detail: what can be covered; None prefers below, then above, right, left.
    """
    width, height = size.width(), size.height()
    center = beside.center()
    corners = (
        QPointF(center.x() - width / 2, beside.bottom() + gap),
        QPointF(center.x() - width / 2, beside.top() - gap - height),
        QPointF(beside.right() + gap, center.y() - height / 2),
        QPointF(beside.left() - gap - width, center.y() - height / 2),
    )
    inner = target.adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2)
    places = [_moved_into(QRectF(corner, size), inner) for corner in corners]

    def cost(idx: int) -> float:
        place = places[idx]
        n_covered = sum(place.intersects(other) for other in others) + 2 * place.intersects(beside)
        busy = detail.inside(place, target) if detail is not None else 0.0
        return busy + _CANDIDATE_COST * n_covered + _ORDER_COST * idx

    return places[min(range(len(places)), key=cost)]


def _moved_into(box: QRectF, area: QRectF) -> QRectF:
    moved = QRectF(box)
    moved.moveRight(min(moved.right(), area.right()))
    moved.moveLeft(max(moved.left(), area.left()))
    moved.moveBottom(min(moved.bottom(), area.bottom()))
    moved.moveTop(max(moved.top(), area.top()))
    return moved


def _share(ends: tuple[float, float], start: float, length: float, n: int) -> tuple[int, int]:
    """Which of ``n`` equal parts of a length the ends lie in."""
    first, last = (min(max(int((end - start) / length * n), 0), n - 1) for end in ends)
    return first, last

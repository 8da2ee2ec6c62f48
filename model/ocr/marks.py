"""Small closed shapes left of a label: check boxes and radio buttons, told from the letter O by the room around."""

from collections.abc import Sequence
from enum import Enum, auto

import cv2
import numpy as np
from numpy.typing import NDArray

from model.ocr.surfaces import IntBox, Mask, Surface

MARK_PX = (11, 38)
"""Side of a mark in ink, which is two pixels wider than what is drawn; 38 is a check box at twice the usual size."""

_SURFACE_RIM_PX = (2, 3, 1)
_MIN_MARK_STEP = 14
_MIN_COLOR_SHARE = 0.08
_MAX_MARK_COLORS = 4
_MIN_ROOM_PX = (8, 3)
_ROOM_PER_SIDE = (0.6, 0.16)
_MIN_LABEL_GAP_PX = 16
_LABEL_GAP_PER_SIDE = 0.9


class Outline(Enum):
    """What a small shape looks like from outside."""

    SQUARE = auto()
    CIRCLE = auto()
    OTHER = auto()


def outline_of(image: NDArray[np.uint8], bbox: IntBox) -> Outline:
    """Fill a small closed shape and compare its area with a square's and a circle's."""
    left, top, right, bottom = bbox
    patch = image[top:bottom, left:right].astype(np.int16)
    shape = (np.abs(patch - patch[0, 0]).max(axis=2) > _MIN_MARK_STEP).astype(np.uint8)
    contours, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return Outline.OTHER
    cv2.drawContours(shape, contours, -1, 1, cv2.FILLED)
    ys, xs = np.flatnonzero(shape.any(axis=1)), np.flatnonzero(shape.any(axis=0))
    height, width = ys[-1] - ys[0] + 1, xs[-1] - xs[0] + 1
    if abs(height - width) > 1:
        return Outline.OTHER
    share = float(shape.sum()) / (height * width)
    # Four corners of a circle miss 21 % of its square; rounded corners of a check box miss a few pixels.
    if share > 0.9:
        return Outline.SQUARE
    return Outline.CIRCLE if 0.72 <= share <= 0.87 else Outline.OTHER


def find_marks(
    image: NDArray[np.uint8], ink: Mask, blots: Sequence[IntBox], surfaces: Sequence[Surface]
) -> list[IntBox]:
    """Boxes of marks.

    Args:
        image: [height, width, 3] uint8 RGB.
        ink: [height, width] uint8, of everything.
        blots: connected parts of the ink; a mark with a dark outline is one of them.
        surfaces: a mark with a faint outline has no ink, but its inside is a surface.
    """
    height, width = image.shape[:2]
    marks: list[IntBox] = []
    for blot in blots:
        if _is_sized(blot) and _has_room(ink, blot) and _is_mark(image, blot):
            marks.append(blot)
    for surface in surfaces:
        for rim in _SURFACE_RIM_PX:
            x1, y1, x2, y2 = surface.bbox
            box = (x1 - rim - 1, y1 - rim - 1, x2 + rim + 1, y2 + rim + 1)
            is_inside = min(box) >= 0 and box[2] <= width and box[3] <= height
            if is_inside and _is_sized(box) and _has_room(ink, box) and _is_mark(image, box):
                if not any(_touch(box, mark) for mark in marks):
                    marks.append(box)
                break
    return marks


def _touch(a: IntBox, b: IntBox) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _is_sized(box: IntBox) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return MARK_PX[0] <= width <= MARK_PX[1] and abs(width - height) <= 2


def _has_room(ink: Mask, box: IntBox) -> bool:
    """Whether nothing is near at its left, and its label begins at its right after more than a letter's gap."""
    left, top, right, bottom = box
    side = right - left
    room_before, room_after = (
        max(least, round(per_side * side)) for least, per_side in zip(_MIN_ROOM_PX, _ROOM_PER_SIDE, strict=True)
    )
    inset = side // 5
    rows = slice(top + inset, bottom - inset)
    before = ink[rows, max(left - room_before, 0) : left]
    after = ink[rows, right : right + room_after]
    reach = right + max(_MIN_LABEL_GAP_PX, round(_LABEL_GAP_PER_SIDE * side)) + 1
    return not before.any() and not after.any() and bool(ink[rows, right:reach].any())


def _is_mark(image: NDArray[np.uint8], box: IntBox) -> bool:
    """Whether a shape is a square or a circle in few colours: ground, frame, filling and tick."""
    if outline_of(image, box) is Outline.OTHER:
        return False
    coarse = image[box[1] : box[3], box[0] : box[2]].reshape(-1, 3) >> 6
    _, counts = np.unique(coarse @ np.array([16, 4, 1], dtype=np.uint8), return_counts=True)
    return int((counts > _MIN_COLOR_SHARE * len(coarse)).sum()) <= _MAX_MARK_COLORS

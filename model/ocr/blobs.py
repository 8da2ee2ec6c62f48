"""From ink to strips: which blots of ink belong together on one line, and which look like no text at all.

All boxes are (x1, y1, x2, y2) in pixels, half-open. Ink is one pixel wider than what is drawn, on every side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.ocr.marks import MARK_PX, find_marks
from model.ocr.surfaces import Drawing, IntBox, Mask

_MAX_BLOBS = 6000
_MAX_TEXT_HEIGHT_PX = 72
_MIN_INK_PX = 4
_LETTER_GAP_PX = 5
_WORD_GAP_PER_HEIGHT = 1.15
_MAX_WORD_GAP_PX = 40
_MIN_SHARED_HEIGHT = 0.55
_MIN_LINE_HEIGHT_PX = 5
_VALLEY_PER_PEAK = 0.12
_TWO_LINES_PX = 22
_COLOR_SPREAD = 26.0
_MIN_ICON_PX = 11
_MIN_FRAME_PX = (40, 19)
_BENT_STROKE_PX = (8, 24)
_MAX_STROKE_PX = 3.6
_MAX_CORNER_SHARE = 0.3
_MAX_FRAME_SHARE = 0.2
_SQUARE_PX = 16
_LETTER_GAP_PER_HEIGHT = 0.18
_SIGN_GAP_PER_HEIGHT = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Blobs:
    """What the ink is grouped into.

    Attributes:
        strips: boxes that may hold one line of text.
        icons: boxes of blots that are too colourful or too square to be text.
        marks: boxes of small squares and circles left of text: check boxes and radio buttons.
    """

    strips: tuple[IntBox, ...]
    icons: tuple[IntBox, ...]
    marks: tuple[IntBox, ...]


def group(image: NDArray[np.uint8], drawing: Drawing) -> Blobs:
    """Group the ink of a picture; at most 6000 blots are looked at, the largest first."""
    ink, icons, marks = _without_structures(image, drawing)
    smeared = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, _LETTER_GAP_PX), np.uint8))
    boxes = [part for box in _boxes(smeared) for part in _split_rows(ink, box)]
    boxes = _join_accents(boxes)
    icons += [box for box in boxes if _is_icon(image, box)]
    texts = sorted(set(boxes) - set(icons))
    strips = _link(texts, [*icons, *marks], _owners(texts, drawing), ink)
    return Blobs(
        strips=tuple(box for box in strips if _may_be_text(box)),
        icons=tuple(icons),
        marks=tuple(marks),
    )


def _may_be_text(box: IntBox) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    # A lone minus or point is lower than any line of text.
    return height >= _MIN_LINE_HEIGHT_PX or (height >= 3 and width >= 4)


def _without_structures(image: NDArray[np.uint8], drawing: Drawing) -> tuple[Mask, list[IntBox], list[IntBox]]:
    """Ink without photographs, frames, strokes of borders, specks, icons and marks; the icons; the marks."""
    _, labels, stats, centers = cv2.connectedComponentsWithStats(drawing.ink, connectivity=8)
    w, h, area = (stats[:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    is_bent = (w <= _BENT_STROKE_PX[0]) & (h >= _BENT_STROKE_PX[1]) & (area <= _MAX_STROKE_PX * h)
    is_corner = (w <= _MIN_FRAME_PX[0]) & (h >= _BENT_STROKE_PX[1]) & (area < _MAX_CORNER_SHARE * w * h)
    is_bent |= is_corner & (area <= _MAX_STROKE_PX * (w + h))
    is_stroke = ((w <= 4) & (h >= 19)) | ((h <= 5) & (w >= 30)) | is_bent
    is_big = h > _MAX_TEXT_HEIGHT_PX
    # Three sides around the chosen tab, a corner of a box.
    is_open_frame = (w >= _MIN_FRAME_PX[0]) & (h >= _MIN_FRAME_PX[1]) & (area < _MAX_FRAME_SHARE * w * h)
    is_kept = ~is_stroke & ~is_big & ~is_open_frame & (area >= _MIN_INK_PX)
    is_kept[0] = False
    x, y = np.nan_to_num(centers).astype(np.int64).T
    is_kept &= drawing.rough[y, x] == 0
    # Icons and marks often stand closer to their label than its words to each other, so they go before anything is
    # joined.
    is_sized = is_kept & (w >= MARK_PX[0]) & (h >= MARK_PX[0]) & (w <= MARK_PX[1]) & (h <= MARK_PX[1])
    blots = [(x, y, x + w, y + h) for x, y, w, h, _ in stats[np.flatnonzero(is_sized)[:_MAX_BLOBS]].tolist()]
    marks = find_marks(image, drawing.ink, blots, drawing.surfaces)
    are_marks = set(marks)
    icons = []
    for idx in np.flatnonzero(is_kept & (w >= _MIN_ICON_PX) & (h >= _MIN_ICON_PX))[:_MAX_BLOBS]:
        left, top = int(stats[idx, cv2.CC_STAT_LEFT]), int(stats[idx, cv2.CC_STAT_TOP])
        box = (left, top, left + int(w[idx]), top + int(h[idx]))
        if box not in are_marks and _is_icon(image, box):
            icons.append(box)
            is_kept[idx] = False
    ink = is_kept.astype(np.uint8)[labels]
    for x1, y1, x2, y2 in marks:
        ink[y1:y2, x1:x2] = 0
    return ink, icons, marks


def _boxes(mask: Mask) -> list[IntBox]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    stats = stats[1:]
    if len(stats) > _MAX_BLOBS:
        stats = stats[np.argsort(-stats[:, cv2.CC_STAT_AREA], kind="stable")[:_MAX_BLOBS]]
    return [(x, y, x + w, y + h) for x, y, w, h, _ in stats.tolist()]


def _split_rows(ink: Mask, box: IntBox) -> Iterator[IntBox]:
    """Lines set so tightly that their letters touch come as one blot; cut it where hardly any ink is."""
    left, top, right, bottom = box
    if bottom - top < _TWO_LINES_PX or right - left < bottom - top:
        yield box
        return
    profile = ink[top:bottom, left:right].sum(axis=1)
    is_valley = profile <= _VALLEY_PER_PEAK * profile.max()
    start = 0
    for row in range(_MIN_LINE_HEIGHT_PX, len(profile) - _MIN_LINE_HEIGHT_PX):
        if is_valley[row] and row - start >= _TWO_LINES_PX // 2 and len(profile) - row >= _TWO_LINES_PX // 2:
            yield (left, top + start, right, top + row)
            start = row + 1
    yield (left, top + start, right, bottom)


def _join_accents(boxes: list[IntBox]) -> list[IntBox]:
    """Put dots and strokes that belong to one letter together: i, ü, =, ÷, :, quotes over nothing stay alone."""
    boxes = sorted(boxes, key=lambda box: (box[0], box[1]))
    merged: list[IntBox] = []
    is_used = [False] * len(boxes)
    for i, box in enumerate(boxes):
        if is_used[i]:
            continue
        grown = box
        for j in range(i + 1, len(boxes)):
            other = boxes[j]
            if other[0] >= grown[2]:
                break
            if not is_used[j] and _is_accent(grown, other):
                grown = _union(grown, other)
                is_used[j] = True
        merged.append(grown)
    return merged


def _is_accent(a: IntBox, b: IntBox) -> bool:
    upper, lower = (a, b) if a[1] <= b[1] else (b, a)
    shared = min(a[2], b[2]) - max(a[0], b[0])
    narrow = min(a[2] - a[0], b[2] - b[0])
    gap = lower[1] - upper[3]
    heights = upper[3] - upper[1], lower[3] - lower[1]
    if max(heights) > 40 or shared < 0.7 * narrow or narrow > 14:
        return False
    return gap <= 2 and min(heights) <= 7 and max(heights) + min(heights) <= 36


def _is_icon(image: NDArray[np.uint8], box: IntBox) -> bool:
    """Text has one colour on another, blended at its edges; icons have more, or fill a square."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if not (
        min(width, height) >= _MIN_ICON_PX
        and max(width, height) <= _MAX_TEXT_HEIGHT_PX
        and 0.45 <= width / height <= 1.8
    ):
        return False
    pixels = image[top:bottom, left:right].reshape(-1, 3).astype(np.float32)
    pixels -= pixels[0]
    strength = np.abs(pixels).sum(axis=1)
    far = pixels[strength.argmax()]
    length = float(np.linalg.norm(far))
    if length < 1:
        return False
    along = pixels @ (far / length)
    rest = np.linalg.norm(pixels - along[:, None] * (far / length), axis=1)
    # Sub-pixel smoothing colours the edges of letters, seldom more than a third of their pixels.
    return float((rest > _COLOR_SPREAD).mean()) > 0.12 and float(np.percentile(rest, 95)) > 2 * _COLOR_SPREAD


def _owners(boxes: list[IntBox], drawing: Drawing) -> NDArray[np.int64]:
    """Index of the smallest surface around each box's middle; -1 outside of all."""
    if not boxes or not drawing.surfaces:
        return np.full(len(boxes), -1)
    areas = np.array([surface.bbox for surface in drawing.surfaces])
    middles = np.array(boxes, dtype=np.float64)
    x, y = (middles[:, 0] + middles[:, 2]) / 2, (middles[:, 1] + middles[:, 3]) / 2
    is_inside = (
        (areas[None, :, 0] <= x[:, None])
        & (x[:, None] < areas[None, :, 2])
        & (areas[None, :, 1] <= y[:, None])
        & (y[:, None] < areas[None, :, 3])
        # The hole of a big letter is a surface too, but not one that words stand on.
        & ((areas[:, 3] - areas[:, 1])[None, :] >= (middles[:, 3] - middles[:, 1])[:, None] - 4)
    )
    # Surfaces come largest first, so the last hit is the smallest.
    last = is_inside.shape[1] - 1 - is_inside[:, ::-1].argmax(axis=1)
    return np.where(is_inside.any(axis=1), last, -1)


def _link(boxes: list[IntBox], icons: list[IntBox], owners: NDArray[np.int64], ink: Mask) -> list[IntBox]:
    """Join blots into lines, left to right: near, at the same height, on the same surface, nothing in between."""
    order = sorted(range(len(boxes)), key=lambda i: boxes[i][0])
    lines: list[IntBox] = []
    line_owners: list[int] = []
    open_idxs: list[int] = []
    for i in order:
        box = boxes[i]
        open_idxs = [k for k in open_idxs if box[0] - lines[k][2] <= _MAX_WORD_GAP_PX]
        near = [k for k in open_idxs if line_owners[k] == owners[i] and _is_continued(lines[k], box)]
        if near:
            best = max(near, key=lambda k: lines[k][2])
            if not any(_lies_between(icon, lines[best], box) for icon in icons):
                lines[best] = _union(lines[best], box)
                continue
        lines.append(box)
        line_owners.append(int(owners[i]))
        open_idxs.append(len(lines) - 1)
    return lines


def _is_continued(line: IntBox, box: IntBox) -> bool:
    heights = line[3] - line[1], box[3] - box[1]
    gap = box[0] - line[2]
    shared = min(line[3], box[3]) - max(line[1], box[1])
    if shared < _MIN_SHARED_HEIGHT * min(heights) or max(heights) > 3.2 * min(heights) + 8:
        return False
    if gap <= _LETTER_GAP_PER_HEIGHT * max(heights):
        return True
    n_square = _is_square(line) + _is_square(box)
    # Icons stand beside icons or beside smaller text; a short word of a headline stands beside longer ones.
    if n_square == 2 or (n_square == 1 and max(heights) > 1.2 * min(heights)):
        return False
    are_signs = all(b[2] - b[0] <= 1.6 * max(heights) for b in (line, box))
    per_height = _SIGN_GAP_PER_HEIGHT if are_signs else _WORD_GAP_PER_HEIGHT
    return gap <= min(per_height * max(heights), _MAX_WORD_GAP_PX)


def _is_square(box: IntBox) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return height >= _SQUARE_PX and 0.55 <= width / height <= 1.7


def _lies_between(icon: IntBox, line: IntBox, box: IntBox) -> bool:
    middle_x, middle_y = (icon[0] + icon[2]) / 2, (icon[1] + icon[3]) / 2
    return line[2] <= middle_x <= box[0] and line[1] <= middle_y <= line[3]


def _union(a: IntBox, b: IntBox) -> IntBox:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])

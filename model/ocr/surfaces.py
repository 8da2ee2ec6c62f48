"""What a screen is made of before anything is read: one-coloured surfaces, and the ink between their edges.

Interfaces are drawn, not photographed: buttons, fields and windows are surfaces of nearly one colour with sharp edges.
A surface here is a connected set of pixels without a step in colour; a *rectangle* is one that reaches along all four
sides of its bounding box. Ink is everything with steps in colour that is not an edge of a rectangle or a long line:
letters, icons, pictures.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_MIN_EDGE_STEP = 7
_MIN_INK_STEP = 22
_MIN_SIDE_PX = 7
_MIN_OUTLINED_PX = 20
_MAX_SURFACES = 2000
_MIN_SIDE_COVER = 0.6
_LONG_LINE_PX = 56
_THICK_LINE_PX = 8
_ROUGH_TILE_PX = 32
_MAX_FLAT_SHARE = 0.25
_BORDER_PX = 4
_CORNER_PX = 7
_KEY_PX = (12, 140)
_INNER_CORNER_PX = 2
_MAX_TRIM_PX = 3
_MAX_ROUND_PX = 60
_MAX_UNEVENNESS = 0.2
_WINDOW_PX = (150, 80)

IntBox = tuple[int, int, int, int]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A rectangle of nearly one colour.

    Attributes:
        bbox: its inside, (x1, y1, x2, y2) in pixels.
        color: RGB of most of it.
        fill: share of the box that has no ink and no other surface, in (0, 1].
        is_round: the corners are missing by a lot: a pill or a circle.
    """

    bbox: IntBox
    color: tuple[int, int, int]
    fill: float
    is_round: bool

    @property
    def width_px(self) -> int:
        """Width of the box."""
        return self.bbox[2] - self.bbox[0]

    @property
    def height_px(self) -> int:
        """Height of the box."""
        return self.bbox[3] - self.bbox[1]

    @property
    def area_px(self) -> int:
        """Area of the box."""
        return self.width_px * self.height_px

    @property
    def is_key(self) -> bool:
        """Whether it has the size of a button on a keypad or a tool bar."""
        return _KEY_PX[0] <= min(self.width_px, self.height_px) and max(self.width_px, self.height_px) <= _KEY_PX[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture taken apart.

    Attributes:
        surfaces: rectangles, largest first.
        ink: [height, width] uint8, 1 on letters and icons and one pixel around them.
        rough: [height, width] uint8, 1 where hardly any pixel is like its neighbours: photographs. Ink says nothing
            there.
    """

    surfaces: tuple[Surface, ...]
    ink: Mask
    rough: Mask


def contains(outer: IntBox, inner: IntBox) -> bool:
    """Whether a box lies in another."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def take_apart(image: NDArray[np.uint8]) -> Drawing:
    """Find the surfaces and the ink of a picture, [height, width, 3] uint8 RGB."""
    step_x, step_y = _steps(image, axis=1), _steps(image, axis=0)
    flat = 1 - (_both_sides(step_x > _MIN_EDGE_STEP, axis=1) | _both_sides(step_y > _MIN_EDGE_STEP, axis=0))
    across = _both_sides(step_x > _MIN_INK_STEP, axis=1)
    down = _both_sides(step_y > _MIN_INK_STEP, axis=0)
    ink = across | down
    ink[_long_lines(down, (_LONG_LINE_PX, 1), (_LONG_LINE_PX, _THICK_LINE_PX)) > 0] = 0
    ink[_long_lines(across, (1, _LONG_LINE_PX), (_THICK_LINE_PX, _LONG_LINE_PX)) > 0] = 0
    surfaces = _rectangles(image, flat, ink)
    return Drawing(surfaces=surfaces, ink=ink, rough=_rough(flat))


def _steps(image: NDArray[np.uint8], *, axis: int) -> Mask:
    """Largest difference over the channels between neighbours along an axis; one shorter than the image there."""
    later, earlier = (image[1:], image[:-1]) if axis == 0 else (image[:, 1:], image[:, :-1])
    red, green, blue = cv2.split(cv2.absdiff(later, earlier))
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)


def _both_sides(is_step: NDArray[np.bool_], *, axis: int) -> Mask:
    """Mark the pixels on both sides of each step."""
    marks = np.pad(is_step, [(1, 0) if axis == 0 else (0, 0), (1, 0) if axis == 1 else (0, 0)])
    if axis == 0:
        marks[:-1] |= is_step
    else:
        marks[:, :-1] |= is_step
    return marks.view(np.uint8)


def _long_lines(marks: Mask, line: tuple[int, int], bar: tuple[int, int]) -> Mask:
    """Long thin runs: lines and borders, not photographs, where every pixel is marked."""
    long = cv2.erode(marks, _rect(line))
    lines = np.asarray(cv2.dilate(long, _rect(line)), dtype=np.uint8)
    # A bar wears down to what its thickness leaves of its lines, which is nearly always nothing.
    thick = cv2.erode(long, _rect((bar[0] - line[0] + 1, bar[1] - line[1] + 1)))
    return lines & ~np.asarray(cv2.dilate(thick, _rect(bar)), dtype=np.uint8) if cv2.countNonZero(thick) else lines


def _rough(flat: Mask) -> Mask:
    height, width = flat.shape
    n_cols, n_rows = max(width // _ROUGH_TILE_PX, 1), max(height // _ROUGH_TILE_PX, 1)
    # Whole tiles only: shrinking by a whole number is many times as fast; the last tiles reach to the edge.
    whole = flat[: n_rows * _ROUGH_TILE_PX, : n_cols * _ROUGH_TILE_PX] * np.uint8(255)
    share = cv2.resize(whole, (n_cols, n_rows), interpolation=cv2.INTER_AREA)
    tiles = _opened((share < _MAX_FLAT_SHARE * 255).astype(np.uint8), (2, 2))
    if not tiles.any():
        return np.zeros_like(flat)
    rough = cv2.resize(tiles, (whole.shape[1], whole.shape[0]), interpolation=cv2.INTER_NEAREST)
    below, right = height - whole.shape[0], width - whole.shape[1]
    return np.asarray(cv2.copyMakeBorder(rough, 0, below, 0, right, cv2.BORDER_REPLICATE))


def _opened(mask: Mask, size: tuple[int, int]) -> Mask:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _rect(size)))


def _rect(size: tuple[int, int]) -> Mask:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_RECT, size), dtype=np.uint8)


def _rectangles(image: NDArray[np.uint8], flat: Mask, ink: Mask) -> tuple[Surface, ...]:
    """Find the rectangles, largest first, and take their outlines out of the ink."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    stats[0] = 0
    width, height, area = (stats[:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    # A window around a large text area is a thin frame; anything smaller must be more than that.
    is_window = (width >= _WINDOW_PX[0]) & (height >= _WINDOW_PX[1])
    min_fill = np.where(is_window, 0.005, 0.2)
    is_large = (width >= _MIN_SIDE_PX) & (height >= _MIN_SIDE_PX) & (area >= min_fill * width * height)
    idxs = np.flatnonzero(is_large)
    idxs = idxs[np.argsort(-(width[idxs] * height[idxs]), kind="stable")][:_MAX_SURFACES]
    found = []
    for idx in idxs.tolist():
        left, top, w, h, n_px = stats[idx].tolist()
        inside = labels[top : top + h, left : left + w] == idx
        rows, cols = _cover(inside, axis=1), _cover(inside, axis=0)
        x1, x2 = _trimmed(cols)
        y1, y2 = _trimmed(rows)
        fill = n_px / (w * h)
        is_sharp = min(rows[y1], rows[y2 - 1], cols[x1], cols[x2 - 1]) >= _MIN_SIDE_COVER
        # A pill covers its straight sides and touches the others in the middle; a circle touches all four.
        ends = sorted((rows[y1], rows[y2 - 1])), sorted((cols[x1], cols[x2 - 1]))
        is_even = all(more - less <= _MAX_UNEVENNESS for less, more in ends)
        is_round = not is_sharp and fill > 0.5 and is_even and ends[0][0] > 0.3 and h <= _MAX_ROUND_PX
        if (is_sharp or is_round) and x2 - x1 >= _MIN_SIDE_PX and y2 - y1 >= _MIN_SIDE_PX:
            y = int(rows.argmax())
            xs = np.flatnonzero(inside[y])
            x = int(xs[len(xs) // 2])
            red, green, blue = image[top + y, left + x].tolist()
            box = (left + x1, top + y1, left + x2, top + y2)
            found.append(Surface(bbox=box, color=(red, green, blue), fill=fill, is_round=is_round))
            if max(x2 - x1, y2 - y1) < _MIN_OUTLINED_PX:
                continue  # the hole of a letter such as o, whose rim is the letter
            if is_round:
                _erase_rim(ink, inside, left, top)
            else:
                _erase_border(ink, box)
    return tuple(found)


def _cover(inside: NDArray[np.bool_], *, axis: int) -> NDArray[np.float64]:
    """Share of a row (axis 1) or column (axis 0) that is set."""
    counts = cv2.reduce(inside.view(np.uint8), axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    return np.asarray(counts.ravel() / inside.shape[axis])


def _trimmed(cover: NDArray[np.float64]) -> tuple[int, int]:
    """Cut up to three pixels off both ends while they are hardly covered: softened corners stick out there."""
    start, stop = 0, len(cover)
    while start < _MAX_TRIM_PX and start < stop and cover[start] < _MIN_SIDE_COVER:
        start += 1
    while len(cover) - stop < _MAX_TRIM_PX and start < stop and cover[stop - 1] < _MIN_SIDE_COVER:
        stop -= 1
    is_better = stop - start >= _MIN_SIDE_PX and min(cover[start], cover[stop - 1]) >= _MIN_SIDE_COVER
    return (start, stop) if is_better else (0, len(cover))


def _erase_border(ink: Mask, bbox: IntBox) -> None:
    """Take a rectangle's outline out of the ink: the rows and columns just outside of it that are nearly full."""
    left, top, right, bottom = bbox
    height, width = ink.shape
    x1, x2 = max(left - _BORDER_PX, 0), min(right + _BORDER_PX, width)
    y1, y2 = max(top - _BORDER_PX, 0), min(bottom + _BORDER_PX, height)
    corner_x, corner_y = min(_CORNER_PX, (right - left) // 4), min(_CORNER_PX, (bottom - top) // 4)
    for near, far in ((y1, top), (bottom, y2)):
        is_full = ink[near:far, left + corner_x : right - corner_x].mean(axis=1) > 0.7 if far > near else []
        for row in np.flatnonzero(is_full):
            ink[near + row, x1:x2] = 0
    for near, far in ((x1, left), (right, x2)):
        is_full = ink[top + corner_y : bottom - corner_y, near:far].mean(axis=0) > 0.7 if far > near else []
        for col in np.flatnonzero(is_full):
            ink[y1:y2, near + col] = 0
    reach_x, reach_y = min(corner_x, _INNER_CORNER_PX), min(corner_y, _INNER_CORNER_PX)
    for ys in (slice(y1, top + reach_y), slice(bottom - reach_y, y2)):
        for xs in (slice(x1, left + reach_x), slice(right - reach_x, x2)):
            ink[ys, xs] = 0


def _erase_rim(ink: Mask, inside: NDArray[np.bool_], left: int, top: int) -> None:
    """Take the outline of a pill or a circle out of the ink: a band around its filled shape."""
    shape = np.pad(inside.astype(np.uint8), _BORDER_PX)
    hull = cv2.convexHull(cv2.findNonZero(shape))  # a label that touches the outline dents the shape, not its hull
    cv2.fillConvexPoly(shape, hull, 1)
    side = 2 * _BORDER_PX + 1
    rim = cv2.dilate(shape, np.ones((side, side), np.uint8)) - shape
    height, width = ink.shape
    x1, y1 = max(left - _BORDER_PX, 0), max(top - _BORDER_PX, 0)
    part = ink[y1 : min(top - _BORDER_PX + rim.shape[0], height), x1 : min(left - _BORDER_PX + rim.shape[1], width)]
    rim = rim[y1 - top + _BORDER_PX :, x1 - left + _BORDER_PX :][: part.shape[0], : part.shape[1]]
    part[rim > 0] = 0

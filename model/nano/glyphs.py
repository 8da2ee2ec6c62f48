"""What is drawn in a box, cut out: without its ground, its frame and its size, as the glyph network takes it."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.grounder import Box

GLYPH_PX: Final = 32
"""Side of a cut glyph."""
_LEAST_INK: Final = 22
"""Difference from the ground, in levels of the channel that differs most."""
_MOST_CHANGE: Final = 48.0
"""Of a ground's colour over one box, in levels."""
_LEAST_GROUND: Final = 0.3
"""Of a box; where less of it is like its median there is no telling how the ground changes."""
_EVEN: Final = 4.0
"""Levels by which a ground of one colour varies at most."""
_LEAST_SHARE: Final = 0.25
"""Of the strongest difference: rims and shadows are fainter than what they surround."""
_EDGE_SHARE: Final = 0.08
_FRAME_SHARE: Final = 0.7
"""Of a box's side; what reaches along so much of its edge is a frame or the rim of a button."""
_RIM_SHARE: Final = 0.55
"""Of the edge of its own box that a frame covers; a circle covers less."""
_FULL_SHARE: Final = 0.6
"""Of its own box; what fills so much of it is no frame."""
_LINE_PX: Final = 2
_LEAST_BUTTON_PX: Final = 26
"""A smaller box holds an icon without a margin, whose lines may be at its edge."""
_OUTSIDE: Final = 0.28
"""Of a box's side: what is drawn in it reaches farther in, frames and what is beside it do not."""
_LINE_SHARE: Final = 0.45
"""Of a box's side; what is as long, at its edge and not inside is part of a frame."""
_PIECE_SHARE: Final = 0.35
"""Of the ink; what is cut by the edge of the box, has less of it and is not inside belongs to something else."""
_LEAST_MARGIN_PX: Final = 20
"""A smaller box holds nothing but the icon."""
_SPECK_SHARE: Final = 0.005
_MARGIN: Final = 0.06
_LEAST_PX: Final = 2


def cut_glyphs(image: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.float32]:
    """Cut out what is drawn in some boxes.

    Args:
        image: [height, width, 3] uint8 RGB.
        boxes: in pixels; cut at the picture's edge.

    Returns:
        [n, GLYPH_PX, GLYPH_PX, 3] float32 in [-1, 1]: the difference from the ground; 0 where a box shows nothing.
    """
    glyphs = np.zeros((len(boxes), GLYPH_PX, GLYPH_PX, 3), np.float32)
    for glyph, box in zip(glyphs, boxes, strict=True):
        part = pixels_of(image, box)
        if min(part.shape[:2]) >= _LEAST_PX:
            _cut(part, glyph)
    return glyphs


def pixels_of(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The pixels that a box touches, a view."""
    x1, y1, x2, y2 = box
    return image[max(0, int(y1)) : max(0, int(np.ceil(y2))), max(0, int(x1)) : max(0, int(np.ceil(x2)))]


def _cut(part: NDArray[np.uint8], glyph: NDArray[np.float32]) -> None:
    difference = _without_ground(part.astype(np.float32))
    strength = np.abs(difference).max(axis=-1)
    is_ink = (strength >= max(_LEAST_INK, _LEAST_SHARE * float(strength.max()))).astype(np.uint8)
    is_drawn = _without_frame(is_ink)
    rows, cols = np.flatnonzero(is_drawn.any(axis=1)), np.flatnonzero(is_drawn.any(axis=0))
    if not rows.size:
        return
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1
    side = max(bottom - top, right - left) * (1 + 2 * _MARGIN)
    scale = GLYPH_PX / side
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    difference *= is_drawn[..., None] if not is_drawn.all() else 1.0
    if scale < 1:
        # Strokes survive being made smaller only if all their pixels count.
        shrunk = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        difference = cv2.resize(difference, shrunk, interpolation=cv2.INTER_AREA)
        middle_x, middle_y, scale = middle_x * scale, middle_y * scale, 1.0
    move = np.array(
        [
            [scale, 0, GLYPH_PX / 2 - scale * middle_x + (scale - 1) / 2],
            [0, scale, GLYPH_PX / 2 - scale * middle_y + (scale - 1) / 2],
        ],
        np.float32,
    )
    glyph[:] = cv2.warpAffine(difference, move, (GLYPH_PX, GLYPH_PX), flags=cv2.INTER_LINEAR) / 255


def _without_ground(part: NDArray[np.float32]) -> NDArray[np.float32]:
    """The difference from the ground, which has one colour, or one that changes evenly as on old tool bars."""
    difference = part - np.median(part.reshape(-1, 3), axis=0).astype(np.float32)
    is_ground = np.abs(difference).max(axis=-1) < _MOST_CHANGE
    rows, cols = np.nonzero(is_ground)
    shown = difference[rows, cols]
    if len(rows) < _LEAST_GROUND * is_ground.size or float(shown.std(axis=0).max()) < _EVEN:
        return difference
    at = np.column_stack((rows, cols, np.ones(len(rows)))).astype(np.float32)
    slopes = np.linalg.lstsq(at.T @ at, at.T @ shown, rcond=None)[0]
    height, width = is_ground.shape
    change = np.arange(height)[:, None, None] * slopes[0] + np.arange(width)[None, :, None] * slopes[1] + slopes[2]
    return np.asarray(difference - change, np.float32)


def _without_frame(is_ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """What is drawn, without frames, specks and pieces of what is beside the box; all if nothing else is there."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(is_ink, connectivity=8)
    height, width = is_ink.shape
    near_x, near_y = max(2, round(_EDGE_SHARE * width)), max(2, round(_EDGE_SHARE * height))
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    across, down, areas = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    at_edge = (left < near_x) | (top < near_y) | (left + across > width - near_x) | (top + down > height - near_y)
    is_cut = (left == 0) | (top == 0) | (left + across == width) | (top + down == height)
    middle = labels[round(_OUTSIDE * height) : round((1 - _OUTSIDE) * height), round(_OUTSIDE * width) :]
    is_central = np.bincount(middle[:, : round((1 - 2 * _OUTSIDE) * width)].ravel(), minlength=n) > 0
    is_speck = areas <= max(4, _SPECK_SHARE * height * width)
    is_kept = ~(at_edge & is_speck)
    is_kept[0] = False
    if min(height, width) >= _LEAST_MARGIN_PX and (is_kept & is_central).any():
        share = areas / max(1, int(areas[is_kept].sum()))
        is_line = (across >= _LINE_SHARE * width) | (down >= _LINE_SHARE * height)
        is_kept &= ~(at_edge & ~is_central & (is_line | (is_cut & (share < _PIECE_SHARE))))
        is_thin = np.minimum(across, down) <= _LINE_PX
        bars = across[is_kept & is_central]
        is_bar = (np.abs(across[:, None] - bars) <= _LINE_PX).any(axis=1)
        is_kept &= is_central | ~is_thin | ~is_line | is_bar
    is_long = (across >= _FRAME_SHARE * width) | (down >= _FRAME_SHARE * height)
    for index in np.flatnonzero(is_kept & at_edge & is_long):
        own = labels[top[index] : top[index] + down[index], left[index] : left[index] + across[index]] == index
        rim = np.concatenate((own[0], own[-1], own[:, 0], own[:, -1]))
        is_line = min(across[index], down[index]) <= _LINE_PX and min(height, width) >= _LEAST_BUTTON_PX
        is_kept[index] = not is_line and (rim.mean() < _RIM_SHARE or own.mean() > _FULL_SHARE)
    if not is_kept[1:n].any():
        is_kept[1:] = True
    return np.asarray(is_kept[labels])

"""Text on photographs, where ink says nothing: tile by tile with the network that finds text."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from model.ocr.surfaces import IntBox, Mask

_TILE_PX = 448
_MARGIN_PX = 32
_MAX_TILES = 24
_MIN_ROUGH_SHARE = 0.02
_REACH_PX = 24
_GREY = 128

Detector = Callable[[NDArray[np.uint8]], list[IntBox]]


def boxes_in_photographs(image: NDArray[np.uint8], rough: Mask, detect: Detector) -> list[IntBox]:
    """Boxes of lines of text in the rough part of a picture.

    Tiles lie on a fixed raster and know nothing of the smooth rest, so an unchanged tile can be recognised as such.
    More than 24 tiles (about a screen of 2560×1440 filled by a photograph) are looked at at half size, and so on.
    """
    if not rough.any():
        return []
    # Text that sticks out of the roughness, or lies on a smooth patch of it, is found with its surroundings.
    rough = np.asarray(cv2.dilate(rough, np.ones((2 * _REACH_PX + 1, 2 * _REACH_PX + 1), np.uint8)))
    masked = np.where(rough[:, :, None] > 0, image, np.uint8(_GREY))
    scale = 1
    while len(tiles := _tiles(rough)) > _MAX_TILES:
        scale *= 2
        size = (max(masked.shape[1] // 2, 1), max(masked.shape[0] // 2, 1))
        masked = cv2.resize(masked, size, interpolation=cv2.INTER_AREA)
        rough = cv2.resize(rough, size, interpolation=cv2.INTER_NEAREST)
    found = []
    for left, top in tiles:
        x1, y1 = max(left - _MARGIN_PX, 0), max(top - _MARGIN_PX, 0)
        tile = np.ascontiguousarray(masked[y1 : top + _TILE_PX + _MARGIN_PX, x1 : left + _TILE_PX + _MARGIN_PX])
        found += [(x1 + box[0], y1 + box[1], x1 + box[2], y1 + box[3]) for box in detect(tile)]
    return [(a * scale, b * scale, c * scale, d * scale) for a, b, c, d in _joined(found)]


def _tiles(rough: Mask) -> list[tuple[int, int]]:
    height, width = rough.shape
    corners = [(x, y) for y in range(0, height, _TILE_PX) for x in range(0, width, _TILE_PX)]
    return [(x, y) for x, y in corners if rough[y : y + _TILE_PX, x : x + _TILE_PX].mean() > _MIN_ROUGH_SHARE]


def _joined(boxes: list[IntBox]) -> list[IntBox]:
    """Lines that cross a border between tiles come once from each; put the parts together."""
    joined: list[IntBox] = []
    for box in sorted(boxes):
        for idx, other in enumerate(joined):
            shared_y = min(box[3], other[3]) - max(box[1], other[1])
            if box[0] < other[2] and shared_y > 0.6 * min(box[3] - box[1], other[3] - other[1]):
                joined[idx] = (
                    *(min(box[0], other[0]), min(box[1], other[1])),
                    *(max(box[2], other[2]), max(box[3], other[3])),
                )
                break
        else:
            joined.append(box)
    return joined

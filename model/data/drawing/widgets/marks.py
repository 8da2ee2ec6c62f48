"""Little signs that widgets draw themselves: arrows, ticks, crosses."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

_Stroke = tuple[tuple[float, float], ...]

_STROKES: Final[Mapping[str, tuple[_Stroke, ...]]] = {
    "down": (((0.2, 0.35), (0.5, 0.65), (0.8, 0.35)),),
    "up": (((0.2, 0.65), (0.5, 0.35), (0.8, 0.65)),),
    "right": (((0.35, 0.2), (0.65, 0.5), (0.35, 0.8)),),
    "left": (((0.65, 0.2), (0.35, 0.5), (0.65, 0.8)),),
    "tick": (((0.18, 0.52), (0.42, 0.76), (0.84, 0.26)),),
    "cross": (((0.2, 0.2), (0.8, 0.8)), ((0.8, 0.2), (0.2, 0.8))),
    "line": (((0.18, 0.5), (0.82, 0.5)),),
    "square": (((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)),),
    "plus": (((0.15, 0.5), (0.85, 0.5)), ((0.5, 0.15), (0.5, 0.85))),
    "lines": (((0.12, 0.25), (0.88, 0.25)), ((0.12, 0.5), (0.88, 0.5)), ((0.12, 0.75), (0.88, 0.75))),
    "dots": (((0.5, 0.2), (0.5, 0.22)), ((0.5, 0.5), (0.5, 0.52)), ((0.5, 0.8), (0.5, 0.82))),
}
_FINE = 4
_FIXED_BITS = 4


@lru_cache(maxsize=256)
def mark(name: str, side_px: int, *, is_solid: bool = False) -> NDArray[np.uint8]:
    """A sign as a mask, [side_px, side_px] uint8; solid ones are filled, as old arrows are."""
    fine = side_px * _FINE
    picture = np.zeros((fine, fine), np.uint8)
    width = max(_FINE, round(fine * 0.1))
    for stroke in _STROKES[name]:
        points = np.array(
            [[round(x * fine * 2**_FIXED_BITS), round(y * fine * 2**_FIXED_BITS)] for x, y in stroke], np.int32
        )
        if is_solid and len(stroke) > 2:
            cv2.fillPoly(picture, [points], 255, cv2.LINE_AA, _FIXED_BITS)
        else:
            cv2.polylines(picture, [points], False, 255, width, cv2.LINE_AA, _FIXED_BITS)
    return np.asarray(cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA), dtype=np.uint8)

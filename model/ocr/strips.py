"""Cutting strips of text out of a picture so that the recogniser reads them well."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.ocr.surfaces import IntBox

_MNEMONIC_PX = (4, 16)
_MAX_BAR_PX = 2
_MIN_STEP = 40
_MIN_LETTER_PX = 5
_MAX_LETTER_GAP_PX = 3


def cut_out(image: NDArray[np.uint8], box: IntBox, min_height_px: int, margin_px: int) -> NDArray[np.uint8]:
    """A strip with a margin left and right that shows nothing of its neighbours.

    Low strips (a lone "-", "x" or ".") are cut with the height that a whole line would have: how big a letter is
    tells a small one from a capital one.
    """
    left, top, right, bottom = box
    missing = max(min_height_px - (bottom - top), 0)
    y1, y2 = max(top - (missing + 1) // 2, 0), min(bottom + missing // 2, image.shape[0])
    strip = _without_mnemonic(image[y1:y2, left:right])
    return np.asarray(cv2.copyMakeBorder(strip, 1, 1, margin_px, margin_px, cv2.BORDER_REPLICATE))


def _without_mnemonic(strip: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Take away the lines under letters that Alt goes with: with them, the recogniser takes F for E and O for Q."""
    height, width = strip.shape[:2]
    if width < 1.3 * height:
        return strip
    is_drawn = _differs(strip, strip[0, 0])
    cleaned = strip
    for row in range(int(height * 0.6), height):
        for left, right in _bars(is_drawn[row]):
            if _stands_under_letter(is_drawn[:row, left:right]):
                cleaned = cleaned.copy() if cleaned is strip else cleaned
                cleaned[row : row + _MAX_BAR_PX, left:right] = strip[0, 0]
    return cleaned


def _differs(strip: NDArray[np.uint8], ground: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """[height, width] where any channel is far from the ground's colour."""
    distance = cv2.absdiff(strip, np.broadcast_to(ground, strip.shape))
    return np.asarray((distance > _MIN_STEP).any(axis=2), dtype=np.bool_)


def _bars(is_drawn: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs in a row that are as long as a letter is wide."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], is_drawn.view(np.int8), [0]])))
    runs = zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)
    return [(start, stop) for start, stop in runs if _MNEMONIC_PX[0] <= stop - start <= _MNEMONIC_PX[1]]


def _stands_under_letter(above: NDArray[np.bool_]) -> bool:
    """Whether rows above a bar hold a letter, after a gap of one to three rows."""
    has_ink: NDArray[np.bool_] = np.flip(np.asarray(above.any(axis=1)))
    if not has_ink.any() or has_ink[0]:
        return False
    first = int(has_ink.argmax())
    rest = has_ink[first:]
    letter_px = len(rest) if rest.all() else int((~rest).argmax())
    return first <= _MAX_LETTER_GAP_PX and letter_px >= _MIN_LETTER_PX

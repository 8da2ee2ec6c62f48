"""What is drawn inside a box: whether anything is, and whether it can be text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEVELS = 40  # of a colour channel by which a stroke differs from its ground
_FAINT_LEVELS = 8  # by which the frame of an empty field does
_CHAR_PX = 4.2  # what a letter takes at least in a font of ten points; where less is drawn, it is an icon
_TEXT_SHAPE = 1.4  # width by height of the shortest texts; icons are about square


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """Outline of what differs from the ground, which is the commonest colour; empty if nothing does."""

    left_px: int = 0
    top_px: int = 0
    width_px: int = 0
    height_px: int = 0

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x1, y1, x2, y2, half-open."""
        return (self.left_px, self.top_px, self.left_px + self.width_px, self.top_px + self.height_px)

    @property
    def is_there(self) -> bool:
        """Whether there are strokes."""
        return self.width_px > 0

    def can_be(self, text: str, *, is_button: bool, scale: float = 1.0) -> bool:
        """Whether it is as wide as this text, and on a button not rather an icon.

        Args:
            text: in one line.
            is_button: whether it is what a button shows.
            scale: of the font; 1.0 is about ten points.
        """
        if not self.is_there:
            return False
        if is_button and self.width_px < _TEXT_SHAPE * self.height_px and len(text) > 1:
            return False
        return self.width_px >= _CHAR_PX * scale * len(text)


def ink_in(pixels: NDArray[np.uint8], box: Sequence[float], *, inset_px: int = 0) -> Ink:
    """What is drawn in a box of a picture, without a border of ``inset_px``; see ``strokes_in``."""
    left, top, strokes = strokes_in(pixels, box, inset_px=inset_px)
    columns, rows = np.flatnonzero(strokes.any(axis=0)), np.flatnonzero(strokes.any(axis=1))
    if not columns.size:
        return Ink()
    return Ink(
        left_px=left + int(columns[0]),
        top_px=top + int(rows[0]),
        width_px=int(columns[-1] - columns[0] + 1),
        height_px=int(rows[-1] - rows[0] + 1),
    )


def strokes_in(
    pixels: NDArray[np.uint8], box: Sequence[float], *, inset_px: int = 0
) -> tuple[int, int, NDArray[np.bool_]]:
    """Which pixels of a box differ from its ground.

    Args:
        pixels: [height, width, 3] uint8 RGB.
        box: x1, y1, x2, y2; what lies outside of the picture does not count.
        inset_px: how far from the edges to look.

    Returns:
        Left and top of the part looked at, and [height, width] bool of it; no pixels if the box has none.
    """
    x1, y1, x2, y2 = (max(0, int(v)) for v in box)
    crop = pixels[y1 + inset_px : y2 - inset_px, x1 + inset_px : x2 - inset_px].astype(np.int32)
    left, top = x1 + inset_px, y1 + inset_px
    if crop.size == 0:
        return left, top, np.zeros((0, 0), np.bool_)
    packed = (crop[..., 0] << 16) | (crop[..., 1] << 8) | crop[..., 2]
    values, n_each = np.unique(packed, return_counts=True)
    commonest = int(values[n_each.argmax()])
    ground = np.array([commonest >> 16, commonest >> 8 & 255, commonest & 255])
    return left, top, np.abs(crop - ground).max(axis=2) > _LEVELS


def is_blank(pixels: NDArray[np.uint8], box: Sequence[float]) -> bool:
    """Whether a box of a picture is of one colour, as far as one can see."""
    x1, y1, x2, y2 = (max(0, int(v)) for v in box)
    crop = pixels[y1:y2, x1:x2]
    return crop.size == 0 or int(np.ptp(crop, axis=(0, 1)).max()) <= _FAINT_LEVELS


def is_even(pixels: NDArray[np.uint8], box: Sequence[float]) -> bool:
    """Whether nothing is drawn in a box but a ground, which may be shaded from above to below."""
    x1, y1, x2, y2 = (max(0, int(v)) for v in box)
    crop = pixels[y1:y2, x1:x2]
    return crop.size == 0 or int(np.ptp(crop, axis=1).max()) <= _FAINT_LEVELS


def crosses_side(pixels: NDArray[np.uint8], box: Sequence[float]) -> bool:
    """Whether strokes go on over the left or right side of a box: what is drawn there is not what the box is for.

    Edges of rows and cells do, too, so only the middle rows count, and not strokes along the whole side.
    """
    x1, y1, x2, y2 = (int(v) for v in box)
    margin = max(1, (y2 - y1) // 5)
    rows = pixels[y1 + margin : y2 - margin].astype(np.int32)
    if rows.shape[0] == 0:
        return False
    for outside, inside in ((x1 - 1, x1), (x2, x2 - 1)):
        if outside < 0 or outside >= rows.shape[1]:
            continue
        strokes = [
            np.abs(rows[:, column] - np.median(rows[:, column], axis=0)).max(axis=1) > _LEVELS
            for column in (outside, inside)
        ]
        if (strokes[0] & strokes[1]).sum() >= 2:
            return True
    return False

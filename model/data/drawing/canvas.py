"""What is painted on: pixels, a clip, and which window owns each pixel.

Rectangles are half-open (x1, y1, x2, y2) in whole pixels and may lie partly or wholly outside. Every window that opens
claims its place with a new level; what an older level holds there is covered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.data.boxes import PixelBox
from model.data.drawing.colours import Colour

_SUBSAMPLES = 4
NOBODY = 255
"""Level of pixels that belong to no window."""


class Canvas:
    """A picture in the making.

    Attributes:
        pixels: [height, width, 3] uint8 RGB.
        levels: [height, width] uint8, the window that owns each pixel.
        level: of the window that is being painted.
        clip: outside of it nothing is painted.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self.pixels: NDArray[np.uint8] = np.zeros((height_px, width_px, 3), np.uint8)
        self.levels: NDArray[np.uint8] = np.zeros((height_px, width_px), np.uint8)
        self.level = 0
        self.clip: PixelBox = (0, 0, width_px, height_px)

    @contextmanager
    def clipped(self, box: PixelBox) -> Iterator[None]:
        """Paint only inside the box, and inside what was the clip before."""
        before = self.clip
        self.clip = intersection(before, box)
        try:
            yield
        finally:
            self.clip = before

    def shows(self, box: PixelBox) -> bool:
        """Whether anything of the box could be painted."""
        x1, y1, x2, y2 = self.clip
        return box[0] < x2 and box[2] > x1 and box[1] < y2 and box[3] > y1

    def open_level(self, box: PixelBox) -> None:
        """From now on, paint a window that covers whatever was in the box."""
        self.level += 1
        self._claim(box, self.level)

    def cover(self, box: PixelBox) -> None:
        """Something of the same window that is no element, such as a scroll bar, hides what was in the box."""
        self._claim(box, NOBODY)

    def _claim(self, box: PixelBox, level: int) -> None:
        x1, y1, x2, y2 = intersection(self.clip, box)
        self.levels[y1:y2, x1:x2] = level

    def fill(self, box: PixelBox, colour: Colour, *, radius: int = 0, opacity: float = 1.0) -> None:
        """Fill a rectangle, with round corners if wished."""
        x1, y1, x2, y2 = intersection(self.clip, box)
        if x1 >= x2 or y1 >= y2:
            return
        radius = min(radius, (box[2] - box[0]) // 2, (box[3] - box[1]) // 2)
        if radius < 1 and opacity >= 1.0:
            self.pixels[y1:y2, x1:x2] = colour
            return
        if radius < 1:
            self._mix(x1, y1, np.full((y2 - y1, x2 - x1, 1), round(255 * opacity), np.int32), colour)
            return
        left, top, right, bottom = box
        self.fill((left, top + radius, right, bottom - radius), colour, opacity=opacity)
        self.fill((left + radius, top, right - radius, top + radius), colour, opacity=opacity)
        self.fill((left + radius, bottom - radius, right - radius, bottom), colour, opacity=opacity)
        corner = _corner(radius)
        for x, y, alpha in (
            (left, top, corner),
            (right - radius, top, corner[:, ::-1]),
            (left, bottom - radius, corner[::-1]),
            (right - radius, bottom - radius, corner[::-1, ::-1]),
        ):
            self.blend(x, y, alpha, colour, opacity=opacity)

    def frame(self, box: PixelBox, edge: Colour, inner: Colour, *, radius: int = 0, width_px: int = 1) -> None:
        """A filled rectangle with an edge of another colour."""
        self.fill(box, edge, radius=radius)
        x1, y1, x2, y2 = box
        inside = (x1 + width_px, y1 + width_px, x2 - width_px, y2 - width_px)
        self.fill(inside, inner, radius=max(0, radius - width_px))

    def blend(self, x: int, y: int, alpha: NDArray[np.uint8], colour: Colour, *, opacity: float = 1.0) -> None:
        """Paint with a colour through a mask.

        Args:
            x: where its left edge comes.
            y: where its upper edge comes.
            alpha: [height, width] uint8, or [height, width, 3] with one mask per channel.
            colour: to paint with.
            opacity: of the whole, 0 to 1.
        """
        height, width = alpha.shape[:2]
        x1, y1, x2, y2 = intersection(self.clip, (x, y, x + width, y + height))
        if x1 >= x2 or y1 >= y2:
            return
        part = alpha[y1 - y : y2 - y, x1 - x : x2 - x].astype(np.int32)
        if opacity < 1.0:
            part = (part * round(256 * opacity)) >> 8
        self._mix(x1, y1, part if part.ndim == 3 else part[..., None], np.array(colour, np.int32))

    def paste(self, x: int, y: int, rgba: NDArray[np.uint8], *, opacity: float = 1.0) -> None:
        """Put a picture, [height, width, 3 or 4] uint8, with its upper left corner at x, y."""
        height, width, n_channels = rgba.shape
        x1, y1, x2, y2 = intersection(self.clip, (x, y, x + width, y + height))
        if x1 >= x2 or y1 >= y2:
            return
        part = rgba[y1 - y : y2 - y, x1 - x : x2 - x]
        if n_channels == 3:
            self.pixels[y1:y2, x1:x2] = part
            return
        alpha = (part[..., 3:].astype(np.int32) * round(256 * opacity)) >> 8
        self._mix(x1, y1, alpha, part[..., :3].astype(np.int32))

    def _mix(self, x: int, y: int, alpha: NDArray[np.int32], colour: "NDArray[np.int32] | Colour") -> None:
        region = self.pixels[y : y + alpha.shape[0], x : x + alpha.shape[1]]
        mixed = region.astype(np.int32)
        mixed += ((np.asarray(colour, np.int32) - mixed) * alpha + 127) // 255
        region[...] = mixed


def intersection(first: PixelBox, second: PixelBox) -> PixelBox:
    """What two rectangles share; without an extent if they share nothing."""
    x1, y1 = max(first[0], second[0]), max(first[1], second[1])
    return x1, y1, max(x1, min(first[2], second[2])), max(y1, min(first[3], second[3]))


@lru_cache(maxsize=64)
def disc(side_px: int) -> NDArray[np.uint8]:
    """A filled circle as a mask, [side_px, side_px] uint8."""
    fine = side_px * _SUBSAMPLES
    ticks = np.arange(fine) + 0.5 - fine / 2
    inside = (ticks[:, None] ** 2 + ticks**2 <= (fine / 2) ** 2).astype(np.float32)
    coarse = inside.reshape(side_px, _SUBSAMPLES, side_px, _SUBSAMPLES).mean(axis=(1, 3))
    mask: NDArray[np.uint8] = (255 * coarse).round().astype(np.uint8)
    return mask


def _corner(radius: int) -> NDArray[np.uint8]:
    return disc(2 * radius)[:radius, :radius]

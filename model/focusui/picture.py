"""How a checkpoint wants its pictures, and a screenshot in that size; needs no torch."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.smart_resize import smart_resize

MIN_PIXELS = 4 * 28 * 28
MAX_PIXELS = 16384 * 28 * 28
"""Limits of the authors' first resize, for patches of either size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpec:
    """How a checkpoint wants its pictures, from its ``preprocessor_config.json``.

    Attributes:
        patch_px: side of a patch.
        merge_size: a visual token is a square of so many patches a side.
        temporal_size: frames that make one patch; a still picture is repeated.
        mean, std: of each colour channel, in [0, 1].
        min_pixels, max_pixels: limits of the second resize.
    """

    patch_px: int
    merge_size: int
    temporal_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    min_pixels: int
    max_pixels: int

    @property
    def cell_px(self) -> int:
        """Side of a visual token in pixels of the resized picture."""
        return self.patch_px * self.merge_size

    def limited(self, max_pixels: int | None) -> "ImageSpec":
        """The same for pictures of no more than so many pixels; None changes nothing."""
        if max_pixels is None or max_pixels >= self.max_pixels:
            return self
        return replace(self, min_pixels=min(self.min_pixels, max_pixels), max_pixels=max_pixels)


def resized(image: NDArray[np.uint8], spec: ImageSpec) -> NDArray[np.uint8]:
    """The picture in a size whose sides are multiples of ``spec.cell_px``.

    Twice, as the authors do: their own limits first, then those of the checkpoint; normally the second does nothing.

    Args:
        image: [height, width, 3] uint8 RGB.
        spec: of the checkpoint.

    Raises:
        ValueError: one side is more than 200 times the other.
    """
    picture = Image.fromarray(image)
    for min_pixels, max_pixels in ((MIN_PIXELS, MAX_PIXELS), (spec.min_pixels, spec.max_pixels)):
        height_px, width_px = smart_resize(
            picture.height, picture.width, factor=spec.cell_px, min_pixels=min_pixels, max_pixels=max_pixels
        )
        if (picture.width, picture.height) != (width_px, height_px):
            picture = picture.resize((width_px, height_px), Image.Resampling.BICUBIC)
    return np.asarray(picture)

"""From a screenshot to what the vision tower takes: resized, normalised, cut into patches.

Legend: ``n_patches`` patches of the vision tower, four of which make one visual token; ``d_patch`` numbers of a patch.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageInput:
    """What the vision tower takes.

    Attributes:
        pixel_values: [n_patches, d_patch] float32, patches in the order of visual tokens.
        grid_thw: [1, 3] int64 on the CPU: frames, rows and columns of patches.
        pixels: [height, width, 3] uint8, the resized picture.
    """

    pixel_values: Tensor
    grid_thw: Tensor
    pixels: NDArray[np.uint8]


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


def patchify(pixels: NDArray[np.uint8], spec: ImageSpec, device: torch.device | str = "cpu") -> ImageInput:
    """Normalise and cut a resized picture; bytes travel to the device, where they become floats.

    Args:
        pixels: [height, width, 3] uint8, sides multiples of ``spec.cell_px``.
        spec: of the checkpoint.
        device: where the patches are wanted.
    """
    height, width, _ = pixels.shape
    n_rows, n_cols = height // spec.patch_px, width // spec.patch_px
    merge, patch = spec.merge_size, spec.patch_px
    # In units of a byte: this is how the published preprocessing rounds, too.
    mean = (torch.tensor(spec.mean) * 255).to(device).view(3, 1, 1)
    std = (torch.tensor(spec.std) * 255).to(device).view(3, 1, 1)
    colours = torch.from_numpy(np.require(pixels, requirements=["C", "W"])).to(device).permute(2, 0, 1)
    values = (colours.float() - mean) / std
    # [3, rows / merge, merge, patch, cols / merge, merge, patch] -> blocks of merge x merge patches in raster order
    blocks = values.view(3, n_rows // merge, merge, patch, n_cols // merge, merge, patch).permute(1, 4, 2, 5, 0, 3, 6)
    frames = blocks.unsqueeze(5).expand(-1, -1, -1, -1, -1, spec.temporal_size, -1, -1)
    return ImageInput(
        pixel_values=frames.reshape(n_rows * n_cols, -1),
        grid_thw=torch.tensor([[1, n_rows, n_cols]]),
        pixels=pixels,
    )

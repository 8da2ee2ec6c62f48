"""From a screenshot to what the vision tower takes: resized, normalised, cut into patches.

Legend: ``n_patches`` patches of the vision tower, four of which make one visual token; ``d_patch`` numbers of a patch.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.focusui.picture import ImageSpec, resized

__all__ = ["ImageInput", "ImageSpec", "patchify", "resized"]


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

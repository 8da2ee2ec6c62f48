"""A part of the picture, shown larger, and the way back to pixels of the whole."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.patches import PatchGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A rectangle of whole pixels and the size at which it is shown.

    Positions are continuous: (0, 0) is the corner of the first pixel, so (x - left) * shown / size is exact at both
    ends, and is what resizing does.

    Attributes:
        left_px, top_px, width_px, height_px: the rectangle in the whole picture.
        shown_width_px, shown_height_px: size of the enlarged picture.
    """

    left_px: int
    top_px: int
    width_px: int
    height_px: int
    shown_width_px: int
    shown_height_px: int

    def __post_init__(self) -> None:
        if min(self.width_px, self.height_px, self.shown_width_px, self.shown_height_px) < 1:
            raise ValueError(f"a crop needs a size, not {self}")

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The enlarged picture, [shown_height_px, shown_width_px, 3] uint8."""
        part = image[self.top_px : self.top_px + self.height_px, self.left_px : self.left_px + self.width_px]
        shown: NDArray[np.uint8] = cv2.resize(
            np.ascontiguousarray(part), (self.shown_width_px, self.shown_height_px), interpolation=cv2.INTER_CUBIC
        )
        return shown

    def to_crop(self, x_px: float, y_px: float) -> tuple[float, float]:
        """(x, y) of the enlarged picture for a point of the whole one."""
        return (
            (x_px - self.left_px) * self.shown_width_px / self.width_px,
            (y_px - self.top_px) * self.shown_height_px / self.height_px,
        )

    def to_whole(self, x_px: float, y_px: float) -> tuple[float, float]:
        """(x, y) of the whole picture for a point of the enlarged one."""
        return (
            self.left_px + x_px * self.width_px / self.shown_width_px,
            self.top_px + y_px * self.height_px / self.shown_height_px,
        )

    def box_to_whole(self, box: Box) -> Box:
        """The same for a box."""
        return (*self.to_whole(box[0], box[1]), *self.to_whole(box[2], box[3]))

    def spread_to_whole(
        self, probs: NDArray[np.floating[Any]], shown: PatchGrid, whole: PatchGrid
    ) -> NDArray[np.float32]:
        """What a pointer gave the crop's cells, put into the cells of the whole picture that hold their middles.

        Args:
            probs: [shown.n_rows, shown.n_cols].
            shown: grid of the enlarged picture.
            whole: grid of the whole picture.

        Returns:
            [whole.n_rows, whole.n_cols] float32 of the same sum.
        """
        summed = np.zeros(whole.shape, np.float64)
        for row, col in np.argwhere(probs > 0):
            at = whole.cell_at(*self.to_whole(*shown.center_px(int(row), int(col))))
            summed[at] += float(probs[row, col])
        return summed.astype(np.float32)


def crop_around(extent: Box, grid: PatchGrid, *, zoom: float, context_cells: float, max_crop_px: int) -> Crop:
    """The part of the picture to look at closer: the picture's share 1/zoom per side around a target, or more.

    Edges lie on those of cells, rounded to pixels; at the rim of the picture the crop is moved, not cut.

    Args:
        extent: outline of the target; the crop holds it with its context, as far as there is picture.
        grid: of the whole picture.
        zoom: how much larger it is shown, at least 1; less if the crop is large or ``max_crop_px`` demands it.
        context_cells: how many cells are added around the target at least.
        max_crop_px: pixels of the enlarged picture, at most.
    """
    left, width = _side(
        extent[0], extent[2], grid.width_px, cell_px=grid.cell_width_px, zoom=zoom, context_cells=context_cells
    )
    top, height = _side(
        extent[1], extent[3], grid.height_px, cell_px=grid.cell_height_px, zoom=zoom, context_cells=context_cells
    )
    # Never more pixels than the whole picture has along a side: the crop costs at most what the picture did.
    scale = min(zoom, max(1.0, grid.width_px / width), max(1.0, grid.height_px / height))
    scale = min(scale, math.sqrt(max_crop_px / (width * height)))
    return Crop(
        left_px=left,
        top_px=top,
        width_px=width,
        height_px=height,
        shown_width_px=max(1, int(width * scale)),
        shown_height_px=max(1, int(height * scale)),
    )


def _side(
    low: float, high: float, length_px: int, *, cell_px: float, zoom: float, context_cells: float
) -> tuple[int, int]:
    """Start and length of a crop along one side."""
    middle = (low + high) / 2
    length = min(float(length_px), max(length_px / zoom, high - low + 2 * context_cells * cell_px))
    start = min(max(middle - length / 2, 0.0), length_px - length)
    begin = max(0, round(math.floor(start / cell_px) * cell_px))
    end = min(length_px, round(math.ceil((start + length) / cell_px) * cell_px))
    return begin, max(1, end - begin)

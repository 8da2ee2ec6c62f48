"""What the patch scorer and the pointer head of FocusUI are trained to say (arXiv 2601.03928, section 3.2).

Everything is on the grid of the picture as the vision tower sees it: ``width_px`` and ``height_px`` are multiples of
``cell_px``, the side of a visual token, which is a square of ``merge_size`` patches a side.

Legend: ``n_visual`` visual tokens in raster order, ``n_merged`` patches of one, row by row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.data.boxes import BoxNorm, PixelBox
from model.uigraph import ui_graph

UI_GRAPH_SHARE = 0.5
"""How much the UI graph adds to the overlap with the element's box, which counts 1."""

_MODES = ("L", "P", "RGB", "RGBA")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisualGrid:
    """Size of the resized picture and of its cells.

    Attributes:
        width_px, height_px: multiples of ``cell_px``.
        cell_px: side of a visual token, a multiple of ``merge_size``.
        merge_size: patches a side of a visual token.
    """

    width_px: int
    height_px: int
    cell_px: int
    merge_size: int

    def __post_init__(self) -> None:
        if self.width_px % self.cell_px or self.height_px % self.cell_px or self.cell_px % self.merge_size:
            raise ValueError(f"sides must be multiples of the cells, and cells of the patches, not {self}")

    @property
    def n_rows(self) -> int:
        """Rows of visual tokens."""
        return self.height_px // self.cell_px

    @property
    def n_cols(self) -> int:
        """Visual tokens in a row."""
        return self.width_px // self.cell_px

    @property
    def n_visual(self) -> int:
        """Number of visual tokens."""
        return self.n_rows * self.n_cols

    @property
    def patch_px(self) -> int:
        """Side of a patch."""
        return self.cell_px // self.merge_size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatchLabels:
    """What the patch scorer should say, and what it was made of.

    Attributes:
        box_overlap: [n_visual, n_merged] float32, covered share of each patch.
        saliency: [n_visual] float32, weight of each cell in the UI graph.
        fused: [n_visual, n_merged] float32 in [-1, 1].
        merged: [n_visual] float32 in [-1, 1], the mean of the patches of each visual token: the label.
    """

    box_overlap: NDArray[np.float32]
    saliency: NDArray[np.float32]
    fused: NDArray[np.float32]
    merged: NDArray[np.float32]


def patch_labels(picture: Image.Image, box: BoxNorm, grid: VisualGrid) -> PatchLabels:
    """The label of the patch scorer: what the instruction means, and a little of whatever stands out.

    Args:
        picture: the screenshot in its own size and mode. The published weights learned from labels of the picture as
            it was stored: transparency is a fourth channel, palette indices are brightness. Convert it first to have
            a label of what is seen.
        box: of the element.
        grid: of the resized picture.
    """
    return labels_from(picture_saliency(picture, grid), box, grid)


def picture_saliency(picture: Image.Image, grid: VisualGrid) -> NDArray[np.float32]:
    """Weight of each cell in the UI graph, [n_visual] float32: the part of a label that is the same for every box."""
    return ui_graph(label_pixels(picture, grid), grid.cell_px).weights.ravel()


def labels_from(saliency: NDArray[np.float32], box: BoxNorm, grid: VisualGrid) -> PatchLabels:
    """The label of a box on a picture of this saliency, [n_visual] float32."""
    overlap = box_overlap(box.truncated_px(grid.width_px, grid.height_px), grid)
    fused = fuse(overlap, saliency)
    return PatchLabels(box_overlap=overlap, saliency=saliency, fused=fused, merged=fused.mean(axis=1, dtype=np.float32))


def label_pixels(picture: Image.Image, grid: VisualGrid) -> NDArray[np.uint8]:
    """The picture in the size of the grid, [height, width, 3 or 4] uint8, resized by Pillow's rule for its mode."""
    kept = picture if picture.mode in _MODES else picture.convert("RGB")
    pixels = np.asarray(kept.resize((grid.width_px, grid.height_px)))
    return pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)


def box_overlap(box_px: PixelBox, grid: VisualGrid) -> NDArray[np.float32]:
    """Share of each patch that a box covers, [n_visual, n_merged] float32.

    Args:
        box_px: in pixels of the resized picture; what sticks out of it does not count.
        grid: of the resized picture.
    """
    x1, y1, x2, y2 = box_px
    rows = _covered_px(y1, y2, grid.height_px, grid.patch_px)
    cols = _covered_px(x1, x2, grid.width_px, grid.patch_px)
    overlap = np.outer(rows, cols).astype(np.float32) / np.float32(grid.patch_px**2)
    merge = grid.merge_size
    # [rows, merge, cols, merge] -> the patches of a visual token beside each other
    blocks = overlap.reshape(grid.n_rows, merge, grid.n_cols, merge).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(blocks.reshape(grid.n_visual, merge**2))


def fuse(overlap: NDArray[np.float32], saliency: NDArray[np.float32]) -> NDArray[np.float32]:
    """Overlap [n_visual, n_merged] and saliency [n_visual] -> label of each patch [n_visual, n_merged] in [-1, 1]."""
    mixed = np.clip(overlap + np.float32(UI_GRAPH_SHARE) * saliency[:, None], 0.0, 1.0)
    return np.asarray(mixed * 2.0 - 1.0, dtype=np.float32)


def pointer_label(box: BoxNorm, grid: VisualGrid) -> NDArray[np.float32]:
    """Which visual tokens a pointer may point at, [n_visual] float32: 1 where box and cell share more than an edge."""
    rows = _touched(box.y1_norm * grid.height_px, box.y2_norm * grid.height_px, grid.n_rows, grid.cell_px)
    cols = _touched(box.x1_norm * grid.width_px, box.x2_norm * grid.width_px, grid.n_cols, grid.cell_px)
    return np.outer(rows, cols).ravel().astype(np.float32)


def centred_label(box: BoxNorm, grid: VisualGrid, *, spread: float = 0.8) -> NDArray[np.float32]:
    """How much an attention should lie on each visual token, [n_visual] float32, 0 where it does not touch the box.

    The share of the token that the box covers, times a Gaussian around the middle of the box: people click in the
    middle. Source: GUI-AIMA (arXiv 2511.00810, and the ``gaussian`` scheme of its published data set). Only
    proportions count, so the Gaussian is 1 at the nearest token; GUI-AIMA's vanishes altogether for tiny boxes.

    Args:
        box: of the element.
        grid: of the resized picture.
        spread: standard deviation as a share of the sides of the box; 0.8 is GUI-AIMA's.
    """
    rows = _centred(box.y1_norm * grid.height_px, box.y2_norm * grid.height_px, grid.n_rows, grid.cell_px, spread)
    cols = _centred(box.x1_norm * grid.width_px, box.x2_norm * grid.width_px, grid.n_cols, grid.cell_px, spread)
    return np.outer(rows, cols).ravel().astype(np.float32)


def token_index(x_norm: float, y_norm: float, grid: VisualGrid) -> int:
    """The visual token that holds a point of [0, 1)."""
    row = int(y_norm * grid.height_px // grid.cell_px)
    col = int(x_norm * grid.width_px // grid.cell_px)
    return row * grid.n_cols + col


def _covered_px(start_px: int, end_px: int, length_px: int, patch_px: int) -> NDArray[np.int64]:
    """How many pixels of each patch along one side lie between start and end."""
    edges = np.arange(0, length_px, patch_px)
    return np.asarray(np.maximum(np.minimum(edges + patch_px, end_px) - np.maximum(edges, start_px), 0))


def _touched(start_px: float, end_px: float, n_cells: int, cell_px: int) -> NDArray[np.bool_]:
    """Which cells along one side meet the open interval from start to end."""
    edges = np.arange(n_cells) * cell_px
    return np.asarray((edges < end_px) & (edges + cell_px > start_px))


def _centred(start_px: float, end_px: float, n_cells: int, cell_px: int, spread: float) -> NDArray[np.float64]:
    """One side of ``centred_label``: both of its factors fall apart into rows and columns."""
    edges = np.arange(n_cells) * cell_px
    covered = np.maximum(np.minimum(edges + cell_px, end_px) - np.maximum(edges, start_px), 0) / cell_px
    from_middle = (edges + cell_px / 2 - (start_px + end_px) / 2) / (spread * (end_px - start_px))
    nearest = np.abs(from_middle[covered > 0]).min()
    return np.asarray(covered * np.exp(-0.5 * (from_middle**2 - nearest**2).clip(min=0)))

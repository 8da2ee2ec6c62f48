"""What the vision tower takes, in NumPy: patches, where they lie, and which of them look at each other.

Patches are in the order of visual tokens: the ``merge_size`` x ``merge_size`` patches of the first visual token, then
those of the second, and so on in raster order. Legend: ``n_patches`` patches, ``d_patch`` numbers of a patch,
``n_windows`` windows, ``n_slots`` patches of a whole window.
"""

import numpy as np
from numpy.typing import NDArray

from model.focusui.picture import ImageSpec
from model.focusui_onnx.manifest import TowerLayout


def tower_inputs(pixels: NDArray[np.uint8], spec: ImageSpec, layout: TowerLayout) -> dict[str, NDArray[np.generic]]:
    """All inputs of the vision graph by their names.

    Args:
        pixels: [height, width, 3] uint8, sides multiples of ``spec.cell_px``.
        spec: how the model wants its pictures.
        layout: how its tower is laid out.
    """
    n_rows, n_cols = pixels.shape[0] // spec.cell_px, pixels.shape[1] // spec.cell_px
    positions = patch_positions(n_rows, n_cols, spec.merge_size)
    inputs: dict[str, NDArray[np.generic]] = {"pixel_values": patchify(pixels, spec), "positions": positions}
    if layout.window_cells is not None:
        inputs |= windows(n_rows, n_cols, window_cells=layout.window_cells, merge_size=spec.merge_size)
    if layout.table_side is not None:
        inputs |= table_lookup(positions, layout.table_side)
    return inputs


def patchify(pixels: NDArray[np.uint8], spec: ImageSpec) -> NDArray[np.float32]:
    """Normalise and cut a resized picture, [height, width, 3] uint8 -> [n_patches, d_patch]."""
    merge, patch = spec.merge_size, spec.patch_px
    n_rows, n_cols = pixels.shape[0] // spec.cell_px, pixels.shape[1] // spec.cell_px
    # In units of a byte: this is how the published preprocessing rounds, too.
    mean, std = (np.array(values, np.float32) * np.float32(255) for values in (spec.mean, spec.std))
    values = (pixels.astype(np.float32) - mean) / std
    # [rows, merge, patch, cols, merge, patch, 3] -> [rows, cols, merge, merge, 3, patch, patch]
    cut = values.reshape(n_rows, merge, patch, n_cols, merge, patch, 3).transpose(0, 3, 1, 4, 6, 2, 5)
    frames = np.repeat(cut[..., np.newaxis, :, :], spec.temporal_size, axis=-3)
    return frames.reshape(n_rows * n_cols * merge**2, -1)


def patch_positions(n_rows: int, n_cols: int, merge_size: int) -> NDArray[np.int64]:
    """Row and column of each patch [n_patches, 2] in a grid of ``n_rows`` x ``n_cols`` visual tokens."""
    grid = np.indices((n_rows * merge_size, n_cols * merge_size), np.int64)  # [2, rows, cols] of patches
    blocks = grid.reshape(2, n_rows, merge_size, n_cols, merge_size).transpose(1, 3, 2, 4, 0)
    return blocks.reshape(-1, 2)


def windows(n_rows: int, n_cols: int, *, window_cells: int, merge_size: int) -> dict[str, NDArray[np.generic]]:
    """Which patches share a window of attention (Qwen2.5-VL, arXiv 2502.13923, section 2.1.1).

    Windows tile the picture from its upper left corner; those at the right and lower edge are smaller.

    Returns:
        window_patches: [n_windows, n_slots] int64, the patches of each window; filled up with patch 0.
        window_bias: [n_windows, 1, 1, n_slots] float32, 0 at patches, minus infinity at what fills up.
        patch_slots: [n_patches] int64, where each patch lies in the flattened windows.
    """
    whole_rows, whole_cols = (-(-n // window_cells) * window_cells for n in (n_rows, n_cols))
    cells = np.full((whole_rows, whole_cols), -1, np.int64)
    cells[:n_rows, :n_cols] = np.arange(n_rows * n_cols).reshape(n_rows, n_cols)
    tiles = cells.reshape(whole_rows // window_cells, window_cells, whole_cols // window_cells, window_cells)
    window_of_cells = tiles.transpose(0, 2, 1, 3).reshape(-1, window_cells**2)
    n_of_cell = merge_size**2
    is_filled_up = np.repeat(window_of_cells < 0, n_of_cell, axis=1)
    patches = (window_of_cells[:, :, np.newaxis] * n_of_cell + np.arange(n_of_cell)).reshape(is_filled_up.shape)
    slots = np.flatnonzero(~is_filled_up)
    patch_slots = np.empty(n_rows * n_cols * n_of_cell, np.int64)
    patch_slots[patches.ravel()[slots]] = slots
    return {
        "window_patches": np.where(is_filled_up, 0, patches),
        "window_bias": np.where(is_filled_up, -np.inf, 0.0).astype(np.float32)[:, np.newaxis, np.newaxis],
        "patch_slots": patch_slots,
    }


def table_lookup(positions: NDArray[np.int64], table_side: int) -> dict[str, NDArray[np.generic]]:
    """Where each patch lies in the square table of learned positions, stretched over the picture (Qwen3-VL).

    The corners of the table lie on those of the picture; between its entries it is interpolated linearly.

    Args:
        positions: [n_patches, 2], row and column.
        table_side: of the table.

    Returns:
        table_rows: [n_patches, 4] int64, the entries around each patch.
        table_weights: [n_patches, 4] float32, their shares.
    """
    # In the order and precision in which the published model computes it, to the last bit.
    stretch = np.maximum(positions.max(axis=0), 1).astype(np.float32)
    place = positions.astype(np.float32) * np.float32(table_side - 1) / stretch
    before = np.floor(place)[:, :, np.newaxis]
    behind = np.arange(2, dtype=np.float32)  # [n_patches, 2, 2]: axis, entry before or behind
    weights = 1 - np.abs(place[:, :, np.newaxis] - before - behind)
    entries = np.minimum((before + behind).astype(np.int64), table_side - 1)
    rows, cols = entries[:, 0, :, np.newaxis] * table_side, entries[:, 1, np.newaxis, :]
    return {
        "table_rows": (rows + cols).reshape(-1, 4),
        "table_weights": (weights[:, 0, :, np.newaxis] * weights[:, 1, np.newaxis, :]).reshape(-1, 4),
    }

"""Which patches a vision tower sees, where they lie and which of them see each other: all that a grid decides.

It is worked out once per grid on the CPU and kept on the device, so that nothing inside the tower has to wait for a
number from there. Legend: ``n_cells`` cells of the picture, one visual token each; ``n_seen`` of those that the tower
sees; ``n_patches`` patches of the seen cells, ``merge_size`` ** 2 each.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_N_PLANS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Equal windows that lie one behind the other.

    Attributes:
        n_windows: how many.
        n_patches: of each; patches of one window see each other.
    """

    n_windows: int
    n_patches: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VisionPlan:
    """How a vision tower goes over one picture.

    Attributes:
        n_rows, n_cols: cells of the whole picture.
        cells: [n_seen] int64 on the device, raster index of the cells in the order in which the tower takes them;
            windows of the same size are neighbours.
        windows: of the windowed layers, in that order; one window of all patches where the tower has none.
        positions: [n_patches, 2] int64 on the device: row and column of each patch in the whole picture.
        table_rows: [n_patches, 4] int64, rows of a learned position table to mix; None where the tower has no table.
        table_weights: [n_patches, 4] float32, how to mix them.
    """

    n_rows: int
    n_cols: int
    cells: Tensor
    windows: tuple[Windows, ...]
    positions: Tensor
    table_rows: Tensor | None
    table_weights: Tensor | None

    @property
    def n_cells(self) -> int:
        """Cells of the whole picture."""
        return self.n_rows * self.n_cols

    @property
    def is_whole(self) -> bool:
        """Whether the tower sees every cell."""
        return len(self.cells) == self.n_cells


class VisionPlanner:
    """Makes plans for one vision tower and keeps those of the last few whole pictures.

    Args:
        config: the tower's ``vision_config``.
    """

    def __init__(self, config: Any) -> None:
        self._merge = int(config.spatial_merge_size)
        window_px = getattr(config, "window_size", None)
        self.window_cells: int | None = None if window_px is None else window_px // config.patch_size // self._merge
        """Side of a window in cells; None where every layer sees the whole picture."""
        n_table = getattr(config, "num_position_embeddings", None)
        self._table_side = None if n_table is None else round(n_table**0.5)
        self._plans: OrderedDict[tuple[int, int, str], VisionPlan] = OrderedDict()

    def plan(self, n_rows: int, n_cols: int, device: torch.device, seen: NDArray[np.bool_] | None = None) -> VisionPlan:
        """The plan for a picture.

        Args:
            n_rows: of its cells.
            n_cols: of its cells.
            device: where the tower is.
            seen: [n_rows, n_cols], False at cells to leave out; None sees all. At least one must be True.
        """
        if seen is not None and not seen.all():
            return self._make(n_rows, n_cols, device, seen)
        key = (n_rows, n_cols, str(device))
        if key not in self._plans:
            # Used again in later calls, also outside inference mode.
            with torch.inference_mode(mode=False):
                self._plans[key] = self._make(n_rows, n_cols, device, np.ones((n_rows, n_cols), np.bool_))
        self._plans.move_to_end(key)
        while len(self._plans) > _N_PLANS:
            self._plans.popitem(last=False)
        return self._plans[key]

    def _make(self, n_rows: int, n_cols: int, device: torch.device, seen: NDArray[np.bool_]) -> VisionPlan:
        if seen.shape != (n_rows, n_cols) or not seen.any():
            raise ValueError(f"{int(seen.sum())} cells of {seen.shape} to see in {n_rows} rows of {n_cols}")
        cells, windows = self._in_windows(seen)
        rows, cols = torch.from_numpy(cells // n_cols), torch.from_numpy(cells % n_cols)
        inner = torch.arange(self._merge)
        shape = (len(cells), self._merge, self._merge)
        row_of_patch = (rows[:, None, None] * self._merge + inner[:, None]).expand(shape)
        col_of_patch = (cols[:, None, None] * self._merge + inner).expand(shape)
        positions = torch.stack((row_of_patch, col_of_patch), dim=-1).view(-1, 2)
        table_rows, table_weights = None, None
        if self._table_side is not None:
            table_rows, table_weights = _bilinear(
                positions, (n_rows * self._merge, n_cols * self._merge), self._table_side
            )
        return VisionPlan(
            n_rows=n_rows,
            n_cols=n_cols,
            cells=torch.from_numpy(cells).to(device),
            windows=windows,
            positions=positions.to(device),
            table_rows=None if table_rows is None else table_rows.to(device),
            table_weights=None if table_weights is None else table_weights.to(device),
        )

    def _in_windows(self, seen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], tuple[Windows, ...]]:
        """Raster indices of the seen cells, window by window, equal windows together; and the windows."""
        unit = self._merge**2
        cells = np.flatnonzero(seen).astype(np.int64)
        if self.window_cells is None:
            return cells, (Windows(n_windows=1, n_patches=len(cells) * unit),)
        rows, cols = np.divmod(cells, seen.shape[1])
        n_across = -(-seen.shape[1] // self.window_cells)
        window = rows // self.window_cells * n_across + cols // self.window_cells
        n_of_window = np.bincount(window)[window]
        order = np.lexsort((cells, window, -n_of_window))  # the last key counts first
        lengths, counts = np.unique(n_of_window, return_counts=True)
        windows = tuple(
            Windows(n_windows=int(count // length), n_patches=int(length) * unit)
            for length, count in zip(lengths[::-1], counts[::-1], strict=True)
        )
        return cells[order], windows


def _bilinear(positions: Tensor, n_patches: tuple[int, int], side: int) -> tuple[Tensor, Tensor]:
    """Rows and weights of a learned table [side, side], stretched over a grid so that corners meet corners.

    Args:
        positions: [n_patches, 2] int64, row and column.
        n_patches: rows and columns of the grid.
        side: of the table.
    """
    places = [
        positions[:, axis].float() * (side - 1) / max(n_patches[axis] - 1, 1) for axis in range(2)
    ]  # [n_patches] each, in cells of the table
    rows, weights = [], []
    for row_step in (0, 1):
        for col_step in (0, 1):
            taps = [place.floor() + step for place, step in zip(places, (row_step, col_step), strict=True)]
            row, col = (tap.clamp(max=side - 1).long() for tap in taps)
            rows.append(row * side + col)
            near = [(1 - (place - tap).abs()) for place, tap in zip(places, taps, strict=True)]
            weights.append(near[0] * near[1])
    return torch.stack(rows, dim=-1), torch.stack(weights, dim=-1)

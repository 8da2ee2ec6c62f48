"""The patch grid: pixels <-> patch cell <-> token index, in raster order."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchGrid:
    """A grid of cells over a picture. ``of_squares`` and ``fitted`` make the two kinds that models use.

    Attributes:
        width_px: width of the picture in pixels.
        height_px: height of the picture in pixels.
        n_rows: rows of cells.
        n_cols: cells in a row.
        cell_width_px: width of a cell in pixels of the picture (a float: models resize).
        cell_height_px: height of a cell.
    """

    width_px: int
    height_px: int
    n_rows: int
    n_cols: int
    cell_width_px: float
    cell_height_px: float

    def __post_init__(self) -> None:
        if min(self.width_px, self.height_px, self.n_rows, self.n_cols, self.cell_width_px, self.cell_height_px) <= 0:
            raise ValueError(f"a patch grid needs positive sizes, not {self}")

    @classmethod
    def of_squares(cls, *, width_px: int, height_px: int, cell_px: float) -> "PatchGrid":
        """Square cells of a given size; those at the right and lower edge may stick out of the picture."""
        if cell_px <= 0:
            raise ValueError(f"cells need a positive size, not {cell_px}")
        return cls(
            width_px=width_px,
            height_px=height_px,
            n_rows=math.ceil(height_px / cell_px),
            n_cols=math.ceil(width_px / cell_px),
            cell_width_px=float(cell_px),
            cell_height_px=float(cell_px),
        )

    @classmethod
    def fitted(cls, *, width_px: int, height_px: int, n_rows: int, n_cols: int) -> "PatchGrid":
        """So many cells, nearly square, that cover the picture exactly: the picture was resized to multiples of one."""
        return cls(
            width_px=width_px,
            height_px=height_px,
            n_rows=n_rows,
            n_cols=n_cols,
            cell_width_px=width_px / n_cols,
            cell_height_px=height_px / n_rows,
        )

    @property
    def cell_px(self) -> float:
        """Side of a square cell of the same area."""
        return math.sqrt(self.cell_width_px * self.cell_height_px)

    @property
    def shape(self) -> tuple[int, int]:
        """(n_rows, n_cols), the shape of every array over the grid."""
        return self.n_rows, self.n_cols

    @property
    def n_cells(self) -> int:
        """Number of cells, that is of visual tokens."""
        return self.n_rows * self.n_cols

    def cell_at(self, x_px: float, y_px: float) -> tuple[int, int]:
        """(row, col) of the cell that holds a point; points outside go to the nearest cell."""
        col = min(max(int(x_px // self.cell_width_px), 0), self.n_cols - 1)
        row = min(max(int(y_px // self.cell_height_px), 0), self.n_rows - 1)
        return row, col

    def index_of(self, row: int, col: int) -> int:
        """Token index of a cell, raster order."""
        return row * self.n_cols + col

    def cell_of(self, index: int) -> tuple[int, int]:
        """(row, col) of a token index."""
        return divmod(index, self.n_cols)

    def center_px(self, row: int, col: int) -> tuple[float, float]:
        """(x, y) of the middle of the visible part of a cell."""
        left, top, right, bottom = self.bounds_px(row, col)
        return (left + right) / 2, (top + bottom) / 2

    def bounds_px(self, row: int, col: int) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of the visible part of a cell."""
        left, top = col * self.cell_width_px, row * self.cell_height_px
        return left, top, min(left + self.cell_width_px, self.width_px), min(top + self.cell_height_px, self.height_px)

    def span_of(self, bbox_px: tuple[float, float, float, float]) -> tuple[slice, slice]:
        """Row and column slices of the cells that a half-open box (x1, y1, x2, y2) touches."""
        x1, y1, x2, y2 = bbox_px
        top, left = self.cell_at(x1, y1)
        bottom, right = self.cell_at(max(x1, math.nextafter(x2, -math.inf)), max(y1, math.nextafter(y2, -math.inf)))
        return slice(top, bottom + 1), slice(left, right + 1)

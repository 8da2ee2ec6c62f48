"""The patch grid: pixels <-> patch cell <-> token index, in raster order."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchGrid:
    """A grid of square cells over a picture; cells at the right and lower edge may stick out.

    Attributes:
        width_px: width of the picture in pixels.
        height_px: height of the picture in pixels.
        cell_px: side of a cell in pixels of the picture (a float: models resize).
    """

    width_px: int
    height_px: int
    cell_px: float

    def __post_init__(self) -> None:
        if self.width_px <= 0 or self.height_px <= 0 or self.cell_px <= 0:
            raise ValueError(f"a patch grid needs positive sizes, not {self}")

    @property
    def n_rows(self) -> int:
        """Rows of cells."""
        return math.ceil(self.height_px / self.cell_px)

    @property
    def n_cols(self) -> int:
        """Cells in a row."""
        return math.ceil(self.width_px / self.cell_px)

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
        col = min(max(int(x_px // self.cell_px), 0), self.n_cols - 1)
        row = min(max(int(y_px // self.cell_px), 0), self.n_rows - 1)
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
        left, top = col * self.cell_px, row * self.cell_px
        return left, top, min(left + self.cell_px, self.width_px), min(top + self.cell_px, self.height_px)

    def span_of(self, bbox_px: tuple[float, float, float, float]) -> tuple[slice, slice]:
        """Row and column slices of the cells that a half-open box (x1, y1, x2, y2) touches."""
        x1, y1, x2, y2 = bbox_px
        top, left = self.cell_at(x1, y1)
        bottom, right = self.cell_at(max(x1, math.nextafter(x2, -math.inf)), max(y1, math.nextafter(y2, -math.inf)))
        return slice(top, bottom + 1), slice(left, right + 1)

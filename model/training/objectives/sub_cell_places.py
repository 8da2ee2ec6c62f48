"""Places finer than a visual token: its patches, and places inside a patch.

Source: MolmoPoint (arXiv 2603.28069) points with a patch, a sub-patch and one of 3 x 3 locations inside that. There a
location counts down its columns; here everything counts along rows.
"""

from dataclasses import dataclass

from model.data.labels import VisualGrid

PLACES_PER_SIDE = 3
"""Of a patch; MolmoPoint's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCell:
    """A place on a picture.

    Attributes:
        cell_idx: visual token.
        patch_idx: patch of it, row by row.
        place_idx: place of that, row by row.
    """

    cell_idx: int
    patch_idx: int
    place_idx: int


def sub_cell_at(x_norm: float, y_norm: float, grid: VisualGrid) -> SubCell:
    """The place that holds a point of [0, 1), in fractions of the picture."""
    per_patch, per_cell = PLACES_PER_SIDE, PLACES_PER_SIDE * grid.merge_size
    col, row = int(x_norm * grid.n_cols * per_cell), int(y_norm * grid.n_rows * per_cell)
    return SubCell(
        cell_idx=row // per_cell * grid.n_cols + col // per_cell,
        patch_idx=row % per_cell // per_patch * grid.merge_size + col % per_cell // per_patch,
        place_idx=row % per_patch * per_patch + col % per_patch,
    )


def middle_px(place: SubCell, grid: VisualGrid) -> tuple[float, float]:
    """(x, y) of the middle of a place, in pixels of the resized picture."""
    cell_row, cell_col = divmod(place.cell_idx, grid.n_cols)
    patch_row, patch_col = divmod(place.patch_idx, grid.merge_size)
    row, col = divmod(place.place_idx, PLACES_PER_SIDE)
    place_px = grid.patch_px / PLACES_PER_SIDE
    return (
        cell_col * grid.cell_px + patch_col * grid.patch_px + (col + 0.5) * place_px,
        cell_row * grid.cell_px + patch_row * grid.patch_px + (row + 0.5) * place_px,
    )

"""When two answers mean the same place."""

from collections.abc import Sequence

from model.decode import find_regions
from model.grounder import Box, Candidate, Grounding
from model.patches import PatchGrid

N_CANDIDATES = 9
_NEIGHBOURHOOD_CELLS = 1.0


def best_of(found: Grounding) -> Candidate | None:
    """The best candidate, accepted or not; None if nothing resembles what is meant."""
    return found.candidates[0] if found.candidates else None


def is_same_place(a: Candidate, b: Candidate, grid: PatchGrid) -> bool:
    """Whether two candidates are one thing: boxes that hold each other's point, or points of neighbouring cells."""
    if a.bbox is not None and b.bbox is not None:
        return holds(a.bbox, b.x, b.y) and holds(b.bbox, a.x, a.y)
    return (
        abs(a.x - b.x) <= _NEIGHBOURHOOD_CELLS * grid.cell_width_px
        and abs(a.y - b.y) <= _NEIGHBOURHOOD_CELLS * grid.cell_height_px
    )


def holds(box: Box, x_px: float, y_px: float) -> bool:
    """Whether a half-open box holds a point."""
    return box[0] <= x_px < box[2] and box[1] <= y_px < box[3]


def extent_of(found: Grounding) -> Box | None:
    """Outline of the best candidate in pixels: its box, or that of the pointer's best region; None without either."""
    best = best_of(found)
    if best is None:
        return None
    if best.bbox is not None:
        return best.bbox
    grid = found.grid
    at = grid.cell_at(best.x, best.y)
    for region in find_regions(found.pointer_probs):
        cells = [(int(row), int(col)) for row, col in region.cells]
        if at in cells:
            bounds = [grid.bounds_px(*cell) for cell in cells]
            return (
                min(b[0] for b in bounds),
                min(b[1] for b in bounds),
                max(b[2] for b in bounds),
                max(b[3] for b in bounds),
            )
    return grid.bounds_px(*at)


def merged(first: Candidate, others: Sequence[Candidate], grid: PatchGrid) -> tuple[Candidate, ...]:
    """A candidate followed by others, each at a place of its own, nine at most."""
    kept = [first]
    for other in others:
        if not any(is_same_place(known, other, grid) for known in kept):
            kept.append(other)
    return tuple(kept[:N_CANDIDATES])

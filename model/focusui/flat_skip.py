"""Leaving out flat parts of a screen before the vision tower: what is one colour everywhere need not be looked at.

The tower is half of the work at 3 billion parameters and a third at 7 billion, so dropping after it alone can save no
more than the rest. Cells keep their positions; in the prompt those that were left out are dropped like others (PosPad).
The weights were not trained for it: off unless ``mean_shift_cells`` says that it does no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from model.grounder import Grounder
from model.uigraph import UiGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatSkip:
    """Which flat parts are left out.

    Attributes:
        min_cells: a component of the UI graph with at least so many cells is flat.
    """

    min_cells: int = 64

    def __post_init__(self) -> None:
        if self.min_cells < 2:
            raise ValueError(f"a flat part has at least two cells, not {self.min_cells}")

    def seen_mask(self, graph: UiGraph, window_cells: int | None) -> NDArray[np.bool_]:
        """Which cells the tower is shown, [n_rows, n_cols]; all of them if everything is flat.

        Args:
            graph: of the picture, on the grid of visual tokens.
            window_cells: side of the tower's windows; whole windows are left out, so that what the others see in
                windowed layers stays as it was. None, without windows: single cells.
        """
        is_flat: NDArray[np.bool_] = graph.sizes[graph.labels] >= self.min_cells
        if window_cells is not None:
            is_flat = _whole_windows(is_flat, window_cells)
        return np.ones_like(is_flat) if is_flat.all() else ~is_flat


def mean_shift_cells(whole: Grounder, skipping: Grounder, questions: Iterable[tuple[NDArray[np.uint8], str]]) -> float:
    """How far, on average, points move when flat parts are left out, in cells; the smaller the better.

    Args:
        whole: the model with all of every picture.
        skipping: the same model without flat parts.
        questions: pictures [height, width, 3] and what to find on them; at least one.
    """
    shifts = []
    for image, instruction in questions:
        look = whole.look(image)
        before = whole.find(look, instruction).point
        after = skipping.find(skipping.look(image), instruction).point
        if before is None or after is None:  # a rejection on one side only is as far as it gets
            shifts.append(0.0 if before == after else float(max(look.grid.shape)))
        else:
            shifts.append(
                hypot(
                    (after[0] - before[0]) / look.grid.cell_width_px, (after[1] - before[1]) / look.grid.cell_height_px
                )
            )
    return float(np.mean(shifts))


def _whole_windows(is_flat: NDArray[np.bool_], window_cells: int) -> NDArray[np.bool_]:
    """Keep the mark only where a whole window has it; windows at the right and lower edge may be smaller."""
    n_rows, n_cols = is_flat.shape
    padded = np.pad(is_flat, ((0, -n_rows % window_cells), (0, -n_cols % window_cells)), constant_values=True)
    blocks = padded.reshape(padded.shape[0] // window_cells, window_cells, -1, window_cells).all(axis=(1, 3))
    return np.repeat(np.repeat(blocks, window_cells, axis=0), window_cells, axis=1)[:n_rows, :n_cols]

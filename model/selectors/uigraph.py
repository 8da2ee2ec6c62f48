"""The UI graph alone: which cells differ from what surrounds them, whatever the instruction says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selectors.base import SelectionContext, Signal, given, select_by_lot
from model.uigraph import ui_graph


@dataclass(frozen=True, slots=True)
class UiGraphSelector:
    """Keep the cells of the smallest look-alike components.

    Source: the rule-based half of FocusUI's label, arXiv 2601.03928, section 3.2. The weights have few distinct
    values, so that equal ones are drawn by lot: raster order would favour the top of the screen.
    """

    name: str = "uigraph"
    needs: frozenset[Signal] = frozenset({Signal.PIXELS})

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep."""
        image = given(context.image, Signal.PIXELS)
        return select_by_lot(
            ui_graph(image, cell_px=image.shape[0] // context.n_rows).weights.ravel(), keep_fraction, generator
        )

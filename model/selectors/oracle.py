"""The oracle: what the scorer is trained to say. It knows where the target is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selectors.base import SelectionContext, Signal, given, select_by_lot


@dataclass(frozen=True, slots=True)
class OracleSelector:
    """Keep the cells with the highest fused label: the target first, then what the UI graph finds distinct.

    Source: FocusUI, arXiv 2601.03928, section 3.2 (the label). It bounds what any scorer can do with this label.
    Equal labels are drawn by lot.
    """

    name: str = "oracle"
    needs: frozenset[Signal] = frozenset({Signal.LABEL})

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep."""
        return select_by_lot(given(context.label, Signal.LABEL), keep_fraction, generator)

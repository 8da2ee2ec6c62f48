"""Chance: what pruning costs if nothing is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.selectors.base import SelectionContext, Signal, select_by_lot


@dataclass(frozen=True, slots=True)
class RandomSelector:
    """Keep any tokens, each with the same probability."""

    name: str = "random"
    needs: frozenset[Signal] = frozenset()

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep."""
        return select_by_lot(np.zeros(context.n_visual), keep_fraction, generator)

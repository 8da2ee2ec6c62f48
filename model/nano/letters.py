"""What is written at the slots of a line's cells: the likeliest character, and how likely it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.nano.alphabet import BLANK


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Letters:
    """Of one line.

    Attributes:
        classes: [n * SLOTS_PER_CELL] of ``alphabet.py``.
        shares: [n * SLOTS_PER_CELL] float32, from 0 to 1; 0 where nothing is written.
    """

    classes: NDArray[np.int64]
    shares: NDArray[np.float32]


def likeliest(logits: NDArray[np.float32], lines: Sequence[slice]) -> list[Letters]:
    """What is written in lines that were laid out (``laying.py``).

    Args:
        logits: [n, SLOTS_PER_CELL, N_CLASSES].
        lines: where the cells of each line are.
    """
    classes = logits.argmax(axis=-1)
    shares = np.zeros(classes.shape, np.float32)
    written = np.nonzero(classes != BLANK)
    found = logits[written]
    shares[written] = 1 / np.exp(found - found.max(axis=-1, keepdims=True)).sum(axis=-1)
    return [Letters(classes=classes[own].flatten(), shares=shares[own].flatten()) for own in lines]

"""A sign means itself: what is called by a letter or two is nothing that only resembles it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.ocr.scene import Scene
from model.ocr.spelling import normalise

_MOST_CHARACTERS: Final = 2


def targets_of_sign(scene: Scene, name: str) -> list[int]:
    """Targets that show just the letter, digit or sign that is asked for; none if the name is longer."""
    sign = normalise(name)
    if not sign or len(sign) > _MOST_CHARACTERS:
        return []
    return [index for index, target in enumerate(scene.targets) if normalise(target.label) == sign]


def only_at(shares: NDArray[np.float32], element_of: NDArray[np.int32], targets: list[int]) -> NDArray[np.float32]:
    """The pointer's shares, with nothing left for other elements, nor for *nothing here*: a sign that stands there is.

    Args:
        shares: [n_rows, n_cols], of each cell.
        element_of: [n_rows, n_cols], the element of each cell.
        targets: elements that may be meant, at least one of them with a cell.

    Returns:
        Of each cell, 1 together; where the pointer saw none of the elements, they share evenly.
    """
    is_theirs = np.isin(element_of, targets)
    kept = np.where(is_theirs, shares, 0)
    if not kept.any():
        kept = is_theirs.astype(np.float32)
    return np.asarray(kept / kept.sum(), np.float32)

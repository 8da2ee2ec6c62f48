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


def only_at(
    shares: NDArray[np.float32], absent: float, element_of: NDArray[np.int32], targets: list[int]
) -> tuple[NDArray[np.float32], float]:
    """The pointer's shares, with nothing left for other elements.

    Args:
        shares: [n_rows, n_cols], of each cell.
        absent: share of *nothing here*; together they are 1.
        element_of: [n_rows, n_cols], the element of each cell.
        targets: elements that may be meant, at least one of them with a cell.

    Returns:
        As given, scaled to 1 together; where the pointer saw none of the elements, they share evenly.
    """
    is_theirs = np.isin(element_of, targets)
    kept = np.where(is_theirs, shares, 0)
    total = float(kept.sum())
    if total == 0:
        return (is_theirs / max(1, int(is_theirs.sum())) * (1 - absent)).astype(np.float32), absent
    scale = 1 / (total + absent)
    return kept * np.float32(scale), absent * scale

"""A sign means itself: what is called by a letter or two is nothing that only resembles it."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.nano.cells import CellView
from model.ocr.rects import center, holds
from model.ocr.scene import Scene
from model.ocr.spelling import normalise

_MOST_CHARACTERS: Final = 2
_SUREST: Final = 0.999
"""A share beyond which nothing is surer."""


def targets_of_sign(scene: Scene, name: str) -> dict[int, float]:
    """Targets that show just the letter, digit or sign that is asked for, and how surely it is read: odds.

    None if the name is longer.
    """
    sign = normalise(name)
    if not sign or len(sign) > _MOST_CHARACTERS:
        return {}
    read = [line for line in scene.page.lines if normalise(line.text) == sign]
    return {
        index: _odds(max((line.score for line in read if holds(target.bbox, center(line.bbox))), default=0.5))
        for index, target in enumerate(scene.targets)
        if normalise(target.label) == sign
    }


def only_at(
    shares: NDArray[np.float32], element_of: NDArray[np.int32], targets: Mapping[int, float]
) -> NDArray[np.float32]:
    """The pointer's shares, with nothing left for other elements, nor for *nothing here*: a sign that stands there is.

    Args:
        shares: [n_rows, n_cols], of each cell.
        element_of: [n_rows, n_cols], the element of each cell.
        targets: weights of the elements that may be meant, at least one of them with a cell.

    Returns:
        Of each cell, 1 together; where the pointer saw none of the elements, they share by weight.
    """
    weights = np.zeros(shares.shape)
    for index, weight in targets.items():
        weights[element_of == index] = weight
    kept = shares * weights
    if not kept.any():
        kept = weights
    return np.asarray(kept / kept.sum(), np.float32)


def towards_middles(offsets: NDArray[np.float32], view: CellView, targets: Sequence[int]) -> NDArray[np.float32]:
    """Offsets [n_rows, n_cols, 2] in cells with those of some targets' cells to their middles.

    A cell at the edge of a key would otherwise point into the key beside it.
    """
    found = offsets.copy()
    for index in targets:
        rows, cols = np.nonzero(view.element_of == index)
        x, y = center(view.scene.targets[index].bbox)
        found[rows, cols, 0] = x / view.grid.cell_width_px - cols - 0.5
        found[rows, cols, 1] = y / view.grid.cell_height_px - rows - 0.5
    return found


def _odds(share: float) -> float:
    held = min(max(share, 1 - _SUREST), _SUREST)
    return held / (1 - held)

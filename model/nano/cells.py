"""The cells that the pointer chooses from: what is in each, and what speaks for it when something is asked for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.nano.encoding import Encoded
from model.nano.question import Question
from model.nano.shape import CELL_PX, KINDS, N_FEATURES
from model.ocr.match import Match, Matcher
from model.ocr.scene import Scene
from model.patches import PatchGrid

PATCH_PX: Final = 2 * CELL_PX
"""Side of a cell that can be kept, dropped and pointed at."""
N_GEOMETRY: Final = 4 + 2 + len(KINDS)
EVIDENCE: Final = (
    "match",
    "rank",
    "name",
    "label",
    "anchor",
    "meant by name",
    "meant by whole",
    "meant by ask",
    "icon rank by name",
    "icon rank by ask",
)
N_EVIDENCE: Final = len(EVIDENCE)
_MATCH, _RANK, _NAME, _LABEL, _ANCHOR = range(5)
_MEANINGS: Final = slice(5, 8)
_ICON_RANKS: Final = slice(8, 10)
N_INPUTS: Final = N_FEATURES + N_GEOMETRY + N_EVIDENCE
_MOST_MATCHES: Final = 80
_FLAT_LEVELS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellView:
    """What is known of a screen's cells before anything is asked.

    Attributes:
        grid: the patch grid.
        is_content: [n_rows, n_cols] bool; flat cells are never kept.
        views: [n_rows, n_cols, N_FEATURES + N_GEOMETRY] float32: the encoder's features, and place and kind of the
            element that the cell is part of.
        element_of: [n_rows, n_cols] int32: index of the scene's target, -1 for none.
        scene: everything that was seen.
    """

    grid: PatchGrid
    is_content: NDArray[np.bool_]
    views: NDArray[np.float32]
    element_of: NDArray[np.int32]
    scene: Scene


def view_cells(image: NDArray[np.uint8], encoded: Encoded, scene: Scene) -> CellView:
    """Prepare a screen.

    Args:
        image: [height, width, 3] uint8 RGB.
        encoded: by the encoder.
        scene: what was read and found in it.
    """
    grid = PatchGrid.of_squares(width_px=image.shape[1], height_px=image.shape[0], cell_px=float(PATCH_PX))
    n_rows, n_cols = grid.shape
    features = encoded.features[: 2 * n_rows, : 2 * n_cols]
    pooled = (features[::2, ::2] + features[1::2, ::2] + features[::2, 1::2] + features[1::2, 1::2]) / 4
    element_of = _elements(grid, scene)
    return CellView(
        grid=grid,
        is_content=~_flat(image, grid) | (element_of >= 0),
        views=np.concatenate((pooled, _geometry(grid, scene, element_of)), axis=-1),
        element_of=element_of,
        scene=scene,
    )


def evidence(view: CellView, matcher: Matcher, question: Question) -> tuple[NDArray[np.float32], list[Match]]:
    """What speaks for each cell.

    Returns:
        [n_rows, n_cols, N_EVIDENCE] float32 in [-1, 1], and the matches, best first.
    """
    found = np.zeros((*view.grid.shape, N_EVIDENCE), np.float32)
    ranked = matcher.rank(question.readings)
    for place, match in enumerate(ranked[:_MOST_MATCHES]):
        _raise(found[..., _MATCH], view, match.bbox, match.score)
        _raise(found[..., _RANK], view, match.bbox, 1 / (1 + place))
    for index, score, is_label in matcher.named(question.main.name):
        box = view.scene.targets[index].bbox
        _raise(found[..., _LABEL if is_label else _NAME], view, box, score)
    for box, score in matcher.anchors(question.main):
        _raise(found[..., _ANCHOR], view, box, score)
    if view.scene.targets:
        asked = np.column_stack((question.name, question.whole, question.asked))
        has_element = view.element_of >= 0
        meant = matcher.meanings @ asked
        found[has_element, _MEANINGS] = meant[view.element_of[has_element]]
        found[has_element, _ICON_RANKS] = _icon_ranks(view.scene, meant[:, ::2])[view.element_of[has_element]]
    return found, ranked


def _icon_ranks(scene: Scene, meant: NDArray[np.float32]) -> NDArray[np.float32]:
    """How icons compare with each other, [n_targets, n]: 1 for the one that comes nearest, 1/2 for the next; others 0.

    Args:
        scene: with its targets.
        meant: [n_targets, n], how near each comes; all 0 where nothing is asked for.
    """
    ranks = np.zeros(meant.shape, np.float32)
    icons = np.flatnonzero([target.meaning is not None for target in scene.targets])
    if icons.size:
        order = (-meant[icons]).argsort(axis=0, kind="stable").argsort(axis=0)
        ranks[icons] = np.where(meant[icons].any(axis=0), 1 / (1 + order), 0)
    return ranks


def _raise(channel: NDArray[np.float32], view: CellView, box: Box, score: float) -> None:
    rows, cols = view.grid.span_of(box)
    np.maximum(channel[rows, cols], score, out=channel[rows, cols])


def _flat(image: NDArray[np.uint8], grid: PatchGrid) -> NDArray[np.bool_]:
    """Which cells have about one colour."""
    n_rows, n_cols = grid.shape
    below, right = n_rows * PATCH_PX - image.shape[0], n_cols * PATCH_PX - image.shape[1]
    whole = np.pad(image, ((0, below), (0, right), (0, 0)), mode="edge") if below or right else image
    # Rows first: what lies together in memory is compared at once.
    rows = whole.reshape(n_rows, PATCH_PX, -1)
    sides = (n_rows, n_cols, PATCH_PX, 3)
    spread = rows.max(axis=1).reshape(sides).max(axis=2).astype(np.int16) - rows.min(axis=1).reshape(sides).min(axis=2)
    return np.asarray(spread.max(axis=-1) <= _FLAT_LEVELS)


def _elements(grid: PatchGrid, scene: Scene) -> NDArray[np.int32]:
    """The smallest target at each cell."""
    element_of = np.full(grid.shape, -1, np.int32)
    by_area = sorted(range(len(scene.targets)), key=lambda index: -_area(scene.targets[index].bbox))
    for index in by_area:
        rows, cols = grid.span_of(scene.targets[index].bbox)
        element_of[rows, cols] = index
    return element_of


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _geometry(grid: PatchGrid, scene: Scene, element_of: NDArray[np.int32]) -> NDArray[np.float32]:
    """Signed logarithms of the distances to the element's edges, whether it shows an icon or nothing, and its kind."""
    n_rows, n_cols = grid.shape
    found = np.zeros((n_rows, n_cols, N_GEOMETRY), np.float32)
    rows, cols = np.nonzero(element_of >= 0)
    if not rows.size:
        return found
    elements = element_of[rows, cols]
    boxes = np.array([target.bbox for target in scene.targets], np.float32)[elements] / PATCH_PX
    middles = np.column_stack((cols, rows, cols, rows)).astype(np.float32) + 0.5
    distances = boxes - middles
    found[rows, cols, :4] = np.sign(distances) * np.log1p(np.abs(distances)) / 3
    found[rows, cols, 4] = [scene.targets[index].meaning is not None for index in elements]
    found[rows, cols, 5] = [bool(scene.targets[index].label) for index in elements]
    kinds = np.array([KINDS.index(target.kind) for target in scene.targets])
    found[rows, cols, 6 + kinds[elements]] = 1
    return found

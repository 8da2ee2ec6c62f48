"""Why not here? What a grounding says about one point of the picture."""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from model.errors import InputError
from model.grounder import Candidate, Grounding
from model.refine.places import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class PointExplanation:
    """What became of the cell that holds a point.

    Attributes:
        x_px, y_px: the point.
        row, col: its cell.
        is_kept: whether the cell was kept; a dropped one cannot be clicked.
        patch_score: its score for the instruction.
        rank: its place among all cells, 1 for the highest score; equal scores share the better place.
        n_cells: how many cells there are.
        pointer_share: the cell's share of the pointer in [0, 1].
        nearest: the candidate nearest to the point; None if there is none.
        nearest_px: distance of the point to it, 0 within its box; None without a candidate.
        sentence: all of this for people.
    """

    x_px: float
    y_px: float
    row: int
    col: int
    is_kept: bool
    patch_score: float
    rank: int
    n_cells: int
    pointer_share: float
    nearest: Candidate | None
    nearest_px: float | None
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """The value of "why" in the output of ``foveal ground --json``."""
        return asdict(self)


def check_point(x_px: float, y_px: float, *, width_px: int, height_px: int) -> None:
    """Make sure that a point lies on a picture of this size.

    Raises:
        InputError: it does not.
    """
    if not (0 <= x_px < width_px and 0 <= y_px < height_px):
        raise InputError(
            f"The point {x_px:g}, {y_px:g} is outside of the picture.",
            hint=f"It has {width_px}×{height_px} pixels, counted from 0, 0 at the upper left.",
        )


def explain_point(grounding: Grounding, x_px: float, y_px: float) -> PointExplanation:
    """Say why an instruction was, or was not, found at a point.

    Args:
        grounding: the answer.
        x_px: from the left, in pixels of the picture.
        y_px: from the top.

    Raises:
        InputError: the point is outside of the picture.
    """
    grid = grounding.grid
    check_point(x_px, y_px, width_px=grid.width_px, height_px=grid.height_px)
    cell = grid.cell_at(x_px, y_px)
    scores = grounding.scored.scores
    by_distance = sorted((_distance_px(c, x_px, y_px), i) for i, c in enumerate(grounding.candidates))
    nearest_px, nearest_idx = by_distance[0] if by_distance else (None, None)
    explained = PointExplanation(
        x_px=x_px,
        y_px=y_px,
        row=cell[0],
        col=cell[1],
        is_kept=bool(grounding.scored.keep_mask[cell]),
        patch_score=float(scores[cell]),
        rank=1 + int((scores > scores[cell]).sum()),
        n_cells=grid.n_cells,
        pointer_share=float(grounding.pointer_probs[cell]),
        nearest=None if nearest_idx is None else grounding.candidates[nearest_idx],
        nearest_px=nearest_px,
        sentence="",
    )
    return _with_sentence(explained, grounding)


def _with_sentence(explained: PointExplanation, grounding: Grounding) -> PointExplanation:
    where = f"At {explained.x_px:g}, {explained.y_px:g}"
    rank = f"its score of {explained.patch_score:.2f} is number {explained.rank} of {explained.n_cells}"
    if not explained.is_kept:
        fate = f"{where} the picture was dropped, so nothing there could be chosen: {rank}."
    elif explained.pointer_share > 0:
        fate = (
            f"{where} the picture was looked at closely ({rank}), with {explained.pointer_share:.1%} of the attention."
        )
    else:
        fate = f"{where} the picture was looked at closely ({rank}), but none of the attention went there."
    return replace(explained, sentence=" ".join(filter(None, (fate, _about_nearest(explained, grounding)))))


def _about_nearest(explained: PointExplanation, grounding: Grounding) -> str:
    nearest = explained.nearest
    if nearest is None:
        return "Nothing on the picture resembles the instruction."
    name = f'"{nearest.label}"' if nearest.label else f"a place at {nearest.x:.0f}, {nearest.y:.0f}"
    is_chosen = not grounding.is_rejected and nearest is grounding.candidates[0]
    if not explained.nearest_px:
        if is_chosen:
            return f"This is {name}, which was chosen, with a score of {nearest.score:.2f}."
        verdict = (
            "too low to be chosen" if grounding.is_rejected else f"against {grounding.score:.2f} for what was chosen"
        )
        return f"This is {name}, with a score of {nearest.score:.2f}, {verdict}."
    chosen = ", which was chosen" if is_chosen else ""
    return f"The nearest candidate is {name}, {explained.nearest_px:.0f} px away (score {nearest.score:.2f}){chosen}."


def _distance_px(candidate: Candidate, x_px: float, y_px: float) -> float:
    if candidate.bbox is None:
        return math.hypot(candidate.x - x_px, candidate.y - y_px)
    x1, y1, x2, y2 = candidate.bbox
    if holds(candidate.bbox, x_px, y_px):
        return 0.0
    return math.hypot(max(x1 - x_px, 0.0, x_px - x2), max(y1 - y_px, 0.0, y_px - y2))

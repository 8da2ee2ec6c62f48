"""A dropped cell can never be clicked: was the target dropped? If the scores say so, look again with more cells."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.decode import find_regions
from model.grounder import Grounding
from model.refine.config import RefineConfig
from model.refine.places import best_of, is_same_place
from model.refine.report import DropSign, SecondLookKind
from model.refine.second_look import THOROUGH, Case, Outcome

_STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
_FADED = 0.5  # of a region's peak: below it the region ends by itself


def drop_signs(found: Grounding, config: RefineConfig) -> tuple[DropSign, ...]:
    """What suggests that the target was dropped; none if all cells are kept.

    Scores are read relative to their own range, because scorers differ in scale.
    """
    scores, keep_mask = found.scored.scores.astype(np.float64), found.scored.keep_mask
    if keep_mask.all():
        return ()
    low, high = float(scores.min()), float(scores.max())
    if high - low <= config.flat_range:
        return (DropSign.FLAT,)
    relative = (scores - low) / (high - low)
    is_near = ~keep_mask & (relative >= config.near_share)
    signs = []
    if is_near.any():
        signs.append(DropSign.NEAR_CUT)
    if _is_region_cut(found, relative, config.near_share):
        signs.append(DropSign.CUT_REGION)
    best = np.unravel_index(int(np.where(keep_mask, relative, -1.0).argmax()), scores.shape)
    if (_touching(keep_mask.shape, (int(best[0]), int(best[1]))) & is_near).any():
        signs.append(DropSign.BESIDE_BEST)
    return tuple(signs)


def _touching(shape: tuple[int, ...], cell: tuple[int, int]) -> NDArray[np.bool_]:
    """[n_rows, n_cols] bool, True for the up to eight cells around one."""
    row, col = cell
    mask = np.zeros(shape, np.bool_)
    mask[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2] = True
    mask[row, col] = False
    return mask


def _is_region_cut(found: Grounding, relative: NDArray[np.float64], near_share: float) -> bool:
    """Whether the pointer's best region ends, still strong, at dropped cells that score like those inside."""
    regions = find_regions(found.pointer_probs)
    if not regions:
        return False
    n_rows, n_cols = relative.shape
    keep_mask, probs = found.scored.keep_mask, found.pointer_probs
    peak = max(float(probs[row, col]) for row, col in regions[0].cells)
    for row, col in regions[0].cells:
        if probs[row, col] < _FADED * peak:
            continue
        for down, right in _STEPS:
            r, c = row + down, col + right
            is_inside = 0 <= r < n_rows and 0 <= c < n_cols
            if is_inside and not keep_mask[r, c] and relative[r, c] >= near_share * relative[row, col] > 0:
                return True
    return False


class MoreCells:
    """Asks again with twice the cells, and twice again while the signs stay."""

    kind = SecondLookKind.MORE_CELLS

    def __init__(self, config: RefineConfig) -> None:
        self._config = config

    def reason(self, case: Case) -> str | None:
        """The signs that the target was dropped."""
        if self._config.is_thorough and not case.found.scored.keep_mask.all():
            return THOROUGH
        return "; ".join(drop_signs(case.found, self._config)) or None

    def look(self, case: Case) -> Outcome:
        """Double the keep fraction until the signs are gone, all cells are kept or the limit is reached."""
        found, n_finds = case.found, 0
        for _ in range(self._config.n_doublings):
            keep_fraction = min(1.0, 2.0 * found.n_kept / found.grid.n_cells)
            wider = case.ask(case.instruction, keep_fraction)
            n_finds += 1
            is_stuck = wider.n_kept <= found.n_kept  # of a model that keeps what it likes
            found = _better(found, wider)
            if is_stuck or wider.scored.keep_mask.all() or not drop_signs(wider, self._config):
                break
        agreement = agreement_of(case.found, found)
        share = found.n_kept / found.grid.n_cells
        same = "nothing again" if found.is_rejected else "the same place"
        text = f"{same if agreement else 'another answer'} with {share:.0%} kept"
        return Outcome(found=found, text=text, agreement=agreement, n_finds=n_finds)


def agreement_of(a: Grounding, b: Grounding) -> float:
    """1 if two answers are the same place or both reject, else 0."""
    if a.is_rejected or b.is_rejected:
        return float(a.is_rejected == b.is_rejected)
    best_a, best_b = best_of(a), best_of(b)
    if best_a is None or best_b is None:
        return float(a.point == b.point)
    return float(is_same_place(best_a, best_b, a.grid))


def _better(narrow: Grounding, wide: Grounding) -> Grounding:
    """The wider answer, unless it is at a place that could be chosen before and was, with more confidence, not."""
    if wide.point is None:
        # What was found is not lost by looking at more; that more was looked at stays to be seen.
        return wide if narrow.point is None else replace(narrow, scored=wide.scored)
    was_dropped = not narrow.scored.keep_mask[narrow.grid.cell_at(*wide.point)]
    if narrow.point is None or was_dropped or agreement_of(narrow, wide) or wide.score >= narrow.score:
        return wide
    return replace(narrow, scored=wide.scored)

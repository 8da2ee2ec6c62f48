"""Look closer: find the same on an enlarged crop around the answer.

GUI-AIMA (arXiv 2511.00810) grounds in two steps, whole picture first and then a crop around its answer; AdaZoom lets
the doubt decide whether to. Here the target's size and the spread of the pointer decide, and the crop has to agree
or to be clearly surer to change anything.
"""

from dataclasses import replace

from model.grounder import Candidate, Grounding
from model.refine.config import RefineConfig
from model.refine.crop import Crop, crop_around
from model.refine.places import best_of, extent_of, is_same_place, merged
from model.refine.report import SecondLookKind
from model.refine.second_look import THOROUGH, Case, Outcome
from model.refine.signals import entropy

_MIN_GAIN = 1.2  # an enlargement by less shows nothing new


class ZoomIn:
    """Looks closer at small targets and where the pointer is spread."""

    kind = SecondLookKind.ZOOM

    def __init__(self, config: RefineConfig) -> None:
        self._config = config

    def reason(self, case: Case) -> str | None:
        """How small the target is, or how spread the pointer."""
        crop = self._crop(case.found)
        if crop is None or crop.shown_width_px < _MIN_GAIN * crop.width_px:
            return None
        if self._config.is_thorough:
            return THOROUGH
        extent = extent_of(case.found)
        grid = case.found.grid
        if extent is not None:
            n_cells = (extent[2] - extent[0]) * (extent[3] - extent[1]) / (grid.cell_width_px * grid.cell_height_px)
            if n_cells <= self._config.small_cells:
                return f"the target is small ({n_cells:.1f} cells)"
        spread = entropy(case.found.pointer_probs, case.found.n_kept)
        return f"the pointer is spread (entropy {spread:.2f})" if spread >= self._config.spread_entropy else None

    def look(self, case: Case) -> Outcome:
        """Find the same on the crop and judge it against the answer."""
        crop = self._crop(case.found)
        if crop is None:
            raise ValueError("there is nothing to zoom in on; ask for the reason first")
        look = case.grounder.look(crop.cut(case.image))
        closer = case.grounder.find(look, case.instruction, keep_fraction=case.keep_fraction)
        return judge(case.found, closer, crop, self._config.disagree_margin)

    def _crop(self, found: Grounding) -> Crop | None:
        extent = extent_of(found)
        if extent is None:
            return None
        config = self._config
        return crop_around(
            extent, found.grid, zoom=config.zoom, context_cells=config.context_cells, max_crop_px=config.max_crop_px
        )


def judge(found: Grounding, closer: Grounding, crop: Crop, disagree_margin: float) -> Outcome:
    """Take the crop's answer if it agrees, or if it is surer by a margin.

    A rejection is taken back only by a crop that is surer by the margin. A crop that agrees gives a finer point,
    unless the answer already knows its outline: then the click stays in the middle of that. The better of both scores
    counts, for two views that agree are not less sure than one.
    """
    seen = [mapped(candidate, crop) for candidate in closer.candidates]
    first = best_of(found)
    if closer.is_rejected or not seen or first is None:
        return Outcome(found=found, text="not found on the crop", agreement=0.0, n_finds=1)
    best, grid = seen[0], found.grid
    is_surer = best.score > found.score + disagree_margin
    if found.is_rejected and not is_surer:
        # Anything looks a little more like what is meant when there is less to compare it with.
        return Outcome(found=found, text="the crop is hardly surer", agreement=0.0, n_finds=1)
    others = sorted((*seen[1:], *found.candidates), key=lambda c: -c.score)
    if is_same_place(first, best, grid):
        score = max(first.score, best.score)
        agreed = replace(first if first.bbox is not None else best, score=score)
        text = "the crop agrees and is sure enough" if found.is_rejected else "the crop agrees"
        answer = _answer(found, closer, crop, merged(agreed, others, grid))
        return Outcome(found=answer, text=text, agreement=1.0, n_finds=1)
    if is_surer:
        answer = _answer(found, closer, crop, merged(best, others, grid))
        return Outcome(found=answer, text="the crop shows it elsewhere, surer", agreement=0.0, n_finds=1)
    kept = replace(found, candidates=merged(first, [*found.candidates[1:], *seen], grid))
    return Outcome(found=kept, text="the crop points elsewhere, less sure", agreement=0.0, n_finds=1)


def mapped(candidate: Candidate, crop: Crop) -> Candidate:
    """A candidate of the crop, in pixels of the whole picture."""
    x, y = crop.to_whole(candidate.x, candidate.y)
    return replace(candidate, x=x, y=y, bbox=None if candidate.bbox is None else crop.box_to_whole(candidate.bbox))


def _answer(found: Grounding, closer: Grounding, crop: Crop, candidates: tuple[Candidate, ...]) -> Grounding:
    best = candidates[0]
    return replace(
        found,
        is_rejected=False,
        point=(best.x, best.y),
        score=best.score,
        candidates=candidates,
        pointer_probs=crop.spread_to_whole(closer.pointer_probs, closer.grid, found.grid),
    )

"""A place that was found, on the picture that it was found on."""

import math
from dataclasses import dataclass, replace

import numpy as np

from agent.geometry import Point, Rect
from agent.steps.observation import Observation, changed_mask, crop, id_of, place_of
from agent.windows._base import Window
from model.grounder import Candidate, Grounding

UNSURE_MARGIN = 0.03
"""Candidates whose scores differ by less than this from the best are equally good: the person chooses. Equal words in
two places differ by 0.01, through recognition; a label and the field that it names differ by 0.04."""

RETRY_SHARE = 0.9
"""The next candidate is tried after a click without effect only if its score reaches this share of the best one's."""

_MAX_CHANGED_SHARE = 0.03
"""Share of the pixels around a target that may change between finding and clicking: a blinking cursor in a short field
is 2 %, one changed letter in a short word 4 %."""

_MARGIN_PX = 6.0
_HALF_BOX_PX = 12.0
_SAME_PLACE_PX = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an instruction was grounded to.

    Attributes:
        instruction: what was looked for.
        observation: the desktop that it was looked for on.
        grounding: what the model said.
        candidates: best first, preferred places before others that are equally good; never empty.
        n_tied: how many of the first candidates are equally good.
        idx: which candidate is meant.
    """

    instruction: str
    observation: Observation
    grounding: Grounding
    candidates: tuple[Candidate, ...]
    n_tied: int
    idx: int = 0

    @property
    def candidate(self) -> Candidate:
        """The candidate that is meant."""
        return self.candidates[self.idx]

    @property
    def is_unsure(self) -> bool:
        """Whether the person has to choose."""
        return self.n_tied > 1

    @property
    def label(self) -> str:
        """What to call it."""
        return self.candidate.label or self.instruction

    @property
    def point_px(self) -> Point:
        """Where to click, on the picture."""
        return Point(self.candidate.x, self.candidate.y)

    @property
    def point_pt(self) -> Point:
        """Where to click, on the desktop."""
        return self.observation.screenshot.transform.px_to_pt(self.point_px)

    @property
    def box_px(self) -> Rect:
        """Its outline, or a small square where the model knows none."""
        if self.candidate.bbox is not None:
            return Rect.from_box(self.candidate.bbox)
        return Rect(left=self.candidate.x, top=self.candidate.y, width=0, height=0).inflated(_HALF_BOX_PX)

    @property
    def window(self) -> Window | None:
        """The window it belongs to, or None for the bare desktop, a panel or a popup outside of all windows."""
        return self.observation.window_at(self.point_pt)

    def choose(self, idx: int) -> "Target":
        """The same with another candidate, chosen for good."""
        return replace(self, idx=idx, n_tied=1)

    def next_best(self) -> "Target | None":
        """The next candidate, if it is in the same window and nearly as good as the one that is meant."""
        idx = self.idx + 1
        if idx >= len(self.candidates) or self.candidates[idx].score < RETRY_SHARE * self.candidate.score:
            return None
        following = self.choose(idx)
        return following if id_of(following.window) == id_of(self.window) else None

    def why_not_here(self, now: Observation) -> str:
        """Why a click would no longer hit what was found, in the user's words; "" if it would."""
        window, window_now = self.window, now.window_at(self.point_pt)
        if id_of(window) != id_of(window_now):
            return "another window is there now" if window is None or now.has(window) else "its window has closed"
        if place_of(window) != place_of(window_now):
            return "its window has moved"
        if self.observation.active is not None and now.active_id not in (None, self.observation.active_id):
            return "another window came to the front"
        if self._changed_share(now) > _MAX_CHANGED_SHARE:
            return "what is shown there has changed"
        return ""

    def _changed_share(self, now: Observation) -> float:
        then_shot, now_shot = self.observation.screenshot, now.screenshot
        if then_shot.transform != now_shot.transform:
            return 1.0
        around_px = self.box_px.inflated(_MARGIN_PX)
        mask = changed_mask(crop(then_shot.pixels, around_px), crop(now_shot.pixels, around_px))
        return float(np.mean(mask)) if mask.size else 1.0


def order_candidates(
    grounding: Grounding, observation: Observation, prefer_px: Rect | None
) -> tuple[tuple[Candidate, ...], int]:
    """Put the candidates in the order in which they are meant.

    Of those that are equally good, the ones inside ``prefer_px`` (a menu that has just opened) come first, else the
    ones in the active window: a background window with the same words is rarely meant.

    Returns:
        The candidates, and how many of the first are equally good and lie in different places.
    """
    if grounding.point is None:
        raise ValueError("a rejected grounding has nothing to order")
    x, y = grounding.point
    candidates = grounding.candidates or (Candidate(x=x, y=y, score=grounding.score),)
    best = candidates[0]
    tied = [best]
    for candidate in candidates[1:]:
        is_near_best = best.score - candidate.score < UNSURE_MARGIN
        if is_near_best and all(_is_elsewhere(candidate, other) for other in tied):
            tied.append(candidate)
    for rect_px in (prefer_px, _active_px(observation)):
        inside = [c for c in tied if rect_px is not None and rect_px.contains(Point(c.x, c.y))]
        if inside:
            tied = inside
            break
    rest = [candidate for candidate in candidates if candidate not in tied]
    return (*tied, *rest), len(tied)


def _active_px(observation: Observation) -> Rect | None:
    if observation.active is None:
        return None
    return observation.screenshot.transform.rect_pt_to_px(observation.active.bounds_pt)


def _is_elsewhere(one: Candidate, other: Candidate) -> bool:
    if _holds(one, other) or _holds(other, one):
        return False
    return math.hypot(one.x - other.x, one.y - other.y) > _SAME_PLACE_PX


def _holds(outer: Candidate, inner: Candidate) -> bool:
    return outer.bbox is not None and Rect.from_box(outer.bbox).contains(Point(inner.x, inner.y))

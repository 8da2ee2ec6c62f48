"""Scrolling, also until something appears."""

from dataclasses import replace

from agent.geometry import Point, Rect
from agent.steps.desk import Desk
from agent.steps.eyes import Seen
from agent.steps.observation import Change, Observation
from agent.steps.report import DELIVERED, StepReport
from agent.steps.shift import measure_shift
from agent.types import Outcome, Scroll, ScrollStep
from agent.windows._base import Window

_MAX_TURNS = 60
"""How often the wheel is turned before giving up on a page that has no end."""
_N_SCROLLED_PX = 200
"""Pixels that scrolling changes at least; a scroll bar that is used up changes less."""
_MAX_MOVED_SHARE = 0.6
"""Share of what is seen at a time by which to move on: a line that is cut off now is then seen whole."""
_TIMEOUT_S = 1.0


def scroll(step: ScrollStep, desk: Desk) -> StepReport:
    """Scroll over a target, or over the middle of the active window."""
    if step.until is None:
        turned = step
    else:
        glance = desk.finder.glance(step.until)
        if glance.target is not None:
            return StepReport(outcome=Outcome.DELIVERED, detail=f'"{step.until}" was in view already.')
        turned = replace(step, clicks=1)  # how far that moves is not known yet
    if step.target is not None:
        acted = desk.hands.act_at(desk.finder.find(step.target), lambda at_pt: _turn(turned, at_pt), is_pointing=False)
        at_pt, window, before = acted.target.point_pt, acted.target.window, acted.before
    else:
        desk.consent.to_act()
        window = desk.windows.active()
        before = desk.eyes.settle(desk.pace)
        at_pt = _middle(before, window)
        desk.pace.wait_for_turn()
        desk.hands.perform(_turn(turned, at_pt))
    if step.until is None:
        if _wait_for_scrolling(before, window, desk).is_effect:
            return DELIVERED
        return StepReport(outcome=Outcome.NO_VISIBLE_EFFECT, detail="Nothing scrolled: it is at its end, or cannot.")
    return _scroll_on(step, step.until, at_pt=at_pt, window=window, before=before, desk=desk)


def _scroll_on(
    step: ScrollStep, until: str, *, at_pt: Point, window: Window | None, before: Observation, desk: Desk
) -> StepReport:
    """Turn the wheel until something is in view. How far at a time follows from what the last turn moved."""
    most = step.clicks
    step = replace(step, clicks=1)  # as the first turn was
    for _ in range(_MAX_TURNS):
        seen = _wait_for_scrolling(before, window, desk)
        glance = desk.finder.glance(until)
        if glance.target is not None:
            return DELIVERED
        if not seen.is_effect:
            break
        step = replace(step, clicks=_next_clicks(step, seen.change, window, most=most))
        desk.pace.wait_for_turn()
        before = desk.eyes.observe()
        desk.hands.perform(_turn(step, at_pt))
    error = desk.finder.not_found(until, glance)
    error.message = f'"{until}" did not come into view; scrolling {step.direction} changes nothing any more.'
    raise error


def _next_clicks(step: ScrollStep, change: Change, window: Window | None, *, most: int) -> int:
    """How far to turn so that what is next in line cannot pass by unseen; a small list moves past in one turn."""
    shift = measure_shift(change, step.direction, _region_px(change, window))
    if shift is None:
        return max(1, step.clicks // 2)
    return max(1, min(most, int(_MAX_MOVED_SHARE * shift.seen_px * step.clicks / shift.moved_px)))


def _turn(step: ScrollStep, at_pt: Point) -> Scroll:
    return Scroll(at_pt=at_pt, direction=step.direction, clicks=step.clicks)


def _wait_for_scrolling(before: Observation, window: Window | None, desk: Desk) -> Seen:
    def is_effect(change: Change) -> bool:
        return change.n_px(_region_px(change, window)) >= _N_SCROLLED_PX

    return desk.eyes.wait_for_effect(before, desk.pace, is_effect, timeout_s=_TIMEOUT_S)


def _region_px(change: Change, window: Window | None) -> Rect | None:
    return None if window is None else change.after.screenshot.transform.rect_pt_to_px(window.bounds_pt)


def _middle(observation: Observation, window: Window | None) -> Point:
    """The middle of the visible part of a window, or of the monitor."""
    monitor_pt = observation.screenshot.transform.bounds_pt
    visible_pt = monitor_pt if window is None else window.bounds_pt.intersection(monitor_pt) or monitor_pt
    return visible_pt.center

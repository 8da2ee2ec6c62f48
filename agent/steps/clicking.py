"""Clicking, hovering, dragging."""

from agent.geometry import Point
from agent.steps.desk import Desk
from agent.steps.hands import Acted
from agent.steps.observation import Change
from agent.steps.report import DELIVERED, StepFailedError, StepReport
from agent.steps.target import Target
from agent.types import Action, Click, ClickStep, Drag, DragStep, HoverStep, Move, Outcome
from model.grounder import ElementKind

_KINDS_THAT_STAY = frozenset({ElementKind.FIELD, ElementKind.TAB, ElementKind.RADIO})
"""A click on one that is already focused, in front or chosen rightly changes nothing."""


def click(step: ClickStep, desk: Desk) -> StepReport:
    """Click a target; if nothing comes of it, the next candidate once, provided that it is nearly as good."""

    def make(at_pt: Point) -> Action:
        return Click(at_pt=at_pt, button=step.button, count=step.count)

    acted = desk.hands.act_at(desk.finder.find(step.target), make)
    if desk.effect_of(acted).is_effect:
        return DELIVERED
    if _may_stay(acted.target, desk):
        detail = f'Nothing changed; "{acted.target.label}" may have been selected already.'
        return StepReport(outcome=Outcome.UNVERIFIABLE, detail=detail)
    second = acted.target.next_best()
    if second is None or desk.consent.is_dangerous(second.label):
        raise no_effect(acted)
    desk.consent.withdraw()
    acted = desk.hands.act_at(second, make)
    if desk.effect_of(acted).is_effect:
        return StepReport(outcome=Outcome.DELIVERED, detail="The first place had no effect; the second one had.")
    raise no_effect(acted)


def hover(step: HoverStep, desk: Desk) -> StepReport:
    """Put the pointer over a target and keep it there."""
    acted = desk.hands.act_at(desk.finder.find(step.target), lambda at_pt: Move(at_pt=at_pt), is_pointing=False)
    if desk.effect_of(acted).is_effect:
        return DELIVERED
    return StepReport(outcome=Outcome.UNVERIFIABLE, detail="The pointer is there; nothing on the screen reacts to it.")


def drag(step: DragStep, desk: Desk) -> StepReport:
    """Drag from one target to another, both found on the same picture and still as they were there."""
    source = desk.finder.find(step.source)
    glance = desk.finder.glance(step.destination, observation=source.observation)
    if glance.target is None:
        raise desk.finder.not_found(step.destination, glance)
    source = desk.consent.to_act_at(source)
    destination = desk.consent.to_act_at(glance.target)

    def make(from_pt: Point) -> Action:
        why = destination.why_not_here(desk.eyes.observe())
        if why:
            raise StepFailedError(
                f'"{destination.label}" is no longer where it was: {why}.',
                hint="Nothing was dragged. Try again when the screen is quiet.",
            )
        return Drag(from_pt=from_pt, to_pt=destination.point_pt)

    acted = desk.hands.act_at(source, make, is_pointing=False)

    def is_effect(change: Change) -> bool:
        at_destination = change.is_effect(near_px=destination.box_px, window=destination.window)
        return at_destination or acted.is_effect(change)

    if desk.eyes.wait_for_effect(acted.before, desk.pace, is_effect).is_effect:
        return DELIVERED
    raise no_effect(acted)


def no_effect(acted: Acted) -> StepFailedError:
    """The error for an action that changed nothing."""
    return StepFailedError(
        f'Nothing changed on the screen after acting on "{acted.target.label}".',
        hint="It may be disabled, busy, or in that state already.",
        outcome=Outcome.NO_VISIBLE_EFFECT,
    )


def _may_stay(target: Target, desk: Desk) -> bool:
    return any(
        element.kind in _KINDS_THAT_STAY
        and element.bbox[0] <= target.candidate.x < element.bbox[2]
        and element.bbox[1] <= target.candidate.y < element.bbox[3]
        for element in desk.finder.read(target.observation)
    )

"""Checkboxes, drop-down lists and menus."""

from rapidfuzz import fuzz

from agent.geometry import Point, Rect
from agent.steps.clicking import no_effect
from agent.steps.desk import Desk
from agent.steps.keyboard import is_text_seen
from agent.steps.observation import Change, Observation
from agent.steps.report import DELIVERED, StepFailedError, StepReport
from agent.steps.target import Target
from agent.types import Action, CheckStep, Click, MenuStep, Outcome, PressKeys, RunStatus, SelectStep
from model.grounder import ElementKind

_CHECKABLE = frozenset({ElementKind.CHECKBOX, ElementKind.RADIO})
_LABEL_GAP_PX = 60.0
"""How far a checkbox may be from the beginning of its label."""
_SAME_WORDS = 80.0
"""Likeness from which two short texts count as the same: recognition slips in about one character of ten."""


def check(step: CheckStep, desk: Desk) -> StepReport:
    """Bring a checkbox into a state; nothing is clicked if it is in it already, and the state is read afterwards."""
    target = desk.finder.find(step.target)
    wanted = "checked" if step.is_checked else "unchecked"
    if _state_at(target.box_px, target.observation, desk) is step.is_checked:
        return StepReport(outcome=Outcome.DELIVERED, detail=f'"{target.label}" was {wanted} already.')
    acted = desk.hands.act_at(target, _click)
    seen = desk.effect_of(acted)
    if not seen.is_effect:
        raise no_effect(acted)
    state = _state_at(acted.target.box_px, seen.after, desk)
    if state is None:
        detail = f'"{target.label}" was clicked and changed; whether it is {wanted} now cannot be read.'
        return StepReport(outcome=Outcome.UNVERIFIABLE, detail=detail)
    if state is not step.is_checked:
        raise StepFailedError(
            f'"{target.label}" was clicked but is not {wanted}.',
            hint="The program may not allow that now.",
            outcome=Outcome.NO_VISIBLE_EFFECT,
        )
    return DELIVERED


def select(step: SelectStep, desk: Desk) -> StepReport:
    """Open the list, if one is named, click the option in what has opened, and read back what was selected."""
    if step.source is None:
        acted = desk.hands.act_at(desk.finder.find(step.option), _click)
        if not desk.effect_of(acted).is_effect:
            raise no_effect(acted)
        return DELIVERED
    opener = desk.hands.act_at(_list_called(step.source, desk), _click)
    seen = desk.effect_of(opener)
    opened_px = seen.change.box_px(but_px=opener.target.box_px) if seen.is_effect else None
    option = _option(step, opener.target, opened_px, desk)
    acted = desk.hands.act_at(option, _click, prefer_px=opened_px)
    seen = desk.effect_of(acted)
    if not seen.is_effect:
        raise no_effect(acted)
    if is_text_seen(option.label, desk.finder.read(seen.after), seen.change, opener.target.box_px):
        return DELIVERED
    return StepReport(
        outcome=Outcome.UNVERIFIABLE, detail=f'"{option.label}" was clicked; it cannot be read in "{step.source}".'
    )


def _list_called(name: str, desk: Desk) -> Target:
    """The list or drop-down of a name. Where the name stands beside it, the control is meant: a label opens nothing."""
    named = desk.finder.find(name)
    if not _is_plain_text(named, desk):
        return named
    beside = desk.finder.glance(f'drop-down next to "{named.label}"', observation=named.observation).target
    if beside is None or _is_plain_text(beside, desk) or not _is_label_of(named.box_px, beside.box_px):
        return named
    return beside


def _option(step: SelectStep, opener: Target, opened_px: Rect | None, desk: Desk) -> Target:
    """The option in what has opened; where nothing has, one that stands there in these words."""
    try:
        option = desk.finder.find(step.option, prefer_px=opened_px)
    except StepFailedError:
        if opened_px is not None:
            desk.hands.perform(PressKeys(keys=("esc",)))  # a list left open would take the next click for itself
        raise
    if opened_px is not None and opened_px.contains(option.point_px):
        return option
    is_opener = opener.box_px.contains(option.point_px)
    if not is_opener and fuzz.ratio(option.label.casefold(), step.option.casefold()) >= _SAME_WORDS:
        return option
    if opened_px is None:
        raise StepFailedError(
            f'Clicking "{opener.label}" opened no list.',
            hint="It may be disabled. If the options can be seen already, name one: click …",
            outcome=Outcome.NO_VISIBLE_EFFECT,
        )
    desk.hands.perform(PressKeys(keys=("esc",)))
    raise StepFailedError(
        f'"{step.option}" is not in the list that "{opener.label}" opened.',
        hint=f'The nearest elsewhere: "{option.label}".',
        status=RunStatus.NOT_FOUND,
    )


def _is_plain_text(target: Target, desk: Desk) -> bool:
    """Whether a target is a text that no control is drawn around."""
    kinds = [e.kind for e in desk.finder.read(target.observation) if Rect.from_box(e.bbox).contains(target.point_px)]
    return bool(kinds) and set(kinds) <= {ElementKind.TEXT, ElementKind.OTHER}


def _is_label_of(label_px: Rect, control_px: Rect) -> bool:
    """Whether a text stands where the label of a control does: at its left in the same row, or just above it."""
    row_px = Rect(left=control_px.left, top=label_px.top, width=control_px.width, height=label_px.height)
    if control_px.left >= label_px.right:
        return row_px.intersection(control_px) is not None
    gap_px = control_px.top - label_px.bottom
    return -1 <= gap_px <= 2 * label_px.height and control_px.left < label_px.right


def walk_menu(step: MenuStep, desk: Desk) -> StepReport:
    """Click each entry of a menu path in turn, each found on the fresh screen, in what has just opened if it is there.

    Whether an entry but the last had its effect shows in the next one being found: a submenu may well have opened
    while the pointer was still on its way.
    """
    opened_px: Rect | None = None
    n_opened = 0
    for entry in step.path:
        try:
            target = desk.finder.find(entry, prefer_px=opened_px)
        except StepFailedError:
            # A menu left open would take the next click for itself.
            for _ in range(n_opened):
                desk.hands.perform(PressKeys(keys=("esc",)))
            raise
        acted = desk.hands.act_at(target, _click, prefer_px=opened_px)
        seen = desk.effect_of(acted)
        if entry is step.path[-1] and not seen.is_effect:
            raise no_effect(acted)
        n_opened += seen.is_effect
        opened_px = Change(before=target.observation, after=seen.after).box_px(but_px=acted.target.box_px)
    return DELIVERED


def _click(at_pt: Point) -> Action:
    return Click(at_pt=at_pt)


def _state_at(box_px: Rect, observation: Observation, desk: Desk) -> bool | None:
    """Whether the checkbox at a place, or the one just before the label there, is on; None if one cannot tell."""
    around_px = Rect(
        left=box_px.left - _LABEL_GAP_PX, top=box_px.top, width=box_px.width + _LABEL_GAP_PX, height=box_px.height
    )
    boxes = [
        element
        for element in desk.finder.read(observation)
        if element.kind in _CHECKABLE and around_px.intersection(Rect.from_box(element.bbox)) is not None
    ]
    # Of several in a row the one nearest to the label is its own.
    nearest = max(boxes, key=lambda element: min(element.bbox[2], box_px.right), default=None)
    return None if nearest is None else nearest.is_checked

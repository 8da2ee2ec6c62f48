"""Typing, clearing, pressing keys."""

import re

from rapidfuzz import fuzz

from agent.geometry import Rect
from agent.steps.desk import Desk
from agent.steps.observation import Change, Observation
from agent.steps.report import DELIVERED, StepFailedError, StepReport
from agent.types import ClearStep, Click, Outcome, PressKeys, PressStep, TypeStep, TypeText
from agent.windows._base import Window
from model.grounder import Element

_SELECT_ALL = PressKeys(keys=("ctrl", "a"))
_N_READABLE = 60
"""Texts up to this length fit into one line and are read back after typing."""
_MIN_LIKENESS = 80.0
"""Likeness from which what was read counts as what was typed: recognition slips in about one character of ten."""
_N_TYPED_PX = 10
"""Pixels that one typed character changes at least."""
_MARGIN_PX = 8.0
_NAMES_A_PLACE = re.compile(
    r"(?i)\b(?:field|box|bar|area|entry|input|editor|document|page|cell|line|window|terminal)\b"
)
"""Words that say already what kind of place a text goes to."""
_PRESS_TIMEOUT_S = 1.0
"""Keys often change nothing that can be seen, and waiting for it costs every run."""


def type_text(step: TypeStep, desk: Desk) -> StepReport:
    """Type a text, into a field if one is named, and look whether it arrived."""
    field_px, window = _focus(step.target, desk)
    before = desk.eyes.observe()
    if step.is_replacing:
        desk.hands.send_keys(_SELECT_ALL, window)
    desk.hands.send_keys(TypeText(text=step.text), window)
    report = _typed(step.text, before, field_px, desk)
    if step.is_submitting:
        submitted_on = desk.eyes.observe()
        desk.hands.send_keys(PressKeys(keys=("enter",)), window)
        if desk.any_effect(submitted_on).is_effect:
            return report
        return StepReport(outcome=Outcome.UNVERIFIABLE, detail="Enter was pressed; nothing on the screen changed.")
    return report


def clear(step: ClearStep, desk: Desk) -> StepReport:
    """Empty a field."""
    _, window = _focus(step.target, desk)
    before = desk.eyes.observe()
    desk.hands.send_keys(_SELECT_ALL, window)
    desk.hands.send_keys(PressKeys(keys=("delete",)), window)

    def is_effect(change: Change) -> bool:
        return change.n_px() >= _N_TYPED_PX

    if desk.eyes.wait_for_effect(before, desk.pace, is_effect).is_effect:
        return DELIVERED
    return StepReport(outcome=Outcome.UNVERIFIABLE, detail="Nothing changed; the field may have been empty already.")


def press(step: PressStep, desk: Desk) -> StepReport:
    """Press keys. That nothing is seen to happen does not end the run: keys often work without a trace."""
    desk.consent.to_act()
    window = desk.hands.focused_window() if desk.windows.windows() else None
    before = desk.eyes.settle(desk.pace)
    for _ in range(step.count):
        # Each may move the focus (Tab, Enter in a dialog); only the first must find it where the step began.
        desk.hands.send_keys(PressKeys(keys=step.keys, hold_s=step.hold_s), window)
        window = desk.windows.active()
    if desk.any_effect(before, timeout_s=_PRESS_TIMEOUT_S).is_effect:
        return DELIVERED
    is_shortcut = len(step.keys) > 1
    return StepReport(
        outcome=Outcome.UNVERIFIABLE if is_shortcut else Outcome.NO_VISIBLE_EFFECT,
        detail="The keys were sent; nothing on the screen changed.",
    )


def is_text_seen(text: str, elements: tuple[Element, ...], change: Change, field_px: Rect | None) -> bool:
    """Whether a typed text can be read in its field, or where the screen has changed.

    Args:
        text: what was typed.
        elements: what can be read now.
        change: since before the typing.
        field_px: the field, or None if it is not known.
    """
    wanted = _letters(text)
    if not wanted:
        return False
    places = [Rect.from_box(element.bbox) for element in elements]
    fresh = [
        element.text
        for element, place in zip(elements, places, strict=True)
        if (field_px is not None and place.intersection(field_px) is not None) or change.n_px(place) >= _N_TYPED_PX
    ]
    read = _letters("".join(fresh))
    if len(wanted) > len(read):
        return fuzz.ratio(wanted, read) >= _MIN_LIKENESS
    return fuzz.partial_ratio(wanted, read) >= _MIN_LIKENESS


def _focus(target_words: str | None, desk: Desk) -> tuple[Rect | None, Window]:
    """Put the focus where the keys are to go; returns the field's box, if known, and the window."""
    if target_words is None:
        desk.consent.to_act()
        return None, desk.hands.focused_window()
    target = desk.finder.find(_as_field(target_words))
    acted = desk.hands.act_at(target, lambda at_pt: Click(at_pt=at_pt))
    desk.eyes.settle(desk.pace)
    active = desk.hands.focused_window()
    window = acted.target.window
    is_plausible = window is None or active.window_id == window.window_id or active.pid == window.pid is not None
    if not is_plausible:
        raise StepFailedError(
            f'"{acted.target.label}" was clicked, but the window "{active.title or active.app}" has the focus.',
            hint="Nothing was typed. Switch to the right window first.",
            outcome=Outcome.NO_VISIBLE_EFFECT,
        )
    return acted.target.box_px.inflated(_MARGIN_PX), active


def _as_field(words: str) -> str:
    """Where text goes is a field: "Name" means the field of that name, not a column with the same heading."""
    return words if _NAMES_A_PLACE.search(words) else f"{words} field"


def _typed(text: str, before: Observation, field_px: Rect | None, desk: Desk) -> StepReport:
    n_expected_px = _N_TYPED_PX * min(len(re.sub(r"\s", "", text)), 3)

    def is_effect(change: Change) -> bool:
        return change.is_in_windows or change.n_px() >= max(n_expected_px, 1)

    seen = desk.eyes.wait_for_effect(before, desk.pace, is_effect)
    is_short = len(text) <= _N_READABLE and "\n" not in text
    if is_short and is_text_seen(text, desk.finder.read(seen.after), seen.change, field_px):
        return DELIVERED
    if not seen.is_effect:
        raise StepFailedError(
            "The text was sent, but nothing on the screen changed.",
            hint="Name the field: type … into …",
            outcome=Outcome.NO_VISIBLE_EFFECT,
        )
    if is_short:
        detail = "The screen changed, but the text cannot be read back there (a password field shows dots)."
        return StepReport(outcome=Outcome.UNVERIFIABLE, detail=detail)
    return StepReport(outcome=Outcome.DELIVERED, detail="The screen changed; so long a text is not read back.")


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text)).casefold()

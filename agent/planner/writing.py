"""Clauses for the keyboard: type, fill, set, clear, search, press, hold, and shortcuts that have a name.

Where unquoted text ends: "into" always begins the place. Any other preposition does so if the place calls itself a
field, a box or the like; "in" and "on" also if the text is one word ("type hello in Search"), quoted, or what to
"enter" or "put" somewhere. "Type I live in Berlin" is all text.
"""

import re

from agent.errors import ControlError, PlanError
from agent.planner.amounts import COUNT, DURATION, MAX_COUNT, count_of, seconds_of
from agent.planner.clause import END, Match, Rule, rule, target_of, trimmed
from agent.planner.nearest import shown
from agent.planner.quotes import QUOTED, Phrase
from agent.types import ClearStep, ClickStep, MenuStep, PressStep, Step, TypeStep

_SHORTCUTS = {
    "copy": "ctrl c", "cut": "ctrl x", "paste": "ctrl v", "undo": "ctrl z", "redo": "ctrl y", "save": "ctrl s",
    "select all": "ctrl a", "go back": "alt left", "go forward": "alt right", "refresh": "f5", "reload": "f5",
    "zoom in": "ctrl +", "zoom out": "ctrl -",
}  # fmt: skip
_DEFAULT_HOLD_S = 1.0
# Key names of old keyboards that are far more often the label of a button.
_RATHER_LABELS = {
    "next",
    "back",
    "print",
    "prior",
    "blank",
    "option",
    "application",
    "apps",
    "command",
    "windows",
    "meta",
}
_SEARCH_FIELD = "the search field"


def keys_of(phrase: Phrase) -> tuple[str, ...] | None:
    """The keys that a phrase names ("Ctrl+S", "Alt F4", "page down"), or None if it does not name keys."""
    from agent.control.keys import parse_keys

    words = " ".join(trimmed(phrase).literal.split())
    if not words or len(words) > 60:
        return None
    # "Ctrl and S" is one combination, "Ctrl+C and Ctrl+V" are two.
    joint = r"\s*\+\s*(?=\S)" if "+" in words else r"(?i)\s*\band\b\s*(?=\S)"
    joined = re.sub(joint, "+", words)
    spellings = (words, joined, words.replace(" ", ""), joined.replace(" ", "+"), re.sub(r"(?<=\w)-(?=.)", "+", joined))
    for spelling in spellings:
        try:
            return parse_keys(spelling)
        except ControlError:
            continue
    return None


def _press(match: Match) -> tuple[Step, ...] | None:
    named = match.part("keys")
    is_label = (named.is_quoted and len(named.literal) == 1) or (
        not match.words("key") and trimmed(named).literal.lower() in _RATHER_LABELS
    )
    keys = None if is_label else keys_of(named)
    count = count_of(match.words("count")) if match.words("count") else 1
    if keys is not None:
        hold_s = seconds_of(match.words("time")) if match.words("time") else 0.0
        return (PressStep(said=match.said, keys=keys, hold_s=hold_s, count=count),)
    if match.words("key") or match.words("time"):
        raise PlanError(f"There is no key named {shown(named.literal)}.", hint="For example: press Ctrl+S")
    if count > MAX_COUNT:
        raise PlanError(f"{count} clicks are too many.", hint=f"At most {MAX_COUNT} are possible.")
    return (ClickStep(said=match.said, target=match.target("keys"), count=count),)


def _hold(match: Match) -> tuple[Step, ...]:
    named = match.part("keys")
    keys = keys_of(named)
    if keys is None:
        raise PlanError(f"There is no key named {shown(named.literal)}.", hint="For example: hold Shift for 2 seconds")
    hold_s = seconds_of(match.words("time")) if match.words("time") else _DEFAULT_HOLD_S
    return (PressStep(said=match.said, keys=keys, hold_s=hold_s),)


def _press_enter(match: Match) -> tuple[Step, ...]:
    return (PressStep(said=match.said, keys=("enter",)),)


def _shortcut(match: Match) -> tuple[Step, ...]:
    words = match.words("name")
    name = "select all" if words.startswith("select") else next(name for name in _SHORTCUTS if words.startswith(name))
    return (PressStep(said=match.said, keys=tuple(_SHORTCUTS[name].split())),)


def _type(match: Match) -> tuple[Step, ...]:
    return (_typing(match, target=match.target_or_none("target")),)


def _type_in(match: Match) -> tuple[Step, ...] | None:
    """Text and place, if what follows "in" or "on" can be trusted to be one."""
    text, target = match.part("text"), match.part("target")
    is_place = (
        text.is_quoted
        or target.is_quoted
        or len(text.mask.split()) == 1
        or match.words("verb") not in {"type", "write"}
    )
    return _type(match) if is_place else None


def _insert(match: Match) -> tuple[Step, ...]:
    text = match.part("text")
    if not text.is_quoted:
        raise PlanError(
            f"It is not clear whether {shown(text.text)} is text.",
            hint=f'For text: type "{text.literal}". For a menu: menu Insert > …',
        )
    return _type(match)


def _paste_into(match: Match) -> tuple[Step, ...]:
    place = ClickStep(said=match.said, target=match.target("target"))
    return (place, PressStep(said=match.said, keys=("ctrl", "v")))


def _typing(match: Match, *, target: str | None, is_replacing: bool = False, is_submitting: bool = False) -> TypeStep:
    text = match.text("text")
    if not text:
        raise PlanError("It is not said what to type.", hint='For example: type "hello" into Name')
    return TypeStep(said=match.said, text=text, target=target, is_replacing=is_replacing, is_submitting=is_submitting)


def _fill(match: Match) -> tuple[Step, ...]:
    return (_typing(match, target=match.target("target"), is_replacing=True),)


def _search(match: Match) -> tuple[Step, ...]:
    target = match.target_or_none("target") or _SEARCH_FIELD
    return (_typing(match, target=target, is_replacing=True, is_submitting=True),)


def _clear(match: Match) -> tuple[Step, ...]:
    field = match.get("target")
    if field is None or re.fullmatch(r"(?i)(?:the )?(?:field|text|box|everything|all)?", trimmed(field).text):
        return (ClearStep(said=match.said, target=None),)
    return (ClearStep(said=match.said, target=target_of(field, match.context)),)


def _save_as(match: Match) -> tuple[Step, ...]:
    """Where the dialog comes from depends on whether the menu is open already."""
    previous = match.context.previous
    is_menu_open = isinstance(previous, ClickStep) and re.search(r"(?i)\b(?:file|menu)\b", previous.target) is not None
    first: Step = (
        ClickStep(said=match.said, target="Save As")
        if is_menu_open
        else MenuStep(said=match.said, path=("File", "Save As"))
    )
    return (first, _typing(match, target="Name", is_replacing=True, is_submitting=True))


def _go_to(match: Match) -> tuple[Step, ...]:
    """Ctrl+L is the address field of browsers and file managers alike."""
    address = match.part("text")
    text = trimmed(address).literal
    focus = PressStep(said=match.said, keys=("ctrl", "l"))
    return (focus, TypeStep(said=match.said, text=text, is_replacing=True, is_submitting=True))


_INTO = r"\b(?:into|in to|inside(?: of)?)\b\s*"
_ADDRESS = r"(?:(?:https?|file|ftp)://\S+|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?|localhost(?::\d+)?(?:/\S*)?|[~/]\S*)"
_TYPE = r"(?P<verb>type|write|enter|input|put|insert)(?: in)?\b:?"
_FIELD = (
    r".*\b(?:field|box|bar|area|entry|input|editor|document|cell|form|terminal|prompt|window|dialog|column|line)\b.*"
)
_OBJECT = (
    r"(?: (?:it|that|this|everything|all|the (?:file|document|page|text|selection|link|image)|this (?:file|document"
    r"|page|text)|(?:the |this )?selected (?:text|file|files)))"
)

RULES: tuple[Rule, ...] = (
    rule(
        rf"(?:press and hold|hold|keep)(?: down)?(?: the)?\s*(?P<keys>.+?)(?: keys?)?(?: (?:down|pressed))?"
        rf"(?: for (?P<time>{DURATION}))?{END}",
        _hold,
    ),
    rule(
        rf"(?:press|hit|tap|push|strike)(?: (?:the|on))*\b\s*(?P<keys>.+?)(?P<key> keys?)?(?:\s+"
        rf"(?P<count>{COUNT}))?"
        rf"(?: (?:and hold )?for (?P<time>{DURATION}))?{END}",
        _press,
    ),
    rule(rf"(?:enter|(?:and )?submit){END}", _press_enter),
    rule(
        rf"(?P<name>(?:copy|cut|paste|undo|redo|save|refresh|reload){_OBJECT}?"
        rf"|select (?:all|everything)(?: (?:the text|text|of it))?|go (?:back|forward)|zoom (?:in|out))(?: here)?{END}",
        _shortcut,
    ),
    rule(r"save (?:(?:it|this|that|the (?:file|document)) )?(?:as|under) (?P<text>.+?)", _save_as),
    rule(
        r"(?:into|in|inside|on)\s*(?P<target>.+?),?\s*\b(?:type|write|enter|input|put)\b:?\s*"
        r"(?P<text>.+)",
        _type,
    ),
    rule(rf"paste{_OBJECT}? (?:{_INTO}|in |on )(?P<target>.+)", _paste_into),
    rule(rf"(?:{_TYPE}|paste|fill(?: in)?)\s*(?P<text>.*)\s*{_INTO}(?P<target>.+)", _type),
    rule(rf"{_TYPE}\s*(?P<text>.+)\s+(?:in|on|at|to)\b\s*(?P<target>{_FIELD})", _type),
    rule(rf"{_TYPE}\s*(?P<text>.+)\s+(?:in|on)\b\s*(?P<target>.+)", _type_in),
    rule(rf"{_TYPE}\s*(?P<text>.+) (?P<target>there|here)", _type),
    rule(r"insert\b\s*(?P<text>.+)", _insert),
    rule(rf"{_TYPE}\s*(?P<text>.+)", _type),
    rule(r"fill(?: (?:in|out))?\s*(?P<target>.+?)\s*\bwith\b\s*(?P<text>.+)", _fill),
    rule(r"(?:set|change)\s*(?P<target>.+?)\s*\bto\b\s*(?P<text>.+)", _fill),
    rule(r"replace\s*(?P<target>.+?)\s*\b(?:with|by)\b\s*(?P<text>.+)", _fill),
    rule(rf"(?:search for|look up|search)\s*(?P<text>{QUOTED})\s*\b(?:in|on|with)\b\s*(?P<target>.+)", _search),
    rule(rf"(?:search for|look up|search)\s*(?P<text>.+?)\s+\b(?:in|on|with)\b\s*(?P<target>{_FIELD})", _search),
    rule(r"(?:search for|look up|search)\s*(?P<text>.+)", _search),
    rule(r"(?:clear|empty)(?: (?:the (?:text|contents?) (?:of|in)))?(?:\s*(?P<target>.+))?", _clear),
    rule(
        rf"(?:go to|navigate to|visit|browse(?: to)?|open(?= (?:https?:|file:|www\.|[~/])))(?: the (?:page"
        rf"|address|url|site|website|folder))?\s*(?P<text>{_ADDRESS}){END}",
        _go_to,
    ),
)

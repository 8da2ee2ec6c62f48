"""Clauses for the mouse: click, hover, drag, scroll, check, select, menus."""

import re

from agent.errors import PlanError
from agent.planner.amounts import COUNT, MAX_COUNT, count_of
from agent.planner.clause import END, Match, Rule, rule, target_of, trimmed
from agent.planner.nearest import shown
from agent.types import (
    CheckStep,
    ClickStep,
    Direction,
    DragStep,
    HoverStep,
    MenuStep,
    MouseButton,
    ScrollStep,
    SelectStep,
    Step,
)

_TO_THE_END_CLICKS = 100
_A_LOT_CLICKS = 20
_A_BIT_CLICKS = 2
_BUTTONS = {"right": MouseButton.RIGHT, "middle": MouseButton.MIDDLE}
_COUNTS = {"double": 2, "triple": 3}
_ARROW = r"(?:>|→|›|»|->|▸|⇒)"
_APPEARS = (
    r"(?:(?:is|are|becomes?|gets?) )?(?:visible|shown|displayed|appears?|shows? up|in view|on "
    r"(?:the )?screen|there)"
)


def _click(match: Match) -> tuple[Step, ...]:
    how = match.words("how")
    count = _COUNTS.get(how, 1)
    repeated = match.words("count")
    if repeated:
        count *= count_of(repeated)
    if count > MAX_COUNT:
        raise PlanError(f"{count} clicks are too many.", hint=f"At most {MAX_COUNT} are possible.")
    button = _BUTTONS.get(how, MouseButton.LEFT)
    return (ClickStep(said=match.said, target=match.target("target"), button=button, count=count),)


def _hover(match: Match) -> tuple[Step, ...]:
    return (HoverStep(said=match.said, target=match.target("target")),)


def _drag(match: Match) -> tuple[Step, ...]:
    if re.fullmatch(r"(?:the )?(?:left|right|top|bottom)|up|down", match.words("destination")):
        raise PlanError(
            f"It is not said how far to drag {shown(match.text('source'))}.",
            hint='Name what to drag it to, as in: drag "report.txt" to "Documents"',
        )
    return (DragStep(said=match.said, source=match.target("source"), destination=match.target("destination")),)


def _check(match: Match) -> tuple[Step, ...] | None:
    words = match.words("target")
    if re.match(r"(?:if|that|whether)\b", words):
        raise PlanError(
            f'I cannot only look: "{match.phrase.strip().text[:60]}".', hint='The nearest is: wait for "Done"'
        )
    is_off = (
        match.words("verb") in {"uncheck", "untick", "unmark", "disable", "deactivate"} or match.words("how") == "off"
    )
    return (CheckStep(said=match.said, target=match.target("target"), is_checked=not is_off),)


def _select(match: Match) -> tuple[Step, ...]:
    return (SelectStep(said=match.said, option=match.target("option"), source=match.target("source")),)


def _menu(match: Match) -> tuple[Step, ...]:
    whole = match.part("path")
    is_listed = re.search(_ARROW, whole.mask) is None
    path: list[str] = []
    start = 0
    for mark in re.finditer(r"\s*,\s+" if is_listed else rf"\s*{_ARROW}\s*", whole.mask):
        path.append(target_of(whole.part(start, mark.start()), match.context))
        start = mark.end()
    path.append(target_of(whole.part(start), match.context))
    path[0] = re.sub(r"(?i)^(?:the\s+)?(.*?)\s+menu$", r"\1", path[0])
    return (MenuStep(said=match.said, path=tuple(path)),)


def _scroll(match: Match) -> tuple[Step, ...] | None:
    way = match.words("way") or match.words("way_after")
    end = match.words("end")
    until = match.get("until") or match.get("to")
    target = match.get("target")
    clicks = 5
    if end:
        way = {"top": "up", "start": "up", "beginning": "up", "bottom": "down", "end": "down"}[end.split()[-1]]
        clicks = _TO_THE_END_CLICKS
    elif match.words("count"):
        clicks = count_of(match.words("count"))
    elif match.words("much"):
        clicks = _A_LOT_CLICKS if match.words("much") in {"a lot", "far"} else _A_BIT_CLICKS
    return (
        ScrollStep(
            said=match.said,
            direction=Direction(way or "down"),
            clicks=clicks,
            target=None if target is None or _is_the_page(target.text) else target_of(target, match.context),
            until=None if until is None else target_of(trimmed(until), match.context),
        ),
    )


def _is_the_page(words: str) -> bool:
    return re.fullmatch(r"(?i)(?:the )?(?:page|window|screen)", words) is not None


_WAY = r"(?P<way>up|down|left|right)"
_OVER = r"(?: (?:in|over|on|inside|within) (?P<target>(?!top\b|bottom\b).+?))?"
_UNTIL = rf"(?: (?:until|till)(?: you (?:can )?(?:see|find|reach))? (?P<until>.+?)(?: {_APPEARS})?)"

RULES: tuple[Rule, ...] = (
    rule(rf"(?P<how>double|right)?[\s-]*click (?P<count>{COUNT}) (?:on|at)\s*(?P<target>.+)", _click),
    rule(
        rf"(?:(?:click|press|choose|select|pick|open|use|go to|navigate to)(?: on)?\s*)?(?:the )?(?:menu )?"
        rf"(?P<path>[^>→›▸⇒]+?\s*{_ARROW}\s*.+)",
        _menu,
    ),
    rule(
        r"(?:(?P<how>left|right|middle|single|double|triple)[\s-]*)?click(?: (?:on|at|onto|upon)\b)?"
        rf"\s*(?P<target>.+?)(?:\s+(?P<count>{COUNT}))?{END}",
        _click,
    ),
    rule(r"(?:hover|mouse)(?: (?:over|on|above))?\s*(?P<target>.+)", _hover),
    rule(
        r"(?:point (?:at|to)|move (?:the )?(?:mouse|pointer|cursor) (?:over|to|onto|on)|move (?:over"
        r"|to))\s*(?P<target>.+)",
        _hover,
    ),
    rule(
        r"(?:drag(?: and drop)?|move)\s*(?P<source>.+?)\s*\b(?:onto|on to|into|to|over)\s*"
        r"(?P<destination>.+)",
        _drag,
    ),
    rule(
        r"(?P<verb>turn|switch|toggle) (?P<how>on|off)\s*(?P<target>.+)",
        _check,
    ),
    rule(rf"(?P<verb>turn|switch|toggle|set)\s*(?P<target>.+?) (?:to )?(?P<how>on|off){END}", _check),
    rule(
        r"(?P<verb>uncheck|check|untick|tick|unmark|mark|enable|disable|deactivate)\b\s*"
        r"(?P<target>.+)",
        _check,
    ),
    rule(
        r"(?:select|choose|pick)\s*(?P<option>.+?)\s*\b(?:from|out of|in)\s*(?P<source>.*?\b"
        r"(?:drop[\s-]?down|list|combo|menu|box|select)\b.*)",
        _select,
    ),
    rule(r"(?:select|choose|pick)\s*(?P<option>.+?)\s*\b(?:from|out of)\s*(?P<source>.+)", _select),
    rule(
        r"set\s*(?P<source>.*?\b(?:drop[\s-]?down|list|combo)\b.*?) to\s*(?P<option>.+)",
        _select,
    ),
    rule(
        r"(?:open |use |choose |go to )?(?:the )?menu (?P<path>(?!item|entry|bar|button)[^,]+"
        r"(?:,\s+[^,]+)*)",
        _menu,
    ),
    rule(
        rf"scroll(?: the (?:page|window))?(?: {_WAY})?(?: all the way)? to the (?P<end>(?:very )?(?:top"
        rf"|bottom|end|start|beginning))(?: of (?P<target>.+?))?{END}",
        _scroll,
    ),
    rule(rf"scroll(?: {_WAY})?{_OVER}{_UNTIL}{END}", _scroll),
    rule(
        rf"scroll (?P<target>(?!up|down|left|right|to).+?) (?P<way_after>up|down|left|right)(?: "
        rf"(?P<count>{COUNT}))?{_UNTIL}?{END}",
        _scroll,
    ),
    rule(
        rf"scroll(?: {_WAY})?(?: by)?(?: (?P<count>{COUNT}))?(?: (?P<much>a bit|a little|a lot|far"
        rf"|slightly))?{_OVER}(?: )?{END}",
        _scroll,
    ),
    rule(rf"scroll(?: {_WAY})?(?: over| in) (?P<target>.+?) (?P<count>{COUNT}){END}", _scroll),
    rule(rf"scroll(?: {_WAY})? to\s*(?P<to>.+)", _scroll),
    rule(r"(?:choose|select|pick)\s*(?P<target>.+)", _click),
)

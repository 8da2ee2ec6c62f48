"""Clauses about time, windows and programs: wait, close, switch, open, start."""

import re

from agent.errors import PlanError, WindowError
from agent.planner.amounts import DURATION, seconds_of
from agent.planner.clause import END, Match, Rule, rule, trimmed
from agent.planner.nearest import shown
from agent.planner.quotes import Phrase
from agent.types import ClickStep, CloseStep, OpenStep, PressStep, Step, SwitchStep, WaitForStep, WaitStep

_DEFAULT_WAIT_S = 1.0
_FILE = re.compile(
    r"(?!.*\b(?:menu|button|tab|dialog|item|entry|link|window)$)"
    r"(?:(?:the )?(?:file|folder|directory|document)\s+\S.*|.*[^\s.]\.[a-z]\w{0,4}|.+ (?:file|folder"
    r"|directory))",
    re.IGNORECASE,
)
_GONE = (
    r"(?:(?:(?:is|are|has|have) )?(?:gone|vanished|disappeared|closed|hidden)|disappears?|closes?"
    r"|vanish(?:es)?|goes away)"
)
_HERE = (
    r"(?:(?:(?:is|are|has|have) )?(?:visible|shown|displayed|appeared|opened|open|loaded|ready|there"
    r"|finished)|appears?|opens?"
    r"|shows?(?: up)?|comes? up|pops? up|loads?)"
)
_LIMIT = rf"(?:,? (?:for )?(?:up to|at most|no longer than|max(?:imum)?) (?P<limit>{DURATION}))?"


def _wait(match: Match) -> tuple[Step, ...]:
    words = match.words("time")
    return (WaitStep(said=match.said, seconds=seconds_of(words) if words else _DEFAULT_WAIT_S),)


def _wait_for(match: Match) -> tuple[Step, ...]:
    return (_waiting(match, is_gone=False),)


def _wait_gone(match: Match) -> tuple[Step, ...]:
    return (_waiting(match, is_gone=True),)


def _wait_for_end(match: Match) -> tuple[Step, ...]:
    raise PlanError(
        f"I cannot tell when {shown(match.text('target'))} is ready: I only see the screen.",
        hint='Say what is there then, as in: wait for "Done"',
    )


def _waiting(match: Match, *, is_gone: bool) -> WaitForStep:
    limit = match.words("limit")
    target = match.target("target")
    if limit:
        return WaitForStep(said=match.said, target=target, is_gone=is_gone, timeout_s=seconds_of(limit))
    return WaitForStep(said=match.said, target=target, is_gone=is_gone)


def _close(match: Match) -> tuple[Step, ...]:
    named = trimmed(match.part("window"))
    if named.is_quoted:
        return (CloseStep(said=match.said, window=named.literal),)
    words = " ".join(named.text.lower().split())
    if re.fullmatch(r"(?:the |this |current )*tab", words):
        return (PressStep(said=match.said, keys=("ctrl", "w")),)
    if re.fullmatch(r"(?:the |this )?(?:.* )?menu", words):
        return (PressStep(said=match.said, keys=("esc",)),)
    title = _title(named)
    return (CloseStep(said=match.said, window=title or None),)


def _title(named: Phrase) -> str:
    """The words of a window's title: without "the … window"; "" if only the window itself is named."""
    kind = r"(?:windows?|dialogs?|dialogue|pop-?up|message|program|application|app|one)"
    found = re.fullmatch(
        rf"(?i)(?:(?:the|this|that|it|current|active|my)\b\s*)*(?:{kind}\b\s*)?(?:(?:named|called|titled"
        rf"|with the title)\s+)?"
        rf"(?P<title>.*?)\s*(?:\b{kind})?",
        named.mask,
    )
    title = named.group(found, "title") if found else None
    return "" if title is None else title.literal


def _switch(match: Match) -> tuple[Step, ...]:
    named = trimmed(match.part("window"))
    is_part = re.search(r"(?i)\b(?:tab|page|field|box|button|menu|panel|view)$", named.mask) is not None
    if is_part:
        return (ClickStep(said=match.said, target=match.target("window")),)
    title = named.literal if named.is_quoted else _title(named)
    if not title.strip():
        raise PlanError("It is not said which window.", hint="For example: switch to the window Notes")
    return (SwitchStep(said=match.said, window=title),)


def _open(match: Match) -> tuple[Step, ...]:
    """A program if one has just this name, else something on the screen; files are opened by a double click."""
    named = trimmed(match.part("what"))
    bare = re.sub(r"(?i)^(?:the|a|an|my)\s+|\s+(?:program|application|app)$", "", named.literal)
    program = match.context.is_program(bare)
    if program is not None:
        return (OpenStep(said=match.said, program=program),)
    if re.search(r"(?i)\b(?:program|application|app)$", named.mask):
        return _start(match)
    target = match.target("what")
    return (ClickStep(said=match.said, target=target, count=2 if _FILE.fullmatch(target) else 1),)


def _start(match: Match) -> tuple[Step, ...]:
    named = trimmed(match.part("what"))
    bare = re.sub(
        r"(?i)^(?:(?:the|a|an|my)\s+)?(?:(?:program|application|app)\s+)?|\s+(?:program|application|app)$",
        "",
        named.literal,
    )
    try:
        program = match.context.find_program(bare)
    except WindowError as exc:
        raise PlanError(exc.message, hint=exc.hint) from exc
    return (OpenStep(said=match.said, program=program),)


def _go_to(match: Match) -> tuple[Step, ...]:
    return (ClickStep(said=match.said, target=match.target("target")),)


RULES: tuple[Rule, ...] = (
    rule(rf"(?:wait|pause|sleep)(?: for| about)*(?: (?P<time>{DURATION}))?{END}", _wait),
    rule(
        rf"wait (?:for|until|till)\s*(?P<target>.+?) (?:to )?(?:(?:is|are|be|has|have) )?"
        rf"(?:finish(?:e[sd])?|completed?s?|done|ends?|ended){_LIMIT}{END}",
        _wait_for_end,
    ),
    rule(
        rf"wait (?:for|until|till)\s*(?P<target>it|everything|(?:the |this )?(?:page|website|site|program|app)) "
        rf"(?:to )?(?:be )?{_HERE}{_LIMIT}{END}",
        _wait_for_end,
    ),
    rule(rf"wait (?:for|until|till)\s*(?P<target>.+?) (?:to )?{_GONE}{_LIMIT}{END}", _wait_gone),
    rule(
        rf"wait until\s*(?P<target>.+?) (?:is|are) (?:no longer|not) (?:visible|shown"
        rf"|there){_LIMIT}{END}",
        _wait_gone,
    ),
    rule(rf"wait (?:for|until|till)\s*(?P<target>.+?) (?:to )?(?:be )?{_HERE}{_LIMIT}{END}", _wait_for),
    rule(
        rf"wait (?:for )?(?:up to|at most) (?P<limit>{DURATION}) (?:for|until)\s*(?P<target>.+?)(?: "
        rf"(?:to )?{_HERE})?{END}",
        _wait_for,
    ),
    rule(rf"wait (?:for|until|till)\s*(?P<target>.+?){_LIMIT}{END}", _wait_for),
    rule(rf"(?:when|once|after|as soon as)\s*(?P<target>.+?) {_HERE}", _wait_for),
    rule(rf"(?:when|once|after|as soon as)\s*(?P<target>.+?) {_GONE}", _wait_gone),
    rule(r"(?:close|quit|exit)(?:\s*(?P<window>.+))?", _close),
    rule(r"(?:switch to|focus(?: on)?|activate|go to)(?: the)?\s*(?P<window>.*\bwindow\b.*)", _switch),
    rule(r"(?:switch(?: over)? to|focus(?: on)?|activate|raise|bring up)\s*(?P<window>.+)", _switch),
    rule(rf"bring\s*(?P<window>.+?) (?:to the front|up|forward|into view){END}", _switch),
    rule(r"(?:start|launch|run)(?: up)?\s*(?P<what>.+)", _start),
    rule(r"open(?: up)?\s*(?P<what>.+)", _open),
    rule(r"go to\s*(?P<target>.+)", _go_to),
)

"""From a command to its clauses.

Sure separators (a new line, "; ", "then") always part two clauses, unless text to type is going on; unsure ones (a
comma, "and", the end of a sentence) only where something to do begins behind them. A list shares its verb: "click File,
Save As" clicks twice.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from agent.planner.nearest import nearest_verb
from agent.planner.quotes import QUOTED, Phrase
from agent.planner.verbs import CARRIED, FILLER, LEADING_PLACE, STRONG_START, TEXTUAL, VERB_START

_MARKER = re.compile(r"\s*(?:(?:step\s+)?\d{1,3}\s*[.):](?=\s)|[-*•–](?=\s))\s*", re.IGNORECASE)
_LATER = r"(?:and then|then|and after that|after that|afterwards|and afterwards|after which|and finally|and next)\b"
_BOUNDARY = re.compile(
    rf"(?P<sure>\s*[,;.]?\s*(?<![\w-]){_LATER}[\s,]*|\s*;(?=\s|$|\w|;)[\s;]*|\s+(?:&&|\|)\s+)"
    rf"|(?P<sentence>[.!]\s+)|(?P<comma>\s*,(?=\s|[\ue001])\s*(?P<and>and\b\s*)?)|"
    rf"(?P<also>(?<!press)(?<!drag)\s+(?:and|&)\s+(?!hold\b))",
    re.IGNORECASE,
)
_TYPED_INTO = re.compile(r"\b(?:into|in to|inside)\b|" + QUOTED + r"\s+(?:in|on)\b", re.IGNORECASE)
_TYPING_VERB = re.compile(r"\b(?:type|write|enter|input|put|insert|fill|paste|drag|move)\b", re.IGNORECASE)
_TYPED_QUOTE = re.compile(rf"{FILLER}[a-z ]+?:?\s*{QUOTED}(?:\s+(?:in|into|on|inside)\b.*)?", re.IGNORECASE | re.DOTALL)
_PREPOSITION = re.compile(r"\b(?:into|with|to)\b", re.IGNORECASE)
_POLITE = re.compile(rf"{FILLER}(?:thanks|thank you)?[.!]?", re.IGNORECASE)
_LONE_LABEL = re.compile(r"(?:close|quit|exit|save|open|continue)[.!]?", re.IGNORECASE)
_COMBINATION = re.compile(r"(?:^|\s)\w+\+\S+$")
_MAX_LOOK_AHEAD = 3

CanParse = Callable[[Phrase], bool]


class _Kind(Enum):
    SURE = auto()
    SENTENCE = auto()
    COMMA = auto()
    AND = auto()


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing to do: as said, and with the verb that it shares with the clause before it."""

    said: str
    phrase: Phrase


def split_command(command: Phrase, can_parse: CanParse) -> Iterator[Clause]:
    """Cut a command into clauses, in order; none are empty.

    Args:
        command: all of it.
        can_parse: whether a part, taken by itself, is something that can be done.
    """
    start = 0
    for end in [*(found.start() for found in re.finditer(r"[\r\n\u2028\u2029]+", command.mask)), len(command.mask)]:
        line = command.part(start, end)
        marker = _MARKER.match(line.mask)
        if marker:
            line = line.part(marker.end())
        yield from _split_line(line.strip(), can_parse)
        start = end


def _split_line(line: Phrase, can_parse: CanParse) -> Iterator[Clause]:
    boundaries = list(_BOUNDARY.finditer(line.mask))
    start, verb = 0, ""
    for idx, boundary in enumerate(boundaries):
        if boundary.start() < start:
            continue
        left = line.part(start, boundary.start()).strip()
        ends = [later.start() for later in boundaries[idx + 1 : idx + _MAX_LOOK_AHEAD]] + [len(line.mask)]
        ahead = _Ahead(line, boundary.end(), ends, can_parse)
        carried = _decide(left, verb, _kind(boundary), ahead)
        if carried is None:
            continue
        if left.mask:
            yield _clause(left, verb)
        start, verb = boundary.end(), carried
    last = line.part(start).strip()
    if last.mask:
        yield _clause(last, verb)


def _clause(phrase: Phrase, verb: str) -> Clause:
    return Clause(phrase.text, phrase.after(verb) if verb else phrase)


def _kind(boundary: re.Match[str]) -> _Kind:
    groups = {"sure": _Kind.SURE, "sentence": _Kind.SENTENCE, "comma": _Kind.COMMA}
    return next((kind for name, kind in groups.items() if boundary[name] is not None), _Kind.AND)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What stands behind a boundary: ``ends`` are the places where the clause there may end, nearest first."""

    line: Phrase
    start: int
    ends: list[int]
    can_parse: CanParse

    @property
    def rest(self) -> Phrase:
        return self.line.part(self.start)

    @property
    def nearest(self) -> Phrase:
        return self.line.part(self.start, self.ends[0]).strip()

    def is_clause(self, verb: str = "") -> bool:
        """Whether something that can be done stands there, perhaps with a verb from before."""
        parts = (self.line.part(self.start, end).strip() for end in self.ends)
        return any(self.can_parse(part.after(verb) if verb else part) for part in parts if part.mask)


def _decide(  # noqa: PLR0911 - one question after the other, each with its own answer
    left: Phrase, verb: str, kind: _Kind, ahead: _Ahead
) -> str | None:
    """The verb that the next clause shares ("" for none), or None if no clause ends here."""
    whole_left = left.after(verb) if verb else left
    if not left.mask:
        return verb
    is_sentence_like = kind in {_Kind.COMMA, _Kind.AND}
    if is_sentence_like and LEADING_PLACE.match(left.mask) and not _is_complete(left, ahead):
        return None
    is_text = TEXTUAL.match(whole_left.mask) is not None
    if is_text and not (kind is _Kind.SURE and _TYPED_QUOTE.fullmatch(whole_left.mask)):
        return _decide_in_text(whole_left, kind, ahead)
    if _POLITE.fullmatch(ahead.nearest.mask):
        return None
    starts = VERB_START.match(ahead.rest.mask) is not None
    if kind is _Kind.SURE:
        is_slip = nearest_verb(ahead.nearest) is not None and ahead.nearest.text[0].islower()
        if is_slip or (starts and not _reads_as_label(whole_left, ahead)):
            return ""
        return _shared_verb(whole_left, ahead, is_list=True) or ""
    is_label = _reads_as_label(whole_left, ahead) or _is_double_label(whole_left, kind, ahead)
    if starts and not is_label and (_is_strong(ahead) or ahead.is_clause()):
        return ""
    if kind is _Kind.SENTENCE:
        return None
    return _shared_verb(whole_left, ahead, is_list=kind is _Kind.COMMA or bool(verb))


def _is_complete(left: Phrase, ahead: _Ahead) -> bool:
    return ahead.can_parse(left)


def _is_strong(ahead: _Ahead) -> bool:
    return STRONG_START.match(ahead.nearest.mask) is not None


def _reads_as_label(left: Phrase, ahead: _Ahead) -> bool:
    """Whether a verb is rather the name of a button: click Find and Replace; click File, Close."""
    found = VERB_START.match(ahead.nearest.mask)
    own = CARRIED.match(left.mask)
    if found is None or own is None or not found["verb"][0].isupper() or found.start("verb") > 0:
        return False
    return not _is_strong(ahead)


def _is_double_label(left: Phrase, kind: _Kind, ahead: _Ahead) -> bool:
    """Click save and close: one button far more often than a click and the end of a window."""
    is_click = CARRIED.match(left.mask) is not None
    return kind is _Kind.AND and is_click and _LONE_LABEL.fullmatch(ahead.nearest.mask) is not None


def _shared_verb(left: Phrase, ahead: _Ahead, *, is_list: bool) -> str | None:
    """A list goes on: with the verb of the clause before it, if that makes something that can be done."""
    own = CARRIED.match(left.mask)
    item = ahead.nearest
    are_alike = (item.mask[:1] == "\ue001" and left.mask[-1:] == "\ue002") or (
        _COMBINATION.search(left.mask) is not None and _COMBINATION.match(item.mask) is not None
    )
    if own is None or not (is_list or are_alike):
        return None
    verb = own["verb"]
    return verb if ahead.is_clause(verb) else None


def _decide_in_text(left: Phrase, kind: _Kind, ahead: _Ahead) -> str | None:
    """In text to type, a separator counts only if something to do follows, and the text's own "into" does not."""
    is_placed = _TYPED_INTO.search(left.mask) is not None
    rest = ahead.rest
    starts = VERB_START.match(rest.mask) is not None
    if not starts:
        if kind is _Kind.SURE and nearest_verb(ahead.nearest) is not None:
            return ""
        return _next_field(left, ahead) if kind in {_Kind.COMMA, _Kind.AND} else None
    into = _TYPED_INTO.search(rest.mask)
    if into and not is_placed and not _TYPING_VERB.search(rest.mask, 0, into.start()):
        return None
    is_lone_word = len(ahead.nearest.mask.split()) == 1
    is_enter = ahead.nearest.mask.strip(".!").lower() in {"enter", "submit"}
    if is_lone_word and not is_placed and not is_enter and kind is not _Kind.SURE:
        return None
    return "" if kind is _Kind.SURE or _is_strong(ahead) or ahead.is_clause() else None


def _next_field(left: Phrase, ahead: _Ahead) -> str | None:
    """Type Ada into First name, Lovelace into Last name; fill Name with Ada and Age with 36."""
    verb = TEXTUAL.match(left.mask)
    own, other = _PREPOSITION.search(left.mask), _PREPOSITION.search(ahead.nearest.mask)
    if verb is None or own is None or other is None or own[0].lower() != other[0].lower():
        return None
    return verb["verb"] if ahead.is_clause(verb["verb"]) else None

"""What to say when a part of a command cannot be understood."""

import re

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from agent.errors import PlanError
from agent.planner.quotes import Phrase
from agent.planner.verbs import EXAMPLES, FILLER

_MIN_LIKENESS = 0.7
_MAX_SHOWN = 60
_QUOTES = tuple("\"'`“„«‘")
_UNSUPPORTED = {
    "if": "Conditions are not possible yet",
    "unless": "Conditions are not possible yet",
    "while": "Loops are not possible yet",
    "repeat": "Loops are not possible yet",
    "verify": "Checking alone is not possible yet",
    "ensure": "Checking alone is not possible yet",
    "minimize": "Windows cannot be resized yet",
    "minimise": "Windows cannot be resized yet",
    "maximize": "Windows cannot be resized yet",
    "maximise": "Windows cannot be resized yet",
    "resize": "Windows cannot be resized yet",
}
_INSTEAD = {
    "if": 'wait for "Done"',
    "unless": 'wait for "Done"',
    "while": "press Down 5 times",
    "repeat": "press Down 5 times",
    "minimize": "press Alt+Space",
    "minimise": "press Alt+Space",
    "maximize": "press Alt+Space",
    "maximise": "press Alt+Space",
    "resize": "press Alt+Space",
    "delete": "press Delete",
    "remove": "press Delete",
    "find": 'search for "cats"',
    "move": 'drag "a.txt" to "Documents"',
}


def shown(words: str) -> str:
    """A part of the command for a message: quoted, on one line, not endless."""
    words = " ".join(words.split())
    if words[:1] in _QUOTES and len(words) <= _MAX_SHOWN:
        return words
    return f'"{words if len(words) <= _MAX_SHOWN else words[: _MAX_SHOWN - 1] + "…"}"'


def nearest_verb(phrase: Phrase) -> tuple[str, int] | None:
    """The verb that the first word resembles, and how many characters of the phrase that word ends after."""
    found = re.match(rf"{FILLER}(?P<word>[\w-]+)", phrase.mask, re.IGNORECASE)
    if found is None:
        return None
    best = extractOne(
        found["word"].lower(), list(EXAMPLES), scorer=OSA.normalized_similarity, score_cutoff=_MIN_LIKENESS
    )
    return (best[0], found.end("word")) if best else None


def not_understood(phrase: Phrase) -> PlanError:
    """The error for a clause that no rule takes, with the nearest thing that can be done."""
    word = re.match(rf"{FILLER}(?P<word>\w*)", phrase.mask, re.IGNORECASE)
    first = word["word"].lower() if word else ""
    message = f"I do not understand {shown(phrase.text)}."
    if first in _UNSUPPORTED:
        instead = _INSTEAD.get(first, 'wait for "Done"')
        return PlanError(message, hint=f"{_UNSUPPORTED[first]}. The nearest is: {instead}")
    if first in _INSTEAD:
        return PlanError(message, hint=f"The nearest is: {_INSTEAD[first]}")
    return PlanError(message, hint=_hint(phrase))


def _hint(phrase: Phrase) -> str:
    nearest = nearest_verb(phrase)
    if nearest is None:
        return f"Begin with what to do, as in: click {shown(phrase.text)}"
    verb, end = nearest
    rest = " ".join(phrase.text[end:].split())
    written = re.match(rf"{FILLER}(?P<word>[\w-]+)", phrase.mask, re.IGNORECASE)
    if written and written["word"].lower() == verb:
        return f"For example: {EXAMPLES[verb]}"
    if not rest or len(rest) > _MAX_SHOWN:
        return f"Did you mean {shown(verb)}? For example: {EXAMPLES[verb]}"
    return f"Did you mean {shown(f'{verb} {rest}')}?"

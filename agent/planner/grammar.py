"""From one clause to its steps: the first rule that takes it."""

import re
from dataclasses import replace

from agent.errors import PlanError
from agent.planner import pointing, windowing, writing
from agent.planner.clause import Context, last_target_of
from agent.planner.nearest import not_understood, shown
from agent.planner.quotes import Phrase
from agent.planner.verbs import FILLER, VERB_START
from agent.types import Step

# Specific forms come first: "open File > Print" is a menu, "go to example.org" an address, "open Help" a click.
_RULES = (*pointing.RULES[:-1], *writing.RULES, pointing.RULES[-1], *windowing.RULES)
_PLACE = re.compile(
    rf"\s*{FILLER}(?P<place>(?:in|inside|on|within|from|at)\s+.+?)\s*,\s+"
    rf"(?P<clause>.+)",
    re.IGNORECASE | re.DOTALL,
)
_OCCASION = re.compile(
    rf"\s*{FILLER}(?P<occasion>(?:when|once|after|as soon as)\s+.+?)\s*,\s+"
    rf"(?P<clause>.+)",
    re.IGNORECASE | re.DOTALL,
)


def parse_clause(phrase: Phrase, said: str, context: Context) -> tuple[Step, ...]:
    """Understand one clause.

    Args:
        phrase: the clause, with the verb it shares with the clause before it.
        said: the part of the command that it came from.
        context: what came before.

    Raises:
        agent.errors.PlanError: no rule takes it, or it lacks something.
    """
    occasion = _OCCASION.fullmatch(phrase.mask)
    if occasion:
        return _after_occasion(phrase, occasion, said, context)
    for rule in _RULES:
        steps = rule.steps(phrase, said, context)
        if steps is not None:
            return steps
    place = _PLACE.fullmatch(phrase.mask)
    if place:
        moved = _moved_to_the_end(phrase, place)
        if VERB_START.match(moved.mask) and not _PLACE.fullmatch(moved.mask):
            return parse_clause(moved, said, context)
    if writing.keys_of(phrase) is not None:
        raise PlanError(
            f"It is not said what to do with {shown(phrase.text)}.", hint=f"For the key: press {phrase.text.strip()}"
        )
    raise not_understood(phrase)


def _after_occasion(phrase: Phrase, found: re.Match[str], said: str, context: Context) -> tuple[Step, ...]:
    """When X appears, do Y: wait for X, then do Y."""
    waiting = parse_clause(phrase.part(*found.span("occasion")), said, context)
    later = replace(context, previous=waiting[-1], last_target=last_target_of(waiting[-1]))
    return waiting + parse_clause(phrase.part(*found.span("clause")), said, later)


def _moved_to_the_end(phrase: Phrase, found: re.Match[str]) -> Phrase:
    """In the Find dialog, click OK: click OK in the Find dialog."""
    place, clause = phrase.part(*found.span("place")), phrase.part(*found.span("clause")).strip()
    return Phrase(f"{clause.text} {place.text[0].lower()}{place.text[1:]}", f"{clause.mask} {place.mask}")

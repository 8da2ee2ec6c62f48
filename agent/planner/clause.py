"""What the rules for clauses share: context, targets, and how a rule looks."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.errors import PlanError
from agent.planner.nearest import shown
from agent.planner.quotes import Phrase
from agent.planner.verbs import FILLER
from agent.types import ClearStep, DragStep, Step, TypeStep

MAX_TARGET_CHARS = 300
END = r"(?:(?<![.+\s])[.!])?"
"""Pattern for the end of a sentence, which an ellipsis or the key in Ctrl+. is not."""
_PRONOUNS = {"it", "that", "this", "there", "here", "them", "that one", "this one", "the same"}
_TRAILING_WORDS = re.compile(
    r"[\s,.!]+(?:please|now|for me|again|too|as well|there|thanks|thank you)[.!]*$", re.IGNORECASE
)
# Book now, Try again: more often the end of a label than of a sentence, but for labels that are complete without.
_LABEL_END = re.compile(
    r"(?<!\bok)(?<!\bokay)(?<!\bnext)(?<!\bback)(?<!\bcancel)(?<!\bclose)(?<!\byes)(?<!\bno)(?<!\bit)(?<![,.!])"
    r"\s+(?:now|again)$",
    re.IGNORECASE,
)
_WRONG_IN_TARGET = re.compile(r"\b(?:into|then)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What came before a clause, and what it may look up.

    Attributes:
        previous: the step before it, or None for the first.
        last_target: what "it" means; None if nothing was named yet.
        is_program: whether words are the exact name of an installed program; its proper name, or None.
        find_program: the proper name of the installed program that is meant; raises WindowError if there is none.
    """

    previous: Step | None
    last_target: str | None
    is_program: Callable[[str], str | None]
    find_program: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Match:
    """A clause that a rule's pattern matched."""

    said: str
    phrase: Phrase
    found: re.Match[str]
    context: Context

    def get(self, name: str) -> Phrase | None:
        """A group of the pattern, or None if it took no part."""
        return self.phrase.group(self.found, name)

    def part(self, name: str) -> Phrase:
        """The same, empty if it took no part."""
        return self.get(name) or Phrase("", "")

    def words(self, name: str) -> str:
        """A group as lower-case words."""
        return " ".join(self.part(name).text.lower().split())

    def text(self, name: str) -> str:
        """A group as literal text."""
        return self.part(name).literal

    def target(self, name: str) -> str:
        """A group as something to find on the screen."""
        return target_of(self.part(name), self.context)

    def target_or_none(self, name: str) -> str | None:
        """The same for a group that may be missing."""
        return None if self.get(name) is None else self.target(name)


Build = Callable[[Match], "tuple[Step, ...] | None"]
"""Makes the steps of a clause; None means that the clause is for a later rule after all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A form that a clause may have: a pattern that its whole mask matches, and what it means."""

    pattern: re.Pattern[str]
    build: Build

    def steps(self, phrase: Phrase, said: str, context: Context) -> tuple[Step, ...] | None:
        """The steps of a clause, or None if it does not have this form."""
        found = self.pattern.fullmatch(phrase.mask)
        return None if found is None else self.build(Match(said, phrase, found, context))


def rule(pattern: str, build: Build) -> Rule:
    """A rule whose pattern may begin with polite words and ignores case; a space stands for any space."""
    spaced = pattern.replace(" ", r"\s+")
    return Rule(re.compile(rf"\s*{FILLER}{spaced}\s*", re.IGNORECASE | re.DOTALL), build)


def trimmed(phrase: Phrase, *, is_label: bool = False) -> Phrase:
    """Without the punctuation of the sentence and trailing polite words; an ellipsis stays.

    Args:
        phrase: a part of a clause.
        is_label: it names something on the screen, whose name may end with "now" or "again".
    """
    before = None
    phrase = phrase.strip()
    while phrase != before:
        before = phrase
        trailing = _TRAILING_WORDS.search(phrase.mask)
        if trailing and not (is_label and _LABEL_END.search(phrase.mask)):
            phrase = phrase.part(0, trailing.start()).strip()
        if len(phrase.mask) > 1 and phrase.mask[-1] in ".,!?;:" and phrase.mask[-2] not in " .+-":
            phrase = phrase.part(0, -1).strip()
    return phrase


def target_of(phrase: Phrase, context: Context) -> str:
    """The person's words for something on the screen; pronouns become what was named last.

    Raises:
        agent.errors.PlanError: it says nothing, or more than a target.
    """
    phrase = trimmed(phrase, is_label=True)
    literal = phrase.literal
    if not literal.strip():
        raise PlanError("It is not said what on the screen is meant.", hint='Name it, as in: click "Save"')
    if len(literal) > MAX_TARGET_CHARS:
        raise PlanError(f"{shown(literal)} is too long for something on the screen.", hint="Name it in a few words.")
    if _WRONG_IN_TARGET.search(phrase.mask):
        raise PlanError(f"I do not understand {shown(literal)}.", hint="Put what is written on the screen in quotes.")
    if not phrase.is_quoted and literal.lower() in _PRONOUNS:
        if context.last_target is None:
            raise PlanError(f'Nothing was named before that "{literal}" could mean.', hint="Say what is meant.")
        return context.last_target
    return literal


def last_target_of(step: Step) -> str | None:
    """What a step was about, for a later "it"; None if it named nothing on the screen."""
    if isinstance(step, TypeStep | ClearStep):
        return step.target
    if isinstance(step, DragStep):
        return step.destination
    return getattr(step, "target", None)

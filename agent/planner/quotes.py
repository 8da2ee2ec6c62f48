r"""Quoted text is literal: a phrase knows which of its characters stand in quotes.

No escapes are interpreted, in or out of quotes: ``type "a\nb"`` types a backslash and an n, and a line break inside
quotes is typed as a line break. Whoever needs a quotation mark in a text uses another pair around it.
"""

import re
from dataclasses import dataclass
from typing import Self

from agent.errors import PlanError

_CLOSERS = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“”", "«": "»", "‘": "’"}
_ALSO_APOSTROPHES = "'‘`"
# Private-use characters stand for quoted text in the mask, so that no pattern for words can match inside.
_OPEN, _INSIDE, _CLOSE = "\ue001", "\ue000", "\ue002"
QUOTED = f"{_OPEN}{_INSIDE}*{_CLOSE}"
"""Pattern for one quoted text, in a mask."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a command: ``text`` as written, and ``mask``, equally long, in which quoted text is blotted out."""

    text: str
    mask: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Find the quotes of a command.

        Raises:
            agent.errors.PlanError: a quote is opened and never closed.
        """
        mask = list(re.sub(f"[{_INSIDE}{_OPEN}{_CLOSE}]", "?", text))
        start = 0
        while start < len(text):
            end = _end_of_quote(text, start)
            if end is not None:
                mask[start : end + 1] = [_OPEN, *[_INSIDE] * (end - start - 1), _CLOSE]
                start = end
            start += 1
        return cls(text, "".join(mask))

    @property
    def is_quoted(self) -> bool:
        """Whether all of it is one quoted text."""
        return re.fullmatch(QUOTED, self.mask) is not None

    @property
    def literal(self) -> str:
        """The text, without its quotation marks if all of it is quoted."""
        return self.text[1:-1] if self.is_quoted else self.text

    def part(self, start: int, end: int | None = None) -> "Phrase":
        """A slice of it."""
        return Phrase(self.text[start:end], self.mask[start:end])

    def strip(self) -> "Phrase":
        """Without space around it."""
        start = len(self.mask) - len(self.mask.lstrip())
        return self.part(start, len(self.mask.rstrip()))

    def after(self, words: str) -> "Phrase":
        """With unquoted words in front."""
        return Phrase(f"{words} {self.text}", f"{words} {self.mask}")

    def group(self, match: re.Match[str], name: str) -> "Phrase | None":
        """The part that a group of a match on the mask covers, without space around it; None if there is none."""
        if name not in match.re.groupindex:
            return None
        start, end = match.span(name)
        return None if start < 0 else self.part(start, end).strip()


def _end_of_quote(text: str, start: int) -> int | None:
    """Index of the mark that closes the quote opened at ``start``; None if no quote is opened there."""
    closers = _CLOSERS.get(text[start])
    if closers is None or (start > 0 and text[start - 1].isalnum()):
        return None  # also 5" and don't
    end = start
    while True:
        end = min((found for mark in closers if (found := text.find(mark, end + 1)) >= 0), default=-1)
        if end < 0:
            break
        if end + 1 == len(text) or not text[end + 1].isalnum():
            return end
    if text[start] in _ALSO_APOSTROPHES:
        return None
    shown = text[start : start + 40]
    raise PlanError(
        f"The quote is never closed: {shown}",
        hint='Close it, or put another kind of quotation marks around the whole text, as in type `"` into Name.',
    )

"""Which tokens of an instruction make which word."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of an instruction, as it was written, and its tokens."""

    text: str
    tokens: slice

    @property
    def n_tokens(self) -> int:
        """How many there are, at least one."""
        return int(self.tokens.stop - self.tokens.start)


def words_of(text: str, token_stops: Sequence[int]) -> tuple[Word, ...]:
    """Group tokens into the words between white space; each token belongs to exactly one.

    A token that begins with white space belongs to the word that it goes on with, one of nothing but white space to the
    next word.

    Args:
        text: without white space around it.
        token_stops: for each token, how many characters of the text end with it; ascending.
    """
    words = [(match.end(), match.group()) for match in _WORD.finditer(text)]
    stops = [stop for stop, _ in words]
    owners = [min(bisect_left(stops, stop), len(stops) - 1) for stop in token_stops]
    grouped = []
    for word_idx, (_, word) in enumerate(words):
        first, last = bisect_left(owners, word_idx), bisect_left(owners, word_idx + 1)
        if first < last:
            grouped.append(Word(text=word, tokens=slice(first, last)))
    return tuple(grouped)

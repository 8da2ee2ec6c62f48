"""The synonym table: what interfaces call the same thing, and so also what they call different things."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from model.ocr.spelling import normalise

_FILE = Path(__file__).with_name("synonyms.json")
_EMPTY_WORDS = frozenset({"the", "a", "an", "this", "that", "my", "your", "please"})
_EMPTY_OBJECTS = frozenset({"program", "application", "app", "button", "icon", "key", "sign", "command"})
_MIN_ASKED_CHARS = 3  # "C" on a calculator is that key, not another that clears too


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Meanings by normalised phrase; a phrase may have several ("clear" empties a field, or a calculation)."""

    meanings: dict[str, frozenset[str]]

    def of(self, text: str) -> frozenset[str]:
        """Meanings of a normalised text; empty if the table does not know it."""
        return self.meanings.get(text, frozenset())

    def asked(self, text: str) -> frozenset[str]:
        """Meanings of what a person asks for: a letter or two is meant as it stands."""
        if len(text) < _MIN_ASKED_CHARS and text.isalnum() and self.of(text) != {text}:
            return frozenset()
        words = [word for word in text.split() if word not in _EMPTY_WORDS]
        found = self.of(text) or self.of(" ".join(words))
        return found or (self.of(" ".join(words[:-1])) if words and words[-1] in _EMPTY_OBJECTS else frozenset())


@cache
def load_synonyms() -> Synonyms:
    """The table that comes with the program."""
    table: dict[str, list[str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    meanings: dict[str, set[str]] = {}
    for meaning, phrases in table.items():
        for phrase in (meaning, *phrases):
            meanings.setdefault(normalise(phrase), set()).add(meaning)
    return Synonyms({phrase: frozenset(found) for phrase, found in meanings.items()})


def all_phrases() -> frozenset[str]:
    """Every phrase of the table, normalised."""
    return frozenset(load_synonyms().meanings)

"""What stands on a drawn screen: real interface strings, the lexicon's names, and words, numbers and paths.

What only held-back intents are called never comes out of here, nor out of the fixed words of the widgets, which ask
``is_allowed`` first.
"""

import random
import string
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from model.data.intents import Intent, normalised

_COMMON: Final = """
Open Save Close Edit View Help Tools Format Window Settings Cancel Apply Search Name Type Size Date Status Find
Next Back Home Share Profile Message Folder File Language Theme Options Details Start Stop Add Remove Import
"""
_STATUS: Final = ("Ready", "Line {}, column {}", "{} items", "{} of {} selected", "{} %", "INS", "UTF-8", "{} KB")
_SUFFIXES: Final = ("txt", "png", "pdf", "odt", "py", "zip", "csv", "mp3", "html", "jpg", "md", "xml", "cfg")
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_SHORT_CHARS = 26
_INTENT_SHARE = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that a program offers.

    Attributes:
        name: what it calls it.
        icons: names of icons that stand for it, () if unknown.
    """

    name: str
    icons: tuple[str, ...] = ()


class PhraseBook:
    """Where texts come from.

    Args:
        strings: of real interfaces, cleaned.
        intents: the lexicon; those held back are only used to keep their names away.
    """

    def __init__(self, strings: Iterable[str], intents: Iterable[Intent] = ()) -> None:
        listed = list(intents)
        self._intents = [intent for intent in listed if not intent.is_held_back]
        held_back = [intent for intent in listed if intent.is_held_back]
        # What an intent to be trained is called, too, is on every screen: "Close" closes a tab and a window.
        self._held_back = _only(
            (name for intent in held_back for name in intent.names),
            (name for intent in self._intents for name in intent.names),
        )
        self._held_back_icons = _only(
            (icon for intent in held_back for icon in intent.icons),
            (icon for intent in self._intents for icon in intent.icons),
        )
        allowed = [text for text in (*strings, *_COMMON.split()) if self.is_allowed(text)]
        self._short = [
            text for text in allowed if len(text) <= _SHORT_CHARS and (text[0].isupper() or text[0].isdigit())
        ]
        self._long = [text for text in allowed if len(text) > _SHORT_CHARS] or self._short
        self._words = sorted({word for text in allowed for word in text.split() if word.isalpha()})
        self._commands = [
            Command(name=name, icons=intent.icons)
            for intent in self._intents
            for name in intent.names
            if self.is_allowed(name)
        ]

    def is_allowed(self, text: str) -> bool:
        """Whether a text may be drawn: it is not a name that only held-back intents have."""
        return normalised(text.rstrip("…")) not in self._held_back

    def is_icon_allowed(self, names: Iterable[str]) -> bool:
        """Whether an icon of these names may be drawn: it does not stand for held-back intents alone."""
        return not any(normalised(name) in self._held_back_icons or not self.is_allowed(name) for name in names)

    def command(self, rng: random.Random) -> Command:
        """Something to put on a button, in a menu or on a toolbar."""
        if self._commands and rng.random() < _INTENT_SHARE:
            return rng.choice(self._commands)
        return Command(name=self.label(rng))

    def label(self, rng: random.Random) -> str:
        """A short text as on a label, a tab or in a list."""
        kind = rng.random()
        if self._commands and kind < _INTENT_SHARE / 2:
            return rng.choice(self._commands).name
        return rng.choice(self._short) if kind < 0.85 else self.words(rng, rng.randint(1, 3))

    def sentence(self, rng: random.Random) -> str:
        """A longer text as in a description or a message."""
        return rng.choice(self._long)

    def words(self, rng: random.Random, n_words: int) -> str:
        """Random words, the first with a capital."""
        text = " ".join(rng.choice(self._words) for _ in range(n_words))
        text = text[0].upper() + text[1:]
        return text if self.is_allowed(text) else _letters(rng, 7).capitalize()

    def value(self, rng: random.Random) -> str:
        """What stands in a field or a cell: numbers, dates, paths, addresses, names, words."""
        return self._checked(rng, _VALUES[rng.randrange(len(_VALUES))](self, rng))

    def file_name(self, rng: random.Random) -> str:
        """The name of a file."""
        stem = rng.choice((" ", "_", "-", "")).join(rng.choice(self._words) for _ in range(rng.randint(1, 3)))
        number = str(rng.randint(1, 2030)) if rng.random() < 0.3 else ""
        return f"{stem}{number}.{rng.choice(_SUFFIXES)}"

    def status(self, rng: random.Random) -> str:
        """A part of a status bar."""
        return self._checked(rng, rng.choice(_STATUS).format(rng.randint(1, 400), rng.randint(400, 999)))

    def _checked(self, rng: random.Random, text: str) -> str:
        return text if self.is_allowed(text) else _letters(rng, 6)


def _only(some: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normalised, some)) - frozenset(map(normalised, others))


def _letters(rng: random.Random, n_letters: int) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=n_letters))


def _date(book: PhraseBook, rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1990, 2030)
    return rng.choice(
        (
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day} {_MONTHS.split()[month - 1]} {year}",
            f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}",
        )
    )


def _path(book: PhraseBook, rng: random.Random) -> str:
    return "/".join(("", "home", _letters(rng, 5), book.words(rng, 1), book.file_name(rng)))


def _address(book: PhraseBook, rng: random.Random) -> str:
    first, second = _letters(rng, rng.randint(3, 8)), _letters(rng, rng.randint(3, 8))
    return rng.choice((f"{first}@{second}.org", f"https://www.{second}.com/{first}", f"{second}.net"))


def _number(book: PhraseBook, rng: random.Random) -> str:
    number = rng.choice((rng.randint(0, 9), rng.randint(10, 99), rng.randint(100, 99_999)))
    return rng.choice((str(number), f"{number:,}", f"{number / 10:.2f}", f"{number} MB", f"{number} px", f"${number}"))


def _random_letters(book: PhraseBook, rng: random.Random) -> str:
    return _letters(rng, rng.randint(3, 10))


def _some_words(book: PhraseBook, rng: random.Random) -> str:
    return book.words(rng, rng.randint(1, 3))


_VALUES: Final = (
    _date,
    _path,
    _address,
    _number,
    _number,
    _random_letters,
    _some_words,
    _some_words,
    PhraseBook.file_name,
)

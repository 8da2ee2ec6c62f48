"""The characters that Nano reads: printable ASCII; others are folded to what they look like."""

import unicodedata
from collections.abc import Iterable
from typing import Final

BLANK: Final = 0
"""Class of "no new character here", as connectionist temporal classification needs it."""
CHARACTERS: Final = "".join(map(chr, range(32, 127)))
N_CLASSES: Final = 1 + len(CHARACTERS)

_CLASS_OF: Final = {character: 1 + index for index, character in enumerate(CHARACTERS)}
_LOOK_ALIKES: Final = str.maketrans(
    {
        "…": "...",
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "×": "*",
        "∗": "*",
        "÷": "/",
        "∕": "/",
        "⋅": ".",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "·": ".",
        "\u00a0": " ",
    }
)

_READ_SIGNS: Final = str.maketrans({"×": "*", "∗": "*", "÷": "/", "∕": "/", "−": "-"})


def with_read_signs(text: str) -> str:
    """A text with the signs that are read instead of its own: what is asked for is then spelt as it is read."""
    return text.translate(_READ_SIGNS)


def folded(text: str) -> str | None:
    """A text in the characters that are read: without accents, typographic marks made plain, single spaces.

    Returns:
        None if something in it cannot be read, as letters of another script.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LOOK_ALIKES))
    plain = " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())
    return plain if all(mark in _CLASS_OF for mark in plain) else None


def classes_of(text: str) -> list[int]:
    """Classes of a folded text's characters, each at least 1.

    Raises:
        KeyError: it was not folded.
    """
    return [_CLASS_OF[mark] for mark in text]


def text_of(classes: Iterable[int]) -> str:
    """The text of a path of classes: repeats are one, blanks part them (Graves et al. 2006, section 3.1)."""
    marks: list[str] = []
    last = BLANK
    for index in classes:
        if index not in {BLANK, last}:
            marks.append(CHARACTERS[index - 1])
        last = index
    return "".join(marks)

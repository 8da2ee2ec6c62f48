"""From file names and tags to words: ``document-save-as-symbolic`` is called "document save as"."""

import re
from collections.abc import Iterable
from typing import Final

N_NAMES = 8
"""An icon keeps at most so many names; packs list the best first."""

_BOUNDARY = re.compile(r"[^0-9A-Za-z]+|(?<=[a-z])(?=[A-Z])")
_SPECK = re.compile(r"^[a-z0-9]$|^\d+$")
_NOISE: Final = frozenset({"symbolic", "rtl", "ltr", "icon", "outline", "outlined", "filled", "gtk", "stock", "alt"})


def icon_words(name: str) -> str:
    """A name of a file as words in lower case, without marks of style; "" if nothing is left."""
    words = [word.lower() for word in _BOUNDARY.split(name) if word]
    return " ".join(word for word in words if word not in _NOISE)


def icon_names(stem: str, others: Iterable[str]) -> tuple[str, ...]:
    """All that an icon is called: what its file is called, then other names and tags, no two alike.

    Args:
        stem: of its file, without the pack's prefix and suffix.
        others: names and tags of the pack; single letters and numbers say nothing and are left out.
    """
    named = [icon_words(stem), *(words for words in map(icon_words, others) if not _SPECK.match(words))]
    return tuple(dict.fromkeys(words for words in named if words))[:N_NAMES]

"""What makes two names the same to a person: keys, words, and stems."""

import re
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
_HYPHEN = re.compile(r"(?<=\w)[-‐‑](?=\w)")
_NOISE = frozenset("…:.,;!?'\"“”‘’«»()[]{}|&•·/\\`")
_END = re.compile(r"\s*(?:…|\.\.\.|:|\*)+$")
_SHORTCUT = re.compile(r"\s*\((?:Ctrl|Control|Alt|Shift|Super|Meta|F\d)[^()]*\)$")
_CODE = re.compile(r"[\\{}()=<>^_$%#@*~]")
_BULLET = re.compile(r"^[•·▪▸►◦‣]\s+")
_LEAST_ALNUM = 3
_STEM = 5
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can do for from get go how i in into is it its let make me my no not of off on or "
        "out put show so some that the there this to up us want what when where which will with you your",
    )
)


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """What is the same to a person has the same key: words in lower case, and signs that tell names apart.

    A name with one or two letters is kept as it is: "x!" and "(x)", "C" and "c" are different keys of a calculator.
    """
    text = shown(text)
    if sum(char.isalnum() for char in text) < _LEAST_ALNUM:
        return "".join(text.split())
    tokens = _TOKEN.findall(_HYPHEN.sub(" ", text.casefold()))
    return " ".join(token for token in tokens if token not in _NOISE)


def shown(text: str) -> str:
    """A name without what programs hang on it: "Save As… (Ctrl+S)" is called "Save As", "Name:" is called "Name"."""
    text = " ".join(text.split())
    return _END.sub("", _SHORTCUT.sub("", _BULLET.sub("", text))) or text


def is_code(text: str) -> bool:
    """Whether a name is more than plain words: a formula, a command, a path. It means only what it is."""
    return bool(_CODE.search(text))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case."""
    return tuple(_TOKEN.findall(text.casefold()))


@lru_cache(maxsize=65536)
def stems_of(text: str) -> frozenset[str]:
    """Beginnings of the words that say something."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return frozenset(word[:_STEM] for word in words if len(word) > 1 and word not in _EMPTY_WORDS)

"""How near two written texts are: case, punctuation, typing slips, and what reading tends to mix up."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz.distance import OSA

NEAR = 0.62
"""Spellings at least this near may be the same word; below it, a similarity only ranks what is not the same."""

_DIFFERENT = 0.5  # the most that two texts can score that are surely not the same
_SHORTCUT = re.compile(
    r"(?:(?:ctrl|alt|altgr|shift|super|meta|cmd|strg)\s*\+\s*)+\S+$|(?<=\S)\s+f\d{1,2}$", re.IGNORECASE
)
# An icon before a word is at times read as a Chinese character or a sign.
_ICON_AS_LETTER = re.compile(r"^(?:[\u4e00-\u9fff]\s*(?=[A-Za-z])|[√×✓+]\s*(?=[A-Za-z]{2}))")
_DIGITS = re.compile(r"\d")
_ACCELERATOR = re.compile(r"&(?=\w)|(?<!\w)_(?=\w)")
_SYMBOLS = str.maketrans({"−": "-", "–": "-", "—": "-", "⋅": "·", "∗": "*", "∕": "/", "’": "'", "‘": "'"})
# What optical reading confuses, each set folded to one letter.
_LOOK_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "ı": "l"})
_LOOK_ALIKE_PAIRS = (("rn", "m"), ("vv", "w"))


@lru_cache(maxsize=50_000)
def normalise(text: str) -> str:
    """Lower case, without accelerator marks, shortcut, trailing dots or punctuation; symbols alone stay as they are."""
    text = unicodedata.normalize("NFKC", text).translate(_SYMBOLS).strip()
    text = _ICON_AS_LETTER.sub("", text)
    text = _ACCELERATOR.sub("", _SHORTCUT.sub("", text).strip() or text)
    text = re.sub(r"\s&\s", " and ", text).casefold()
    if not any(c.isalnum() for c in text):
        return re.sub(r"\s+", "", text)
    text = text.replace("'", "")
    kept = "".join(
        c if c.isalnum() or unicodedata.combining(c) or _is_inner(text, i) else " " for i, c in enumerate(text)
    )
    return " ".join(kept.split())


def _is_inner(text: str, i: int) -> bool:
    """Whether a sign belongs to what it stands in: the dot of "report.txt", the sign of "x+1" or "c++"."""
    sign, before, after = text[i], text[i - 1 : i], text[i + 1 : i + 2]
    if sign in "+#%°$€=^<>×÷√~":
        return True
    return sign in ".,@:/" and before.isalnum() and after.isalnum()


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """A normalised text without spaces and accents, look-alikes made equal."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.replace(" ", "").translate(_LOOK_ALIKE)
    for pair, letter in _LOOK_ALIKE_PAIRS:
        text = text.replace(pair, letter)
    return text


def similarity(wanted: str, seen: str, is_word: Callable[[str], bool]) -> float:
    """How likely two normalised texts are meant to be the same, in [0, 1].

    Short texts bear fewer slips: none up to three letters, one up to five, two up to nine, then one in five. Slips that
    make one word of the language out of another ("print", "point") are not slips, nor are different numbers.

    Args:
        wanted: what was asked for.
        seen: what was read.
        is_word: whether a text is a word of the language.
    """
    if not wanted or not seen:
        return 0.0
    same = _spaced_otherwise(wanted, seen)
    if same:
        return same
    a, b = fold(wanted), fold(seen)
    n = max(len(a), len(b))
    if a == b:
        return 0.94 if n > 2 else 0.8
    # Folding helps against reading errors and hurts with typing slips ("prnt" would become "pmt").
    distance = min(OSA.distance(a, b), OSA.distance(wanted.replace(" ", ""), seen.replace(" ", "")))
    rough = _DIFFERENT * max(0.0, 1 - distance / n)
    allowed = 0 if n <= 3 else 1 if n <= 5 else 2 if n <= 9 else n // 5
    if distance > allowed or _digits(wanted) != _digits(seen) or _are_other_words(wanted, seen, is_word):
        return rough
    return max(NEAR, 0.97 - 1.1 * distance / n)


def _spaced_otherwise(wanted: str, seen: str) -> float:
    """Score of texts that differ in spaces alone, or in punctuation around digits ("1 : 0", "1:0"); else 0."""
    if wanted == seen:
        return 1.0
    if wanted.replace(" ", "") == seen.replace(" ", ""):
        return 0.97
    return 0.95 if _DIGITS.search(wanted) and _letters(wanted) == _letters(seen) else 0.0


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c in "+-%")


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _are_other_words(wanted: str, seen: str, is_word: Callable[[str], bool]) -> bool:
    a, b = wanted.split(), seen.split()
    if len(a) != len(b):
        return False
    return any(x != y and is_word(x) and is_word(y) and not _share_stem(x, y) for x, y in zip(a, b, strict=True))


def _share_stem(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= 4 and long.startswith(short) and long[len(short) :] in {"s", "es", "d", "ed", "r"}

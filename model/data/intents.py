"""The lexicon of intents: what interfaces do, what programs call it, and how people ask for it.

Written for this project; one JSON object a line, one file per field of life, in ``lexicon/``. Training draws
instructions from it, and a part that training never sees measures what generalises.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

LEXICON = Path(__file__).parent / "lexicon"
HELD_BACK_PERCENT = 15
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something that interfaces do.

    Attributes:
        id: unique, words in lower case joined by "-".
        does: what happens, in one sentence.
        names: what programs write on the element, as they write it.
        icons: names of icons that stand for it, as freedesktop and the common icon sets name them; () if none does.
        asks: how people ask for it, without naming what kind of element it is.
        near: ids of intents that are easily mistaken for it; what people ask may fit these, too.
    """

    id: str
    does: str
    names: tuple[str, ...]
    icons: tuple[str, ...]
    asks: tuple[str, ...]
    near: tuple[str, ...] = ()

    @property
    def is_held_back(self) -> bool:
        """Whether it is kept from training, to measure what generalises; depends on the id alone."""
        return hashlib.blake2b(self.id.encode(), digest_size=4).digest()[0] % 100 < HELD_BACK_PERCENT


@cache
def load_intents(folder: Path = LEXICON) -> tuple[Intent, ...]:
    """All intents, by file and line.

    Raises:
        ValueError: a line is not an intent; it is named.
    """
    return tuple(intent for file in sorted(folder.glob("*.jsonl")) for intent in _read(file))


def _read(file: Path) -> Iterator[Intent]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row: dict[str, Any] = json.loads(line)
            yield Intent(**row | {key: tuple(row.get(key, ())) for key in ("names", "icons", "asks", "near")})
        except (ValueError, TypeError, AttributeError) as exc:
            raise ValueError(f"{file.name}:{number}: {exc}") from exc


def normalised(text: str) -> str:
    """A text as its words in lower case: what is the same to a person."""
    return " ".join(_WORD.findall(text.casefold()))


def problems(intents: Iterable[Intent]) -> list[str]:
    """What is wrong with a lexicon, a sentence each: sizes, repetitions, and asks that fit two intents."""
    listed = list(intents)
    return [*_form_problems(listed), *_shared_asks(listed)]


def _form_problems(intents: list[Intent]) -> Iterator[str]:
    seen: set[str] = set()
    known = {intent.id for intent in intents}
    for intent in intents:
        if intent.id in seen:
            yield f"{intent.id} occurs twice"
        seen.add(intent.id)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", intent.id):
            yield f"{intent.id} is not in lower case with hyphens"
        if not intent.does or not intent.names:
            yield f"{intent.id} does nothing or has no name"
        if not 10 <= len(intent.asks) <= 20:
            yield f"{intent.id} has {len(intent.asks)} asks, not 10 to 20"
        for field in ("names", "icons", "asks"):
            texts = [normalised(text) for text in getattr(intent, field)]
            if len(set(texts)) < len(texts) or "" in texts:
                yield f"{intent.id} repeats itself in {field}"
        own_names = {normalised(name) for name in intent.names}
        for ask in intent.asks:
            if normalised(ask) in own_names:
                yield f'{intent.id}: "{ask}" is a name, not a way of asking'
        for other in intent.near:
            if other not in known or other == intent.id:
                yield f"{intent.id} is near {other}, which does not exist"


def _shared_asks(intents: list[Intent]) -> Iterator[str]:
    by_ask: dict[str, list[Intent]] = defaultdict(list)
    for intent in intents:
        for ask in intent.asks:
            by_ask[normalised(ask)].append(intent)
    for ask, owners in by_ask.items():
        for one, other in combinations(owners, 2):
            if one.id != other.id and one.id not in other.near and other.id not in one.near:
                yield f'"{ask}" asks for {one.id} and for {other.id}, which are not near'

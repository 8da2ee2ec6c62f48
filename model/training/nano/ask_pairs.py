"""What the map of asks is learned from: texts, and the vectors they should lie near."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.drawing.icons.names import icon_words
from model.data.drawing.phrases import PhraseBook
from model.data.instructions.keys import shown
from model.data.instructions.roles import Role
from model.data.instructions.wording import cased, with_noun, with_verb
from model.data.intents import Intent

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> unit vectors [n, width]."""

_ROLES = (Role.BUTTON, Role.ICON, Role.MENU_ITEM, Role.TAB, Role.LINK)
_DEED_WEIGHT = 2.0
"""Of the sentence that says what an intent does; of an ask 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Texts with what they stand for.

    Attributes:
        texts: [n, width] their vectors.
        targets: [n, width] where they should lie.
        weights: [n] how much each counts.
    """

    texts: NDArray[np.float32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainName:
    """A name of the interface as people type it.

    Attributes:
        typed: with or without a verb and a word for the kind of thing.
        name: itself.
    """

    typed: str
    name: str


def icon_texts(intent: Intent) -> tuple[str, ...]:
    """Names of an intent's icons, in words."""
    return tuple(filter(None, map(icon_words, intent.icons)))


def name_texts(intent: Intent) -> tuple[str, ...]:
    """What programs call an intent, as it is looked for."""
    return tuple(map(shown, intent.names))


def intent_target(intent: Intent, vectors: Vectors, *, icon_share: float) -> NDArray[np.float32]:
    """Where the names of an intent and of its icons lie on average, [width]."""
    named = vectors(name_texts(intent)).mean(axis=0)
    icons = icon_texts(intent)
    pictured = vectors(icons).mean(axis=0) if icons else named
    return np.asarray((1 - icon_share) * named + icon_share * pictured, np.float32)


def ask_texts(intent: Intent) -> tuple[str, ...]:
    """How people ask for an intent, and what it does."""
    return (*intent.asks, intent.does)


def ask_pairs(intents: Sequence[Intent], targets: NDArray[np.float32], vectors: Vectors) -> Pairs:
    """Asks and deeds of intents, each with its intent's target [n_intents, width]."""
    counts = [len(ask_texts(intent)) for intent in intents]
    weights = [weight for intent in intents for weight in (*[1.0] * len(intent.asks), _DEED_WEIGHT)]
    return Pairs(
        texts=vectors([text for intent in intents for text in ask_texts(intent)]),
        targets=np.repeat(targets, counts, axis=0),
        weights=np.array(weights, np.float32),
    )


def plain_names(strings: Iterable[str], intents: Sequence[Intent], *, n: int, rng: random.Random) -> list[PlainName]:
    """Names that are asked for as they are, each in three forms; none that only held-back intents have.

    Args:
        strings: of real interfaces.
        intents: all of the lexicon.
        n: how many names to choose.
        rng: chooses.
    """
    book = PhraseBook((), intents)
    allowed = [text for text in strings if book.is_allowed(text)]
    return spoken(rng.sample(allowed, min(n, len(allowed))), rng)


def spoken(names: Sequence[str], rng: random.Random) -> list[PlainName]:
    """Names in three forms each: alone, with a verb, and with a word for the kind of thing, too."""
    return [
        PlainName(typed=typed, name=name)
        for name in names
        for typed in (name, with_verb(cased(name, rng), None, rng), _in_full(name, rng))
    ]


def _in_full(name: str, rng: random.Random) -> str:
    role = rng.choice(_ROLES)
    return with_verb(with_noun(cased(name, rng), role, rng), role, rng)


def plain_pairs(names: Sequence[PlainName], vectors: Vectors, *, weight: float) -> Pairs:
    """Plain names stay where they are, whatever stands around them."""
    return Pairs(
        texts=vectors([name.typed for name in names]),
        targets=vectors([name.name for name in names]),
        weights=np.full(len(names), weight, np.float32),
    )


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of several kinds in one."""
    return Pairs(
        texts=np.concatenate([part.texts for part in parts]),
        targets=np.concatenate([part.targets for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
    )

"""How well asks find what they ask for among everything else that stands on real screens."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from model.data.drawing.icons.names import icon_words
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.keys import key_of
from model.data.instructions.scene import is_window
from model.data.screens import LabelledScreen
from model.training.nano.ask_pairs import Vectors, icon_texts, name_texts, spoken

FALSE_REFUSALS = 0.05
"""Share of asks for what is there that may be refused."""

_LEAST_TEXTS = 10
_N_NAMES = 8
"""Plain names that are asked for on each screen."""

TABLE_HEAD = "| asks | n | first | among the first five | refused when absent |\n|---|---|---|---|---|"

Mapping = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Moves unit vectors of asks, [n, width] -> [n, width]."""


class Shown(StrEnum):
    """What an element shows of what it does.

    Attributes:
        NAME: one of the names that programs give it.
        ICON: an icon; its meaning is taken to be what icons are called so.
    """

    NAME = "name"
    ICON = "icon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Somebody asks for something on a screen.

    Attributes:
        ask: in their words.
        target: what the element is called that they mean.
        others: what everything else on the screen is called.
    """

    ask: str
    target: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Shares of cases.

    Attributes:
        n: how many cases.
        first: whose target is the nearest of all.
        among_five: whose target is among the five nearest.
        refused: that are refused when the target is taken away, by a threshold for the nearest that refuses
            ``FALSE_REFUSALS`` of them when it is there.
    """

    n: int
    first: float
    among_five: float
    refused: float


def screen_texts(screen: LabelledScreen) -> dict[str, str]:
    """What stands on a screen by its key: texts, names, and icons in words."""
    texts: dict[str, str] = {}
    for element in screen.elements:
        text = element.text or element.name or (icon_words(element.icons[0]) if element.icons else "")
        if text and not is_window(element):
            texts.setdefault(key_of(text), text)
    return texts


def usable(screens: Iterable[LabelledScreen]) -> list[dict[str, str]]:
    """Texts of the screens that show enough to choose from."""
    return [texts for texts in map(screen_texts, screens) if len(texts) >= _LEAST_TEXTS]


def ask_cases(
    index: IntentIndex,
    asks: Iterable[tuple[int, str]],
    screens: Sequence[dict[str, str]],
    shown: Shown,
    *,
    rng: random.Random,
) -> Iterator[Case]:
    """Put what is asked for on a screen, where nothing else answers the ask.

    Args:
        index: the lexicon.
        asks: intent by position, and how it is asked for.
        screens: as from ``usable``.
        shown: name or icon; intents without an icon are passed over.
        rng: chooses screens, names and icons.
    """
    for position, ask in asks:
        intent = index.intents[position]
        targets = name_texts(intent) if shown is Shown.NAME else icon_texts(intent)
        if not targets:
            continue
        too_near = frozenset[str]().union(
            *(index.name_keys[k] | index.icon_keys[k] for k in {position, *index.near[position]})
        )
        others = tuple(text for key, text in rng.choice(screens).items() if key not in too_near)
        yield Case(ask=ask, target=rng.choice(targets), others=others)


def plain_cases(screens: Sequence[dict[str, str]], *, rng: random.Random) -> list[Case]:
    """Ask for what is on a screen by its name, alone and with words around it.

    Args:
        screens: as from ``usable``.
        rng: chooses names and words.
    """
    cases = []
    for texts in screens:
        names = rng.sample(list(texts.values()), min(_N_NAMES, len(texts)))
        for plain in spoken(names, rng):
            others = tuple(text for text in texts.values() if text != plain.name)
            cases.append(Case(ask=plain.typed, target=plain.name, others=others))
    return cases


def texts_of(cases: Iterable[Case]) -> Iterator[str]:
    """Everything whose vector measuring needs."""
    for case in cases:
        yield from (case.ask, case.target, *case.others)


def measured(cases: Sequence[Case], vectors: Vectors, mapping: Mapping) -> Outcome:
    """Answer all cases by the nearest text."""
    asked = mapping(vectors([case.ask for case in cases]))
    ranks, best, best_of_others = [], [], []
    for case, vector in zip(cases, asked, strict=True):
        cosines = vectors([case.target, *case.others]) @ vector
        ranks.append(int((cosines[1:] >= cosines[0]).sum()))
        best.append(cosines.max())
        best_of_others.append(cosines[1:].max(initial=-1.0))
    threshold = np.quantile(best, FALSE_REFUSALS)
    return Outcome(
        n=len(cases),
        first=float(np.mean(np.array(ranks) < 1)),
        among_five=float(np.mean(np.array(ranks) < 5)),
        refused=float(np.mean(np.array(best_of_others) < threshold)),
    )


def table_row(title: str, before: Outcome, after: Outcome) -> str:
    """A row of the table that training prints."""
    pairs = ((before.first, after.first), (before.among_five, after.among_five), (before.refused, after.refused))
    shares = " | ".join(f"{100 * old:.1f} % → {100 * new:.1f} %" for old, new in pairs)
    return f"| {title} | {before.n} | {shares} |"

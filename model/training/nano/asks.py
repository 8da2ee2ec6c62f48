"""Learns the map of asks from the lexicon: seconds of arithmetic, once all texts are embedded (a minute or two).

``foveal train asks`` prints how well asks find their targets on real screens before and after, and writes ``asks.npz``.
Nothing is learned from held-back intents, nor from the screens.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.instructions.intent_index import IntentIndex
from model.data.intents import Intent, load_intents
from model.data.screens import read_screens
from model.data.split import Part, part_of
from model.nano.asks import AskMap, AskWeights, unit
from model.nano.files import ASKS
from model.ocr.meaning import TextEncoder
from model.training.nano.ask_measure import (
    TABLE_HEAD,
    Case,
    Mapping,
    Shown,
    ask_cases,
    measured,
    plain_cases,
    table_row,
    texts_of,
    usable,
)
from model.training.nano.ask_pairs import (
    Pairs,
    PlainName,
    Vectors,
    ask_pairs,
    ask_texts,
    icon_texts,
    intent_target,
    joined,
    name_texts,
    plain_names,
    plain_pairs,
)
from model.training.nano.names import Embed, NameTable

_UNSEEN_PERCENT = 15
"""Of the asks of each intent, kept apart to measure other words for what is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecipe:
    """How the map is learned.

    Attributes:
        ridge: of the linear map, see ``_linear``.
        identity: how much of an ask stays as it is, beside what the linear map makes of it.
        icon_share: of icons in where an intent's names lie.
        temperature: of the memory.
        memory: how much it adds.
        n_plain: plain names that stay where they are.
        plain_weight: of each; of an ask 1.
        seed: of the choice of plain names.
    """

    ridge: float = 3.0
    identity: float = 0.15
    icon_share: float = 0.4
    temperature: float = 0.05
    memory: float = 0.75
    n_plain: int = 4000
    plain_weight: float = 1.0
    seed: int = 0


def learn(intents: Sequence[Intent], names: Sequence[PlainName], vectors: Vectors, recipe: AskRecipe) -> AskWeights:
    """Learn the map.

    Args:
        intents: to learn from, none held back.
        names: plain names as people type them.
        vectors: of all texts of both.
        recipe: see there.
    """
    targets = np.stack([intent_target(intent, vectors, icon_share=recipe.icon_share) for intent in intents])
    asks = ask_pairs(intents, targets, vectors)
    pairs = joined([asks, plain_pairs(names, vectors, weight=recipe.plain_weight)])
    weights = asks.weights[:, None]
    centre = np.asarray((asks.texts * weights).sum(axis=0) / weights.sum(), np.float32)
    target_centre = (asks.targets * weights).sum(axis=0) / weights.sum()
    own = replace(pairs, texts=pairs.texts - centre, targets=pairs.targets - target_centre)
    linear = _linear(own, recipe.ridge) + recipe.identity * np.eye(len(centre), dtype=np.float32)
    keys = [(vectors(ask_texts(intent)) - centre).mean(axis=0) for intent in intents]
    return AskWeights(
        centre=centre,
        linear=np.asarray(linear, np.float32),
        keys=unit(np.stack(keys)),
        values=np.asarray(recipe.memory * (targets - target_centre), np.float32),
        sharpness=1 / recipe.temperature,
    )


def _linear(pairs: Pairs, ridge: float) -> NDArray[np.float32]:
    """Ridge regression (Hoerl and Kennard 1970): (XᵀWX + λI)⁻¹ XᵀWY, [width, width]."""
    weighted = pairs.texts * pairs.weights[:, None]
    gram = weighted.T @ pairs.texts + ridge * np.eye(pairs.texts.shape[1], dtype=np.float32)
    return np.asarray(np.linalg.solve(gram, weighted.T @ pairs.targets), np.float32)


def lookup(table: NameTable) -> Vectors:
    """Vectors of texts by a table that holds them all."""

    def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = table.vectors[[table.rows[text] for text in texts]].astype(np.float32)
        return unit(rows)

    return vectors


def _is_kept_apart(intent: Intent, ask: str) -> bool:
    """Whether an ask of a learned intent is only measured on; depends on id and words alone."""
    return not intent.is_held_back and is_unseen(ask)


def is_unseen(ask: str) -> bool:
    """Whether an ask is one of the share that is kept apart."""
    return hashlib.blake2b(ask.encode(), digest_size=4).digest()[0] % 100 < _UNSEEN_PERCENT


def run(
    out: Path,
    *,
    lexicon: Sequence[Intent],
    strings: Sequence[str],
    screens: Sequence[dict[str, str]],
    recipe: AskRecipe,
    embed: Embed,
    on_progress: Callable[[str], None],
) -> None:
    """Learn, measure, tell a table, write.

    Args:
        out: folder for the map and the vectors of all texts.
        lexicon: all intents; those held back are only measured on.
        strings: of real interfaces.
        screens: to measure on, as from ``usable``.
        recipe: see there.
        embed: the text encoder.
        on_progress: is told the table's rows.
    """
    index = IntentIndex(lexicon)
    intents = [intent for intent in index.intents if not intent.is_held_back]
    rng = random.Random(recipe.seed)  # noqa: S311 - a choice of names, not secrets
    names = plain_names(strings, index.intents, n=recipe.n_plain, rng=rng)
    final = _cases(index, screens, rng, lambda intent, _: intent.is_held_back, "held-back intents")
    known = _cases(index, screens, rng, _is_kept_apart, "learned intents in other words")
    final["plain names"] = plain_cases(screens, rng=rng)
    texts = {text for intent in index.intents for text in (*name_texts(intent), *icon_texts(intent))}
    texts.update(text for intent in index.intents for text in ask_texts(intent))
    texts.update(text for name in names for text in (name.typed, name.name))
    texts.update(text for cases in (final | known).values() for text in texts_of(cases))
    vectors = lookup(NameTable.made(texts, embed, file=out / "texts.npy"))
    weights = learn(intents, names, vectors, recipe)
    weights.write(out / ASKS)
    on_progress(TABLE_HEAD)
    _report(final, vectors, AskMap.load(out / ASKS), on_progress)
    # What is shipped has seen these asks: another map, which has not, is measured on them.
    seen = [replace(intent, asks=tuple(ask for ask in intent.asks if not is_unseen(ask))) for intent in intents]
    _report(known, vectors, AskMap(learn(seen, names, vectors, recipe)), on_progress)


def _report(kinds: dict[str, list[Case]], vectors: Vectors, after: Mapping, on_progress: Callable[[str], None]) -> None:
    for title, cases in kinds.items():
        before = measured(cases, vectors, lambda asked: asked)
        on_progress(table_row(title, before, measured(cases, vectors, after)))


def _cases(
    index: IntentIndex,
    screens: Sequence[dict[str, str]],
    rng: random.Random,
    is_measured: Callable[[Intent, str], bool],
    title: str,
) -> dict[str, list[Case]]:
    """Cases of the asks that are measured, by what the element shows."""
    asks = [(k, ask) for k, intent in enumerate(index.intents) for ask in intent.asks if is_measured(intent, ask)]
    return {f"{title}, by {shown}": list(ask_cases(index, asks, screens, shown, rng=rng)) for shown in Shown}


def train_asks(
    out: Path, strings: Path, folders: Sequence[Path], *, seed: int, on_progress: Callable[[str], None]
) -> None:
    """Learn from the lexicon, and measure on the development part of collected screens.

    Args:
        out: folder of the run.
        strings: file of interface strings, one a line.
        folders: of collected screens.
        seed: of everything.
        on_progress: is told the table's rows.
    """
    screens = [screen for folder in folders for screen in read_screens(folder)]
    run(
        out,
        lexicon=load_intents(),
        strings=strings.read_text(encoding="utf-8").splitlines(),
        screens=usable(screen for screen in screens if part_of(screen) is Part.DEVELOPMENT),
        recipe=AskRecipe(seed=seed),
        embed=TextEncoder().embed,
        on_progress=on_progress,
    )

"""Instructions for what is not there: other screens' names, the lexicon's, near misses, places that do not exist."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from model.data.instructions.asks import Ask
from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.keys import key_of, shown, stems_of
from model.data.instructions.meant import is_of_title_bars, meaning
from model.data.instructions.named import by_name
from model.data.instructions.related import anchor_words
from model.data.instructions.reworded import sense_of
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.data.instructions.wording import cased, finished, noun
from model.data.screens import LabelledScreen, Source
from model.data.split import Part
from model.grounder import ElementKind

_ALIKE = 75.0
"""Names that resemble each other so much, of 100, may be meant for each other."""

_NEAR_ALIKE = 90.0
_LONGEST_COMPARED = 60
_MOST_WORDS, _LEAST_CHARS = 5, 4
_N_TRIES = 12
_NAMEABLE = frozenset({ElementKind.BUTTON, ElementKind.ICON, ElementKind.MENU, ElementKind.TAB, ElementKind.CHECKBOX})
_ABSENT_ROLES = (Role.BUTTON, Role.BUTTON, Role.ICON, Role.TAB, Role.MENU_ITEM, Role.CHECKBOX, Role.FIELD, Role.LINK)
_PLACES = ("next to", "to the right of", "to the left of", "below", "above", "beside")
_TITLE_BAR_WORDS = frozenset({"close", "minim", "maxim", "windo", "resto", "exit", "quit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """What should not be there."""

    name: str
    is_near_miss: bool

    def answers(self, scene: Scene) -> frozenset[int]:
        """Elements that resemble it."""
        if self.is_near_miss:
            return frozenset(i for i in scene.live if _resembles(scene, i, self.name))
        if not stems_of(self.name) & scene.stems and not _is_like_any(scene, self.name):
            return frozenset()
        return frozenset(scene.live)


def _is_like_any(scene: Scene, name: str) -> bool:
    keys = [key for keys in (scene.by_name, scene.by_picture) for key in keys if len(key) <= _LONGEST_COMPARED]
    return process.extractOne(key_of(name), keys, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None


def _resembles(scene: Scene, index: int, name: str) -> bool:
    """Whether a name is, up to words of the same meaning and their order, that of an element or a part of it."""
    key = key_of(name)
    words, stems = set(sense_of(key).split()), stems_of(name)
    return any(
        words <= set(sense_of(other).split())
        or (len(stems) > 1 and stems == stems_of(other))
        or fuzz.ratio(key, other) >= _NEAR_ALIKE
        for other in scene.names[index] | scene.pictured[index]
    )


def pool_of(screens: Sequence[LabelledScreen]) -> tuple[str, ...]:
    """Names of elements to ask for where they are not: of other screens."""
    names = {
        shown(element.text or element.name)
        for screen in screens
        for element in screen.elements
        if element.kind in _NAMEABLE
    }
    return tuple(sorted(name for name in names if _is_plain(name)))


def _is_plain(name: str) -> bool:
    n_letters = sum(char.isalpha() for char in name)
    return n_letters >= _LEAST_CHARS and n_letters >= 0.7 * len(name) and len(name.split()) <= _MOST_WORDS


def absent_draft(scene: Scene, index: IntentIndex, part: Part, pool: Sequence[str], rng: random.Random) -> Draft | None:
    """Ask for what is not there; None if nothing clear was found in a few tries."""
    chance = rng.random()
    if chance < 0.2:
        return _near_miss(scene, index, part, rng)
    for _ in range(_N_TRIES):
        draft = _by_ask(index, part, rng) if chance < 0.45 else _by_name(scene, index, part, pool, rng)
        name = draft.ask.name if isinstance(draft.ask, Absent) else ""
        if not _is_clear(scene, index, name) or draft.ask.answers(scene):
            continue
        return _beside_nothing(scene, name, rng) if chance > 0.85 else draft
    return None


def _draft(text: str, ask: Ask) -> Draft:
    return Draft(text=text, ask=ask, source=InstructionSource.NEGATIVE)


def _by_ask(index: IntentIndex, part: Part, rng: random.Random) -> Draft:
    intent = rng.choice(index.preferred(part))
    text = rng.choice(index.intents[intent].asks)
    return _draft(finished(text, rng), Absent(name=text, is_near_miss=False))


def _by_name(scene: Scene, index: IntentIndex, part: Part, pool: Sequence[str], rng: random.Random) -> Draft:
    if pool and rng.random() < 0.7:
        name = rng.choice(pool)
    else:
        name = shown(rng.choice(index.intents[rng.choice(index.preferred(part))].names))
    said = by_name(name, rng.choice(_ABSENT_ROLES), None, rng)
    return _draft(said.text, Absent(name=name, is_near_miss=False))


def _is_clear(scene: Scene, index: IntentIndex, name: str) -> bool:
    """Whether neither what it is for nor anything near is there, nor a title bar that may have it."""
    if not stems_of(name) or (scene.screen.source is Source.DESKTOP and stems_of(name) & _TITLE_BAR_WORDS):
        return False
    return not any(_is_there(scene, index, k) for k in index.named((key_of(name),)) | index.asked(key_of(name)))


def _is_there(scene: Scene, index: IntentIndex, intent: int) -> bool:
    if scene.screen.source is Source.DESKTOP and is_of_title_bars(index.intents[intent]):
        return True
    return any(
        key in by
        for k in (intent, *index.near[intent])
        for keys, by in ((index.name_keys[k], scene.by_name), (index.icon_keys[k], scene.by_picture))
        for key in keys
    )


def _near_miss(scene: Scene, index: IntentIndex, part: Part, rng: random.Random) -> Draft | None:
    """The plain name of something that is easily mistaken for what is there: "Save As" where only "Save" is."""
    for _ in range(_N_TRIES):
        i = rng.choice(scene.live)
        here = meaning(scene, index, i)
        others = sorted(k for k in index.near[here] if index.may_ask(k, part)) if here is not None else []
        if here is None or not others:
            continue
        other = rng.choice(others)
        name = shown(index.intents[other].names[0])
        there = any(key in scene.by_name for key in index.name_keys[other])
        there |= any(key in scene.by_picture for key in index.icon_keys[other])
        said_here = {sense_of(key) for key in index.name_keys[here]}
        if there or len(name.split()) < 2 or sense_of(key_of(name)) in said_here or not _is_near_clear(scene, name):
            continue
        ask = Absent(name=name, is_near_miss=True)
        if not ask.answers(scene):
            return _draft(by_name(name, scene.role(i) or Role.BUTTON, None, rng).text, ask)
    return None


def _is_near_clear(scene: Scene, name: str) -> bool:
    return scene.screen.source is not Source.DESKTOP or not stems_of(name) & _TITLE_BAR_WORDS


def _beside_nothing(scene: Scene, name: str, rng: random.Random) -> Draft:
    """Something that may be there, beside something that is not; or the other way round."""
    ask = Absent(name=name, is_near_miss=False)
    quoted_name = cased(name, rng)
    i = rng.choice(scene.live)
    anchor = anchor_words(scene, i, rng)
    role = rng.choice(_ABSENT_ROLES)
    if anchor is not None and rng.random() < 0.5:
        text = f"the {quoted_name} {noun(role, rng)} {rng.choice(_PLACES)} {anchor[0]}"
    else:
        text = f"the {noun(role, rng)} {rng.choice(_PLACES)} {quoted_name}"
    return _draft(finished(text, rng), ask)

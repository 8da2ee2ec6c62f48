"""Instructions by what an element does: the lexicon's ways of asking, other names of the same, other words."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from model.data.drawing.icons.names import icon_words
from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.keys import key_of, shown, words_of
from model.data.instructions.named import noun_phrase
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.data.instructions.wording import cased, finished, with_verb
from model.data.intents import Intent
from model.data.screens import LabelledElement, Source
from model.data.split import Part
from model.grounder import ElementKind

_OF_TITLE_BARS = re.compile(r"^(close|minimi[sz]e|maximi[sz]e|restore|roll-up|quit|exit|full-screen)-|window")
_NOT_WORDS = re.compile(r"[\\{}()=<>^_$%#@*~]")
_LEAST_LETTERS = 3
_MOST_REWORDED = 4
_DOERS = frozenset(
    {
        ElementKind.BUTTON,
        ElementKind.ICON,
        ElementKind.MENU,
        ElementKind.LINK,
        ElementKind.TAB,
        ElementKind.FIELD,
        ElementKind.CHECKBOX,
    }
)
_ASK_SHARE, _NAME_SHARE = 0.65, 0.2
_SAME_WORDS = (
    ("delete", "remove", "erase"),
    ("folder", "directory"),
    ("picture", "image", "photo"),
    ("settings", "preferences", "options"),
    ("quit", "exit"),
    ("find", "search"),
    ("begin", "start"),
    ("show", "display"),
    ("choose", "select", "pick"),
    ("edit", "modify", "change"),
    ("previous", "prior"),
    ("e mail", "email"),
    ("program", "application", "app"),
    ("colour", "color"),
    ("centre", "center"),
    ("information", "info"),
    ("favourites", "favorites"),
    ("reload", "refresh"),
    ("size", "dimensions"),
    ("big", "large"),
    ("sign in", "log in", "login"),
    ("sign out", "log out", "logout"),
    ("web site", "website", "site"),
    ("fullscreen", "full screen"),
)


class IntentIndex:
    """The lexicon, ready to be looked up by name and by icon.

    Attributes:
        intents: in the order given.
        near: by position, positions of intents that may be mistaken for it; both ways.
    """

    def __init__(self, intents: Sequence[Intent]) -> None:
        self.intents = tuple(intents)
        position = {intent.id: k for k, intent in enumerate(self.intents)}
        self.near: list[set[int]] = [{position[n] for n in intent.near if n in position} for intent in self.intents]
        for k, others in enumerate([*self.near]):
            for other in others:
                self.near[other].add(k)
        self.name_keys = [frozenset(map(key_of, intent.names)) for intent in self.intents]
        self.icon_keys = [frozenset(key_of(icon_words(icon)) for icon in intent.icons) - {""} for intent in intents]
        self._by_name = _inverted(self.name_keys)
        self._by_icon = _inverted(self.icon_keys)
        self._by_ask = _inverted([frozenset(map(key_of, intent.asks)) for intent in self.intents])
        self._held_back = frozenset(k for k, intent in enumerate(self.intents) if intent.is_held_back)
        self._free = tuple(k for k in range(len(self.intents)) if k not in self._held_back)

    def named(self, keys: Iterable[str]) -> frozenset[int]:
        """Intents that one of these names."""
        return frozenset(k for key in keys for k in self._by_name.get(key, ()))

    def pictured(self, keys: Iterable[str]) -> frozenset[int]:
        """Intents that an icon of one of these names stands for."""
        return frozenset(k for key in keys for k in self._by_icon.get(key, ()))

    def asked(self, key: str) -> frozenset[int]:
        """Intents that people ask for in these very words."""
        return frozenset(self._by_ask.get(key, ()))

    def may_ask(self, intent: int, part: Part) -> bool:
        """Whether a part may use what an intent says: training never sees what is held back."""
        return part is not Part.TRAINING or intent not in self._held_back

    def preferred(self, part: Part) -> Sequence[int]:
        """The intents that a part is for: what is held back is there to be measured on."""
        return self._free if part is Part.TRAINING else tuple(sorted(self._held_back)) or self._free


def _inverted(keys: Sequence[frozenset[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for k, of_intent in enumerate(keys):
        for key in of_intent:
            found[key].append(k)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What an intent is for.

    Attributes:
        index: of the lexicon.
        intent: position in it.
        is_loose: whether the words may also be meant for what is near, as those of an ask may.
        others: what an element may not be called; keys of the words themselves, and parts of them.
    """

    index: IntentIndex
    intent: int
    is_loose: bool
    others: frozenset[str]

    def answers(self, scene: Scene) -> frozenset[int]:
        """All that do it; none if something else could be meant."""
        found, doubtful = elements_for(scene, self.index, self.intent)
        if not found or doubtful:
            return frozenset()
        if self.is_loose and any(near - found for near in _near(scene, self.index, self.intent)):
            return frozenset()
        together = scene.whole(found)
        rivals = {i for key in self.others for i in scene.by_name.get(key, ())}
        return frozenset() if rivals - together else found


def elements_for(scene: Scene, index: IntentIndex, intent: int) -> tuple[frozenset[int], bool]:
    """Elements that are there for an intent, and whether others look as if they were."""
    named = {i for key in index.name_keys[intent] for i in scene.by_name.get(key, ())}
    named = {i for i in named if scene.elements[i].kind in _DOERS}
    pictured = {i for key in index.icon_keys[intent] for i in scene.by_picture.get(key, ())} - named
    known = {key for i in named for key in scene.names[i]}
    doubtful = {i for i in pictured if scene.elements[i].kind is ElementKind.ICON and not scene.names[i] & known}
    is_nameless = all(not scene.elements[i].name for i in doubtful)
    if not named and is_nameless:
        return frozenset(doubtful), False
    in_bar = any(Role.MENU in scene.roles[i] for i in named)
    return frozenset(named | (pictured - doubtful)), bool(doubtful) or in_bar


def _near(scene: Scene, index: IntentIndex, intent: int) -> Iterable[frozenset[int]]:
    for other in index.near[intent]:
        yield frozenset(
            i
            for keys, by in ((index.name_keys[other], scene.by_name), (index.icon_keys[other], scene.by_picture))
            for key in keys
            for i in by.get(key, ())
            if scene.elements[i].kind in _DOERS and (by is scene.by_name or not scene.elements[i].text)
        )


def meaning(scene: Scene, index: IntentIndex, element_index: int) -> int | None:
    """The one intent that an element surely is there for; None if it is unknown, or it may be several.

    A name of one word has many meanings in many programs ("Log", "Post"): it counts if the icon says the same, or if
    it is the first name of the only intent that has it and icons are called so, too ("Copy").
    """
    element = scene.elements[element_index]
    if element.kind not in _DOERS or Role.MENU in scene.roles[element_index]:
        return None
    name = _own_name(element)
    key = key_of(name)
    is_name = bool(key) and not _NOT_WORDS.search(name) and sum(char.isalpha() for char in name) >= _LEAST_LETTERS
    named = index.named((key,)) if is_name else frozenset()
    pictured = index.pictured(scene.pictured[element_index])
    if len(named & pictured) == 1:
        return next(iter(named & pictured))
    if len(named) == 1:
        (intent,) = named
        is_first = key_of(index.intents[intent].names[0]) == key
        is_sure = is_first and any(key in icon.split() for icon in index.icon_keys[intent])
        is_many_words = " " in key and (is_first or element.kind is not ElementKind.FIELD)
        return intent if is_many_words or (is_sure and element.kind is not ElementKind.TAB) else None
    if not element.name and element.kind is ElementKind.ICON and len(pictured) == 1:
        return next(iter(pictured))
    return None


def _own_name(element: LabelledElement) -> str:
    if element.kind is ElementKind.FIELD:
        return shown(element.label or (element.name if element.name != element.text else ""))
    return shown(element.text or element.name or element.label)


def is_of_title_bars(intent: Intent) -> bool:
    """Whether title bars have a button for it, of which labelled desktop screens know nothing."""
    return bool(_OF_TITLE_BARS.search(intent.id))


def meant_draft(scene: Scene, index: IntentIndex, element_index: int, part: Part, rng: random.Random) -> Draft | None:
    """Ask for an element by what it does; None if that is not known."""
    intent = meaning(scene, index, element_index)
    role = scene.role(element_index)
    if role is None:
        return None
    if intent is None or not index.may_ask(intent, part):
        return _reworded(scene, element_index, role, rng)
    entry = index.intents[intent]
    if scene.screen.source is Source.DESKTOP and is_of_title_bars(entry):
        return None
    chance = rng.random()
    if chance < _ASK_SHARE:
        ask = rng.choice(entry.asks)
        meant = Meant(index=index, intent=intent, is_loose=True, others=_parts(ask))
        return Draft(text=finished(ask, rng), ask=meant, source=InstructionSource.PARAPHRASE)
    if chance < _ASK_SHARE + _NAME_SHARE:
        return _other_name(scene, index, intent, role, rng)
    return _reworded(scene, element_index, role, rng)


def _other_name(scene: Scene, index: IntentIndex, intent: int, role: Role, rng: random.Random) -> Draft | None:
    names = [name for name in index.intents[intent].names if key_of(name) not in scene.by_name]
    names = [name for name in names if len(index.named((key_of(name),))) == 1 and " " in name]
    if not names:
        return None
    name = shown(rng.choice(names))
    meant = Meant(index=index, intent=intent, is_loose=False, others=frozenset())
    return Draft(text=_said(name, role, rng), ask=meant, source=InstructionSource.PARAPHRASE)


def _said(name: str, role: Role, rng: random.Random) -> str:
    name = cased(name, rng)
    if rng.random() < 0.5:
        name, _ = noun_phrase(name, role, rng)
    return finished(with_verb(name, role, rng) if rng.random() < 0.3 else name, rng)


def _parts(text: str) -> frozenset[str]:
    """Keys of all runs of words of a text that are long enough to be a name of something else."""
    words = [word for word in words_of(text) if word.isalnum()]
    runs = (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + 4) + 1))
    return frozenset(run for run in runs if len(run) > _LEAST_LETTERS)


# ------------------------------------------------------------------------------------ other words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """What is called so, or so in other words; ``sense`` is what ``sense_of`` makes of the name."""

    sense: str

    def answers(self, scene: Scene) -> frozenset[int]:
        """All whose names mean the same; none if one of them is a text and no more."""
        return frozenset(i for i in scene.live if any(sense_of(key) == self.sense for key in scene.names[i]))


@lru_cache(maxsize=65536)
def sense_of(key: str) -> str:
    """A key with words of the same meaning made the same."""
    for words in _SAME_WORDS:
        for word in words[1:]:
            key = re.sub(rf"\b{word}\b", words[0], key)
    return key


def _reworded(scene: Scene, index: int, role: Role, rng: random.Random) -> Draft | None:
    element = scene.elements[index]
    if element.kind not in _DOERS or role is Role.MENU:
        return None
    key = key_of(_own_name(element))
    if len(key.split()) > _MOST_REWORDED:
        return None
    swaps = [
        re.sub(rf"\b{word}\b", other, key)
        for words in _SAME_WORDS
        for word in words
        if re.search(rf"\b{word}\b", key)
        for other in words
        if other != word
    ]
    swaps = [swap for swap in swaps if swap not in scene.by_name and _NOT_WORDS.search(swap) is None]
    if not swaps:
        return None
    ask = Reworded(sense=sense_of(key))
    return Draft(text=_said(rng.choice(swaps), role, rng), ask=ask, source=InstructionSource.PARAPHRASE)

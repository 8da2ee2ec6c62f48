"""Instructions by what an element does: the lexicon's ways of asking, other names of the same, other words."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.keys import is_code, key_of, shown, words_of
from model.data.instructions.named import other_words
from model.data.instructions.reworded import reworded_draft
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.data.instructions.wording import finished
from model.data.intents import Intent
from model.data.screens import Source
from model.data.split import Part
from model.grounder import ElementKind

_OF_TITLE_BARS = re.compile(r"^(close|minimi[sz]e|maximi[sz]e|restore|roll-up|quit|exit|full-screen)-|window")
_LEAST_LETTERS = 3
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
    name = _own_name(scene, element_index)
    key = key_of(name)
    is_name = bool(key) and not is_code(name) and sum(char.isalpha() for char in name) >= _LEAST_LETTERS
    named = index.named((key,)) if is_name else frozenset()
    # Where an icon is only known by the name of the element it says nothing more.
    pictured = index.pictured(scene.pictured[element_index] - scene.names[element_index])
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


def _own_name(scene: Scene, index: int) -> str:
    element = scene.elements[index]
    label = element.label if scene.shows_label(index) else ""
    return shown(label if element.kind is ElementKind.FIELD else element.text or label or element.name)


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
        return reworded_draft(scene, element_index, role, rng)
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
    return reworded_draft(scene, element_index, role, rng)


def _other_name(scene: Scene, index: IntentIndex, intent: int, role: Role, rng: random.Random) -> Draft | None:
    names = [name for name in index.intents[intent].names if key_of(name) not in scene.by_name]
    names = [name for name in names if len(index.named((key_of(name),))) == 1 and " " in name]
    if not names:
        return None
    name = shown(rng.choice(names))
    meant = Meant(index=index, intent=intent, is_loose=False, others=frozenset())
    return Draft(text=other_words(name, role, rng), ask=meant, source=InstructionSource.PARAPHRASE)


def _parts(text: str) -> frozenset[str]:
    """Keys of all runs of words of a text that are long enough to be a name of something else."""
    words = [word for word in words_of(text) if word.isalnum()]
    runs = (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + 4) + 1))
    return frozenset(run for run in runs if len(run) > _LEAST_LETTERS)

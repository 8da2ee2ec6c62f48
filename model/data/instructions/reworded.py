"""Instructions by name in other words: "remove" for "Delete", "folder" for "Directory"."""

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.keys import is_code, key_of
from model.data.instructions.named import other_words, shown_name
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.grounder import ElementKind

_MOST_WORDS = 4
_NOT_REWORDED = frozenset({ElementKind.TEXT, ElementKind.RADIO, ElementKind.OTHER})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """What is called so, or so in other words; ``sense`` is what ``sense_of`` makes of the name."""

    sense: str

    def answers(self, scene: Scene) -> frozenset[int]:
        """All whose names mean the same."""
        return frozenset(i for i in scene.live if any(sense_of(key) == self.sense for key in scene.names[i]))


@lru_cache(maxsize=65536)
def sense_of(key: str) -> str:
    """A key with words of the same meaning made the same."""
    for words in _SAME_WORDS:
        for word in words[1:]:
            key = re.sub(rf"\b{word}\b", words[0], key)
    return key


def reworded_draft(scene: Scene, index: int, role: Role, rng: random.Random) -> Draft | None:
    """Ask for an element by its name with a word of the same meaning; None if no word has one."""
    if scene.elements[index].kind in _NOT_REWORDED or role is Role.MENU:
        return None
    name = shown_name(scene, index, rng)
    key = key_of(name)
    if len(key.split()) > _MOST_WORDS or is_code(name):
        return None
    swaps = [
        re.sub(rf"\b{word}\b", other, key)
        for words in _SAME_WORDS
        for word in words
        if re.search(rf"\b{word}\b", key)
        for other in words
        if other != word
    ]
    swaps = [swap for swap in swaps if swap not in scene.by_name]
    if not swaps:
        return None
    ask = Reworded(sense=sense_of(key))
    return Draft(text=other_words(rng.choice(swaps), role, rng), ask=ask, source=InstructionSource.PARAPHRASE)

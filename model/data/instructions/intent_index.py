"""The lexicon of intents, ready to be looked up by name, by icon and by ask."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from model.data.drawing.icons.names import icon_words
from model.data.instructions.keys import key_of
from model.data.intents import Intent
from model.data.split import Part


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

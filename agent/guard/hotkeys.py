"""Which hotkey a stream of key presses and releases amounts to. Pure: time comes in as an argument."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.control._keys import MODIFIER_OF_KEYSYM
from agent.control.keys import FUNCTION_KEYS, MODIFIERS, parse_keys
from agent.errors import ControlError
from agent.guard.messages import HotkeyName

# While a key is held, servers repeat it as release and press in the same instant.
_REPEAT_GAP_S = 0.02
_ALONE_ALLOWED = (*FUNCTION_KEYS, "printscreen", "menu", "insert")


def parse_hotkeys(hotkeys: Mapping[HotkeyName, str]) -> dict[HotkeyName, tuple[str, ...]]:
    """Understand combinations such as "ctrl+alt+space": modifiers, sorted, and one other key, last.

    Raises:
        ControlError: no such key; not exactly one key that is no modifier; a key that typing needs, without
            modifiers; the same combination twice.
    """
    parsed = {name: _parse(combination) for name, combination in hotkeys.items()}
    users = dict[tuple[str, ...], HotkeyName]()
    for name, keys in parsed.items():
        if keys in users:
            raise ControlError(
                f"The combination “{'+'.join(keys)}” is meant for both “{users[keys]}” and “{name}”.",
                hint="Choose another one for one of them.",
            )
        users[keys] = name
    return parsed


def _parse(combination: str) -> tuple[str, ...]:
    keys = parse_keys(combination)
    others = [key for key in keys if key not in MODIFIERS]
    if len(others) != 1:
        raise ControlError(
            f"“{combination}” is no hotkey.", hint="A hotkey is one key together with Ctrl, Alt, Shift or Super."
        )
    modifiers = tuple(key for key in MODIFIERS if key in keys)
    if modifiers in ((), ("shift",)) and others[0] not in _ALONE_ALLOWED:
        raise ControlError(
            f"“{combination}” is needed for typing and cannot be a hotkey.", hint="Add Ctrl, Alt or Super to it."
        )
    return (*modifiers, others[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A hotkey as the keyboard has it: modifiers, and every keysym that its key can give (layouts, levels)."""

    modifiers: frozenset[str]
    keysyms: frozenset[int]


class HotkeyTracker:
    """Follows what is down and says when a hotkey is complete.

    The stop is also heard with more modifiers down than it needs; the others only with exactly theirs.
    """

    def __init__(self, bindings: Mapping[HotkeyName, Binding]) -> None:
        self._bindings = dict(bindings)
        self._modifiers: set[str] = set()
        self._down: set[int] = set()
        self._released_at_s: dict[int, float] = {}

    def rebind(self, bindings: Mapping[HotkeyName, Binding]) -> None:
        """Listen to other combinations; what is down stays known."""
        self._bindings = dict(bindings)

    def press(self, keysym: int, now_s: float) -> HotkeyName | None:
        """A key went down; the hotkey that this completes, if any. Repeats of a held key complete nothing."""
        if keysym in MODIFIER_OF_KEYSYM:
            self._modifiers.add(MODIFIER_OF_KEYSYM[keysym])
            return None
        is_repeat = keysym in self._down or now_s - self._released_at_s.pop(keysym, -1.0) < _REPEAT_GAP_S
        self._down.add(keysym)
        return None if is_repeat else self._complete(keysym)

    def release(self, keysym: int, now_s: float) -> None:
        """A key went up."""
        self._modifiers.discard(MODIFIER_OF_KEYSYM.get(keysym, ""))
        if keysym in self._down:
            self._down.discard(keysym)
            self._released_at_s = {keysym: now_s}

    def _complete(self, keysym: int) -> HotkeyName | None:
        for name, binding in self._bindings.items():
            is_exact = self._modifiers == binding.modifiers
            is_enough = is_exact or (name is HotkeyName.STOP and self._modifiers >= binding.modifiers)
            if keysym in binding.keysyms and is_enough:
                return name
        return None

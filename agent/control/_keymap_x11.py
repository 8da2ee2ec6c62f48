"""The keyboard layout as X11 tells it, and spare keycodes lent to characters that the layout lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from Xlib import X

from agent.cancel import StopSwitch
from agent.control._keys import LEVEL3_SHIFT, SHIFT, keysym_of

# Columns of the core keyboard mapping (XKB protocol, "Core Keyboard Mapping"): group 1 levels 1-2, group 2 levels
# 1-2, then group 1 levels 3-4. Groups 3 and 4 cannot be seen this way; their characters go by spare keycodes.
_COLUMNS = {0: (0, 1, 4, 5), 1: (2, 3)}
_MIN_KEYCODE = 8
# All four core columns alike, so that neither Shift nor a second layout changes what a lent keycode gives.
_N_LENT_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Stroke:
    """A keycode and the keycodes of the modifiers (Shift, level-3 shift) that give the character."""

    keycode: int
    modifiers: tuple[int, ...] = ()


def unmap(display: Any, keycode: int) -> None:
    """Let a keycode that was lent give nothing again."""
    display.change_keyboard_mapping(keycode, [[X.NoSymbol] * _N_LENT_COLUMNS])


class Keymap:
    """What each key gives now. Read anew with ``reload`` before it is used: people switch layouts.

    What is lent is noted in ``stop``, so that the guard can take it back should this process be killed.
    """

    def __init__(self, display: Any, stop: StopSwitch) -> None:
        self._display = display
        self._stop = stop
        self._max_keycode: int = display.display.info.max_keycode
        self._strokes: dict[int, Stroke] = {}
        self._keycodes: dict[int, int] = {}
        self._spare: list[int] = []
        self._lent: dict[int, int] = {}

    def reload(self) -> None:
        """Read the layout and its active group from the server."""
        rows = self._display.get_keyboard_mapping(_MIN_KEYCODE, self._max_keycode - _MIN_KEYCODE + 1)
        lent = set(self._lent.values())
        self._spare = [code for code, row in self._rows(rows) if not any(row) or code in lent]
        self._keycodes = {}
        for code, row in self._rows(rows):
            for keysym in row[:1]:
                self._keycodes.setdefault(keysym, code)
        self._strokes = self._read_strokes(rows)

    @property
    def n_spare(self) -> int:
        """How many characters can be lent a keycode at once."""
        return len(self._spare)

    def keycode_of(self, keysym: int) -> int | None:
        """Keycode that gives a keysym without modifiers, in the first layout."""
        return self._keycodes.get(keysym)

    def stroke_of(self, character: str) -> Stroke | None:
        """How to type a character now; None if it needs a spare keycode."""
        keysym = keysym_of(character)
        if keysym in self._lent:
            return Stroke(self._lent[keysym])
        return self._strokes.get(keysym)

    def lend(self, characters: Sequence[str]) -> None:
        """Give each character a spare keycode, taking back those of characters lent before.

        Whatever was sent with the old ones must have been read by then.
        """
        keysyms = [keysym_of(character) for character in characters]
        free = [code for code in self._spare if code not in {self._lent.get(keysym) for keysym in keysyms}]
        lent = {keysym: self._lent[keysym] for keysym in keysyms if keysym in self._lent}
        for keysym in keysyms:
            if keysym not in lent:
                lent[keysym] = free.pop(0)
                self._stop.lend(lent[keysym])
                self._display.change_keyboard_mapping(lent[keysym], [[keysym] * _N_LENT_COLUMNS])
        stale = set(self._lent.values()) - set(lent.values())
        self._lent = lent | {keysym: code for keysym, code in self._lent.items() if code in stale}
        self._display.sync()

    def restore(self) -> None:
        """Take every lent keycode back."""
        for code in self._lent.values():
            unmap(self._display, code)
        self._display.sync()
        for code in self._lent.values():
            self._stop.take_back(code)
        self._lent = {}

    def _rows(self, rows: Sequence[Sequence[int]]) -> list[tuple[int, Sequence[int]]]:
        return list(enumerate(rows, _MIN_KEYCODE))

    def _read_strokes(self, rows: Sequence[Sequence[int]]) -> dict[int, Stroke]:
        shift, level3 = self._keycodes.get(SHIFT), self._keycodes.get(LEVEL3_SHIFT)
        modifiers = ((), (shift,), (level3,), (level3, shift))
        strokes: dict[int, Stroke] = {}
        for level, column in enumerate(_COLUMNS.get(self._active_group(), ())):
            needed = tuple(code for code in modifiers[level] if code is not None)
            if len(needed) != len(modifiers[level]):
                continue
            for code, row in self._rows(rows):
                if column < len(row) and row[column] and code not in self._lent.values():
                    strokes.setdefault(row[column], Stroke(code, needed))
        return strokes

    def _active_group(self) -> int:
        state = self._display.screen().root.query_pointer().mask
        return int(state >> 13 & 3)  # XKB protocol, "Core state": the group is in bits 13 and 14

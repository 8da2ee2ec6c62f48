"""The guard's own connection to an X11 display: grabs, the pointer, releases."""

import itertools
import time
from collections.abc import Sequence
from typing import Any

import Xlib.error
from Xlib import X
from Xlib.ext import xtest

from agent.control._desktop import outer_corners
from agent.control._keymap_x11 import unmap
from agent.control._keys import KEYSYMS, NUM_LOCK, SCROLL_LOCK, keysym_of
from agent.control._monitors_x11 import monitors_pt
from agent.errors import ControlError
from agent.geometry import Point
from agent.guard.hotkeys import Binding
from agent.x11 import connect

_MASKS = {"ctrl": X.ControlMask, "shift": X.ShiftMask, "alt": X.Mod1Mask, "super": X.Mod4Mask}
_CORNERS_FRESH_S = 2.0


class X11View:
    """See ``agent.guard._watch.DisplayView``; also takes hotkeys for us alone.

    Raises:
        ControlError: the display cannot be reached.
    """

    def __init__(self) -> None:
        self._display: Any = connect(ControlError)
        self._root = self._display.screen().root
        self._grabs: list[tuple[int, int]] = []
        self._corners: Sequence[Point] = ()
        self._corners_at_s = -_CORNERS_FRESH_S

    def pointer_pt(self) -> Point:
        """Where the pointer is."""
        answer = self._root.query_pointer()
        return Point(answer.root_x, answer.root_y)

    def corners_pt(self) -> Sequence[Point]:
        """The outer corners of the monitors, asked anew every few seconds."""
        now_s = time.monotonic()
        if now_s - self._corners_at_s >= _CORNERS_FRESH_S:
            self._corners = outer_corners(monitors_pt(self._display))
            self._corners_at_s = now_s
        return self._corners

    def release(self, code: int) -> None:
        """Release a keycode (positive) or mouse button (negative)."""
        xtest.fake_input(self._display, X.KeyRelease if code > 0 else X.ButtonRelease, abs(code))
        self._display.sync()

    def take_back(self, keycode: int) -> None:
        """Let a keycode that was lent to a character give nothing again."""
        unmap(self._display, keycode)
        self._display.sync()

    def binding(self, keys: tuple[str, ...]) -> Binding:
        """A combination as the present layout has it. The last key is the one that is no modifier."""
        keysym = _keysym(keys[-1])
        columns = range(8)
        keysyms = {
            self._display.keycode_to_keysym(code, column) for code in self._keycodes(keysym) for column in columns
        }
        return Binding(modifiers=frozenset(keys[:-1]), keysyms=frozenset({keysym, *keysyms} - {X.NoSymbol}))

    def grab(self, keys: tuple[str, ...]) -> bool:
        """Take a combination, so that no other program gets it too; False if another one has it."""
        modifiers = sum(_MASKS[key] for key in keys[:-1])
        taken: list[tuple[int, int]] = []
        for code, locks in itertools.product(self._keycodes(_keysym(keys[-1])), self._lock_masks()):
            failed = Xlib.error.CatchError(Xlib.error.BadAccess)
            self._root.grab_key(code, modifiers | locks, True, X.GrabModeAsync, X.GrabModeAsync, onerror=failed)
            self._display.sync()
            if failed.get_error():
                self._ungrab(taken)
                return False
            taken.append((code, modifiers | locks))
        self._grabs += taken
        return True

    def ungrab_all(self) -> None:
        """Give every combination back."""
        self._ungrab(self._grabs)
        self._grabs = []

    def drain(self) -> None:
        """Throw away what the grabs deliver: presses are heard by the listener, which also works in menus."""
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)

    def close(self) -> None:
        """Disconnect, which gives the grabs back."""
        self._display.close()

    def _ungrab(self, grabs: Sequence[tuple[int, int]]) -> None:
        for code, modifiers in grabs:
            self._root.ungrab_key(code, modifiers)
        self._display.sync()

    def _keycodes(self, keysym: int) -> list[int]:
        """The key that gives a keysym with the fewest modifiers; none if the layout lacks it."""
        return [code for code, _ in self._display.keysym_to_keycodes(keysym)][:1]

    def _lock_masks(self) -> list[int]:
        """Every combination of the lock modifiers: a grab is for one exact state."""
        locks: list[int] = [X.LockMask]
        lock_codes = {code for keysym in (NUM_LOCK, SCROLL_LOCK) for code in self._keycodes(keysym)}
        for index, codes in enumerate(self._display.get_modifier_mapping()):
            if index >= X.Mod1MapIndex and lock_codes & set(codes):
                locks.append(1 << index)
        chosen = itertools.chain.from_iterable(itertools.combinations(locks, n) for n in range(len(locks) + 1))
        return [sum(masks) for masks in chosen]


def _keysym(key: str) -> int:
    return KEYSYMS[key] if key in KEYSYMS else keysym_of(key)

"""Keys on X11: named ones through pyautogui, characters by XTest, exactly."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from Xlib import X
from Xlib.ext import xtest

from agent.control._gate import Gate
from agent.control._keymap_x11 import Keymap, Stroke
from agent.control._keys import CAPS_LOCK, KEYSYMS, NUM_LOCK, RETURN, SCROLL_LOCK, SHIFT, TAB, pyautogui_name
from agent.control._pyautogui import failsafe_is_stop
from agent.control._settle_x11 import Settler
from agent.control.keys import check_keys
from agent.errors import ControlError

_FOREIGN_MODIFIER_TIMEOUT_S = 3.0
_TAP_S = 0.02


class X11Keyboard:
    """Presses combinations and gives single strokes; typing whole texts is ``_typing_x11``."""

    def __init__(self, display: Any, pyautogui: Any, gate: Gate) -> None:
        self._display = display
        self._pyautogui = pyautogui
        self._gate = gate
        self._root = display.screen().root
        self.keymap = Keymap(display, gate.stop)
        self.settler = Settler(display, gate)

    def press(self, keys: tuple[str, ...], hold_s: float) -> None:
        """Press keys together, hold, release in reverse order."""
        check_keys(keys)
        self.keymap.reload()
        needs_lending = [key for key in keys if len(key) == 1 and self._is_missing(key)]
        try:
            if needs_lending:
                self._lend(needs_lending)
            self.wait_for_free_modifiers()
            with ExitStack() as held:
                for key in keys:
                    held.enter_context(self._named_down(key) if len(key) > 1 else self._character_down(key, keys))
                self._gate.wait(max(hold_s, _TAP_S))
            if needs_lending:
                self.settler.settle()
        finally:
            if needs_lending:
                self.keymap.restore()

    def stroke(self, stroke: Stroke) -> None:
        """Give one stroke. Its presses and releases leave in one packet: nothing can come in between."""
        self._gate.check()
        codes = (*stroke.modifiers, stroke.keycode)
        with ExitStack() as held:
            for code in codes:
                held.enter_context(self._gate.holding(code))
            for code in codes:
                xtest.fake_input(self._display, X.KeyPress, code)
            for code in reversed(codes):
                xtest.fake_input(self._display, X.KeyRelease, code)
            self._display.sync()

    def release(self, code: int) -> None:
        """Release a keycode (positive) or mouse button (negative).

        Never through pyautogui, which refuses every event, releases too, while the pointer is in a corner.
        """
        kind = X.KeyRelease if code > 0 else X.ButtonRelease
        xtest.fake_input(self._display, kind, abs(code))
        self._display.sync()

    def wait_for_free_modifiers(self) -> None:
        """Wait until nobody holds Ctrl, Shift, Alt and the like: they would change what is typed.

        Raises:
            ControlError: one is still held after a few seconds.
        """
        deadline = time.monotonic() + _FOREIGN_MODIFIER_TIMEOUT_S
        while self._modifier_state() & self._disturbing_mask():
            if time.monotonic() > deadline:
                raise ControlError(
                    "A key such as Ctrl, Shift or Alt is being held down.", hint="Let go of it and try again."
                )
            self._gate.wait(_TAP_S)

    @contextmanager
    def without_caps_lock(self) -> Iterator[None]:
        """Switch Caps Lock off and afterwards on again if it was on."""
        code = self.keymap.keycode_of(CAPS_LOCK)
        if not self._modifier_state() & X.LockMask or code is None:
            yield
            return
        self.stroke(Stroke(code))
        try:
            yield
        finally:
            for kind in (X.KeyPress, X.KeyRelease):
                xtest.fake_input(self._display, kind, code)
            self._display.sync()

    def keycode_of_key(self, keysym: int, name: str) -> int:
        """Keycode of a key that is no character."""
        code = self.keymap.keycode_of(keysym)
        if code is None:
            raise ControlError(f"This keyboard layout has no key “{name}”.")
        return code

    def stroke_of(self, character: str) -> Stroke | None:
        """How to type a character; None if it needs a spare keycode first."""
        if character == "\n":
            return Stroke(self.keycode_of_key(RETURN, "enter"))
        if character == "\t":
            return Stroke(self.keycode_of_key(TAB, "tab"))
        return self.keymap.stroke_of(character)

    @contextmanager
    def _named_down(self, key: str) -> Iterator[None]:
        code = self.keycode_of_key(KEYSYMS[key], key)
        with self._down(code):
            with failsafe_is_stop():
                self._pyautogui.keyDown(pyautogui_name(key))
            yield

    @contextmanager
    def _character_down(self, key: str, keys: tuple[str, ...]) -> Iterator[None]:
        # pyautogui knows US characters only, and those at the places they had when it was imported.
        stroke = self.keymap.stroke_of(key)
        if stroke is None:
            raise ControlError(f"This keyboard layout has no key for “{key}”.")
        shift = self.keymap.keycode_of(SHIFT)
        with ExitStack() as held:
            for code in (*stroke.modifiers, stroke.keycode):
                if code == shift and "shift" in keys:
                    continue
                held.enter_context(self._down(code))
                xtest.fake_input(self._display, X.KeyPress, code)
                self._display.sync()
            yield

    @contextmanager
    def _down(self, code: int) -> Iterator[None]:
        """Around a press: checked before, noted while, released after."""
        self._gate.check()
        with self._gate.holding(code):
            try:
                yield
            finally:
                self.release(code)

    def _is_missing(self, character: str) -> bool:
        return self.keymap.stroke_of(character) is None

    def _lend(self, characters: list[str]) -> None:
        if len(characters) > self.keymap.n_spare:
            raise ControlError(f"This keyboard layout has no room for “{characters[-1]}”.")
        self.keymap.lend(characters)

    def _modifier_state(self) -> int:
        return int(self._root.query_pointer().mask)

    def _disturbing_mask(self) -> int:
        """Modifier bits that change what a key gives: all but those of the locks."""
        locks = {self.keymap.keycode_of(keysym) for keysym in (NUM_LOCK, SCROLL_LOCK)}
        mask: int = X.ShiftMask | X.ControlMask
        for index, codes in enumerate(self._display.get_modifier_mapping()):
            if index >= X.Mod1MapIndex and not locks & set(codes):
                mask |= 1 << index
        return mask

"""Typing any text exactly on X11.

Characters of the layout by their own key; all others by spare keycodes lent to them, as many at once as there are, so
that a mapping is seldom changed and never before the program has read what was typed with it. One toolkit drops some
characters however they are typed; those are pasted.
"""

import itertools
import unicodedata
from collections.abc import Iterator

from agent.control._clipboard_x11 import X11Clipboard
from agent.control._gate import Gate, Interrupted
from agent.control._keyboard_x11 import X11Keyboard
from agent.errors import ControlError, Paused
from agent.types import TypeText

# Programs that fall behind would go on writing after a stop; every so many characters they are let catch up.
_N_CHARACTERS_AHEAD = 32
_GAP_S = 0.002
_MAPPING_READ_S = 0.03


class X11Typist:
    """Types texts with an ``X11Keyboard``."""

    def __init__(self, keyboard: X11Keyboard, gate: Gate) -> None:
        self._keyboard = keyboard
        self._gate = gate
        self._clipboard: X11Clipboard | None = None
        self._n_typed = 0

    def type(self, text: str) -> None:
        """Type a text; newline is Enter, tab is Tab.

        Raises:
            ControlError: it holds control characters, or characters that the layout has no room for.
            agent.errors.Cancelled: the stop was pulled.
            agent.errors.Paused: the run was paused before the end of the text.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        check_typable(text)
        keymap = self._keyboard.keymap
        keymap.reload()
        self._n_typed = 0
        pieces = _split_pasted(text) if self._keyboard.settler.is_qt_focused() else [(text, False)]
        try:
            self._keyboard.wait_for_free_modifiers()
            with self._keyboard.without_caps_lock():
                for piece, is_pasted in pieces:
                    if is_pasted:
                        self._paste(piece)
                    else:
                        self._type_piece(piece)
        except Interrupted as exc:
            # What was typed has to be read with the keys that it was typed with, before those are taken back.
            self._keyboard.settler.settle()
            if self._n_typed < len(text):
                done = TypeText(text=text[: self._n_typed]) if self._n_typed else None
                raise Paused(done=done, rest=TypeText(text=text[self._n_typed :])) from exc
        finally:
            keymap.restore()

    def close(self) -> None:
        """Give up the clipboard."""
        if self._clipboard is not None:
            self._clipboard.close()
            self._clipboard = None

    def _paste(self, piece: str) -> None:
        if self._clipboard is None:
            self._clipboard = X11Clipboard(self._gate)
        # Of the paste keys the one that terminals know too.
        self._clipboard.paste(piece, lambda: self._keyboard.press(("shift", "insert"), 0.0))
        self._n_typed += len(piece)
        self._keyboard.settler.settle()

    def _type_piece(self, piece: str) -> None:
        is_lending = False
        for chunk, missing in self._chunks(piece):
            if missing:
                if is_lending:
                    self._keyboard.settler.settle()
                is_lending = True
                self._keyboard.keymap.lend(missing)
                # Chromium reads a changed mapping a little after it was told of the change.
                self._keyboard.settler.settle()
                self._gate.wait(_MAPPING_READ_S)
            self._type_chunk(chunk)
        # Also where nothing was lent: a paste that follows must not overtake.
        self._keyboard.settler.settle()

    def _type_chunk(self, chunk: str) -> None:
        for index, character in enumerate(chunk, 1):
            stroke = self._keyboard.stroke_of(character)
            if stroke is None:
                raise ControlError(f"“{character}” could not be typed.", hint="Did the keyboard layout change?")
            self._keyboard.wait_for_free_modifiers()
            self._keyboard.stroke(stroke)
            self._n_typed += 1
            self._gate.wait(_GAP_S)
            if index % _N_CHARACTERS_AHEAD == 0:
                self._keyboard.settler.settle()

    def _chunks(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Parts of the text with no more missing characters in each than there are spare keycodes."""
        n_spare = self._keyboard.keymap.n_spare
        start, missing = 0, dict[str, None]()
        is_missing = {character: self._keyboard.stroke_of(character) is None for character in set(text)}
        for index, character in enumerate(text):
            if not is_missing[character] or character in missing:
                continue
            if n_spare == 0:
                raise ControlError(
                    f"“{character}” cannot be typed: the keyboard layout has no unused key to lend it.",
                    hint="Remove a keyboard layout or option in the system settings.",
                )
            if len(missing) == n_spare:
                yield text[start:index], list(missing)
                start, missing = index, dict[str, None]()
            missing[character] = None
        yield text[start:], list(missing)


def _split_pasted(text: str) -> list[tuple[str, bool]]:
    """Split into pieces that can be typed and pieces that must be pasted (True).

    Some Qt editors (those on QScintilla) insert a key's text only if its first UTF-16 unit is printable, which is
    neither half of a surrogate pair nor a format character such as the zero-width joiner.
    """
    runs = itertools.groupby(text, lambda character: ord(character) > 0xFFFF or unicodedata.category(character) == "Cf")
    return [("".join(run), is_pasted) for is_pasted, run in runs]


def check_typable(text: str) -> None:
    """Raise ``ControlError`` for what no keyboard can type: control characters and halves of surrogate pairs."""
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise ControlError(
                f"The text holds the control character U+{ord(character):04X}, which cannot be typed.",
                hint="Take it out of the text.",
            )

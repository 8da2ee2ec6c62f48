"""What the canonical key names are called by X11 and by pyautogui. Keysyms: X11/keysymdef.h."""

from agent.control.keys import FUNCTION_KEYS

RETURN, TAB = 0xFF0D, 0xFF09
SHIFT, LEVEL3_SHIFT = 0xFFE1, 0xFE03
CAPS_LOCK, NUM_LOCK, SCROLL_LOCK = 0xFFE5, 0xFF7F, 0xFF14
_F1 = 0xFFBE

KEYSYMS: dict[str, int] = {
    **{"ctrl": 0xFFE3, "shift": SHIFT, "alt": 0xFFE9, "super": 0xFFEB},
    **{"enter": RETURN, "esc": 0xFF1B, "tab": TAB, "space": 0x20, "backspace": 0xFF08},
    **{"delete": 0xFFFF, "insert": 0xFF63, "home": 0xFF50, "end": 0xFF57, "pageup": 0xFF55, "pagedown": 0xFF56},
    **{"left": 0xFF51, "up": 0xFF52, "right": 0xFF53, "down": 0xFF54, "menu": 0xFF67, "printscreen": 0xFF61},
    **{name: _F1 + index for index, name in enumerate(FUNCTION_KEYS)},
}
"""Keysym of every named key."""

MODIFIER_OF_KEYSYM: dict[int, str] = {
    **dict.fromkeys((0xFFE3, 0xFFE4), "ctrl"),
    **dict.fromkeys((0xFFE1, 0xFFE2), "shift"),
    # With Shift down, the Alt keys give Meta.
    **dict.fromkeys((0xFFE9, 0xFFEA, 0xFFE7, 0xFFE8), "alt"),
    **dict.fromkeys((0xFFEB, 0xFFEC), "super"),
}

_PYAUTOGUI_NAMES = {"super": "winleft", "menu": "apps"}


def pyautogui_name(key: str) -> str:
    """What pyautogui calls a named key."""
    return _PYAUTOGUI_NAMES.get(key, key)


def keysym_of(character: str) -> int:
    """Keysym of a character: Latin-1 is its own keysym, all others are 0x01000000 + code point."""
    code = ord(character)
    return code if 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xFF else 0x01000000 + code

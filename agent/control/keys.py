"""Names of keys: what people write for them, and the canonical ones of ``agent.types.PressKeys``."""

import difflib

from agent.errors import ControlError

MODIFIERS = ("ctrl", "shift", "alt", "super")
FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, 25))
NAMED_KEYS = (
    *MODIFIERS,
    *("enter", "esc", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"),
    *("up", "down", "left", "right", "menu", "printscreen"),
    *FUNCTION_KEYS,
)

_ALIASES = {
    **dict.fromkeys(("control", "ctl", "strg", "leftctrl", "rightctrl"), "ctrl"),
    **dict.fromkeys(("leftshift", "rightshift"), "shift"),
    **dict.fromkeys(("option", "opt", "leftalt"), "alt"),
    **dict.fromkeys(("win", "windows", "cmd", "command", "meta", "windowskey"), "super"),
    **dict.fromkeys(("return", "newline"), "enter"),
    **dict.fromkeys(("escape",), "esc"),
    **dict.fromkeys(("tabulator",), "tab"),
    **dict.fromkeys(("spacebar", "blank"), "space"),
    **dict.fromkeys(("back", "bksp", "bs"), "backspace"),
    **dict.fromkeys(("del",), "delete"),
    **dict.fromkeys(("ins",), "insert"),
    **dict.fromkeys(("pos1",), "home"),
    **dict.fromkeys(("pgup", "pageup", "prior"), "pageup"),
    **dict.fromkeys(("pgdn", "pgdown", "pagedn", "next"), "pagedown"),
    **dict.fromkeys(("apps", "contextmenu", "application"), "menu"),
    **dict.fromkeys(("prtsc", "prtscr", "print", "sysrq"), "printscreen"),
    **{"plus": "+", "minus": "-", "comma": ",", "period": ".", "dot": ".", "slash": "/", "backslash": "\\"},
    **{f"arrow{name}": name for name in ("up", "down", "left", "right")},
    **{f"{name}arrow": name for name in ("up", "down", "left", "right")},
}


def parse_keys(text: str) -> tuple[str, ...]:
    """Understand a combination as people write it, such as "Ctrl+Shift+S", "PgDn", "alt-F4" or "arrow up".

    Returns:
        Canonical names as in ``agent.types.PressKeys``, in the order written, each once.

    Raises:
        ControlError: no key was named, or one that does not exist; the hint names near ones.
    """
    names = [_canonical(part) for part in _split(text.strip())]
    if not names:
        raise ControlError("No key was named.", hint='Write keys like "Enter", "Ctrl+S" or "Ctrl+Shift+T".')
    return tuple(dict.fromkeys(names))


def check_keys(keys: tuple[str, ...]) -> None:
    """Raise ``ControlError`` unless every name is canonical."""
    if not keys:
        raise ControlError("No key was named.")
    for key in keys:
        if key not in NAMED_KEYS and not _is_character(key):
            raise _unknown(key)


def _split(text: str) -> list[str]:
    # The separator can itself be the key: "+", "Ctrl++", "Ctrl+-".
    if not text or len(text) == 1:
        return [text] if text else []
    for separator in "+-":
        if separator in text:
            ends_in_key = text.endswith(separator) and text[:-1].rstrip()[-1:] in (separator, "")
            body = text[:-1].rstrip().removesuffix(separator) if ends_in_key else text
            parts = [part.strip() for part in body.split(separator)] if body else []
            if separator == "-" and not _canonical_modifier(parts[0] if parts else ""):
                continue
            return parts + [separator] * ends_in_key
    return [text]


def _canonical_modifier(text: str) -> bool:
    squeezed = text.casefold().strip()
    return _ALIASES.get(squeezed, squeezed) in MODIFIERS


def _canonical(part: str) -> str:
    if len(part) == 1:
        lower = part.lower()
        if _is_character(part):
            return lower if len(lower) == 1 else part
    squeezed = "".join(part.casefold().split()).replace("_", "").replace("-", "").removesuffix("key")
    name = _ALIASES.get(squeezed, squeezed)
    if name in NAMED_KEYS or _is_character(name):
        return name
    raise _unknown(part)


def _is_character(key: str) -> bool:
    return len(key) == 1 and key.isprintable() and not key.isspace()


def _unknown(key: str) -> ControlError:
    near = difflib.get_close_matches(key.casefold(), [*NAMED_KEYS, *_ALIASES], n=3)
    hint = "Near ones: " + ", ".join(near) + "." if near else 'Keys are named like "Enter", "Ctrl", "F5" or "a".'
    return ControlError(f"There is no key called “{key}”.", hint=hint)

"""Real interface strings of this machine: translation catalogues, .desktop files and .ui files, in English.

Nothing is taken from the programs that are reserved for judging.
"""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NAMES = """
abiword ark atril audacity baobab caja catfish claws dolphin engrampa eog evince featherpad file-roller filezilla
galculator geany gedit gimp gnome-calculator gnome-system-monitor gnome-text-editor gnumeric gucharmap gwenview
hexchat inkscape kate kcalc kolourpaint konsole krusader kwrite libreoffice lxappearance lximage meld mousepad
nautilus okular pcmanfm pluma qbittorrent qterminal quodlibet rhythmbox ristretto shotwell thunar thunderbird
transmission vlc xfce xfwm xfdesktop exo xournal chromium calculator textedit texteditor eom python
"""
RESERVED: Final = tuple(_NAMES.split())

_RESERVED_FILE = re.compile(rf"(?:^|[._-])(?:{'|'.join(map(re.escape, RESERVED))})(?![a-z])")

_CATALOGUES: Final = "share/locale/*/LC_MESSAGES/*.mo"
_FORMS: Final = ("*.ui", "*.glade")
_FORM_TEXT = re.compile(
    r"<property name=\"(?:label|title|tooltip[_-]text|placeholder[_-]text|secondary[_-]text)\"[^>]*>([^<]+)</property>"
    r"|<string>([^<]+)</string>"
)
_DESKTOP_TEXT = re.compile(r"^(?:Name|GenericName|Comment)=(.+)$", re.MULTILINE)
_PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ,.:;!?'’()/&+\-…]*$")
_MARKUP = re.compile(r"[%{}<>|\\@$=\[\]~`^#*]|\w_\w|--|\bQt\b|&\w+;")
_MNEMONIC = re.compile(r"[_&](?=\w)")
_MIN_CHARS, _MAX_CHARS, _MAX_LINES = 2, 60, 200_000


def interface_strings(root: Path = Path("/usr")) -> list[str]:
    """All strings of the interfaces that are installed under a root, in order of the alphabet, no two alike."""
    found: set[str] = set()
    for text in _all_texts(root):
        cleaned = clean(text)
        if cleaned:
            found.add(cleaned)
            if len(found) >= _MAX_LINES:
                break
    return sorted(found)


def clean(text: str) -> str:
    """A string as it appears on the screen, without the mark of its access key; "" if it is no plain English text."""
    text = text.strip()
    if not _MIN_CHARS <= len(text) <= _MAX_CHARS or "\n" in text:
        return ""
    text = " ".join(_MNEMONIC.sub("", text).split()).replace("...", "…")
    is_text = _PLAIN.match(text) and not _MARKUP.search(text) and any(letter.isalpha() for letter in text)
    return text if is_text else ""


def is_reserved(file: Path) -> bool:
    """Whether a file belongs to a program that is reserved for judging."""
    return any(_RESERVED_FILE.search(part.casefold()) for part in file.parts[-4:])


def _all_texts(root: Path) -> Iterator[str]:
    largest: dict[str, Path] = {}
    for file in sorted(root.glob(_CATALOGUES)):
        is_wanted = not is_reserved(file) and not file.name.startswith("iso_")  # names of countries and languages
        if is_wanted and file.stat().st_size > _size(largest.get(file.name)):
            largest[file.name] = file
    for file in largest.values():
        yield from _catalogue(file)
    for file in sorted((root / "share" / "applications").glob("*.desktop")):
        if not is_reserved(file):
            yield from _DESKTOP_TEXT.findall(file.read_text(encoding="utf-8", errors="ignore"))
    for pattern in _FORMS:
        for file in sorted((root / "share").rglob(pattern)):
            if not is_reserved(file):
                for property_text, string in _FORM_TEXT.findall(file.read_text(encoding="utf-8", errors="ignore")):
                    yield property_text or string


def _catalogue(file: Path) -> Iterator[str]:
    try:
        with file.open("rb") as stream:
            entries = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
    except (OSError, UnicodeDecodeError, ValueError):
        return
    for key in entries:
        if isinstance(key, str):
            yield key.rsplit("\x04", maxsplit=1)[-1]  # what comes before is the context, for translators


def _size(file: Path | None) -> int:
    return file.stat().st_size if file else -1

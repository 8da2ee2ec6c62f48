import struct
from pathlib import Path

import pytest

from model.data.drawing.strings import clean, interface_strings, is_reserved


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("_Save As...", "Save As…"),
        ("&Open", "Open"),
        ("  Two   spaces ", "Two spaces"),
        ("%d files", ""),
        ("<b>Bold</b>", ""),
        ("two\nlines", ""),
        ("x", ""),
        ("1 + 2", ""),
        ("Größe", ""),
        ("a" * 61, ""),
    ],
)
def test_strings_are_as_they_appear_on_the_screen(text: str, shown: str) -> None:
    assert clean(text) == shown


def _write_catalogue(file: Path, texts: list[str]) -> None:
    """A catalogue as gettext writes it: lengths and places of the originals, then of the translations."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entries = [("", "Content-Type: text/plain; charset=UTF-8\n"), *((text, text.upper()) for text in sorted(texts))]
    strings = [key.encode() for key, _ in entries] + [value.encode() for _, value in entries]
    start = 28 + 8 * len(strings)
    table, blob = b"", b""
    for text in strings:
        table += struct.pack("<II", len(text), start + len(blob))
        blob += text + b"\0"
    n_entries = len(entries)
    file.write_bytes(struct.pack("<7I", 0x950412DE, 0, n_entries, 28, 28 + 8 * n_entries, 0, start) + table + blob)


def test_catalogues_programs_and_forms_are_read_and_reserved_programs_are_not(tmp_path: Path) -> None:
    messages = tmp_path / "share" / "locale" / "de" / "LC_MESSAGES"
    _write_catalogue(messages / "notes.mo", ["_Quit", "menu\x04Paste"])
    _write_catalogue(messages / "gimp20.mo", ["Heal"])
    (messages / "broken.mo").write_bytes(b"no catalogue")
    programs = tmp_path / "share" / "applications"
    programs.mkdir()
    (programs / "notes.desktop").write_text("[Desktop Entry]\nName=Notes\nName[de]=Notizen\nComment=Write notes\n")
    (programs / "org.gnome.gedit.desktop").write_text("[Desktop Entry]\nName=Write secretly\n")
    forms = tmp_path / "share" / "notes"
    forms.mkdir()
    (forms / "window.ui").write_text(
        '<property name="label" translatable="yes">New note</property><string>Bin</string>'
    )
    found = interface_strings(tmp_path)
    assert found == ["Bin", "New note", "Notes", "Paste", "Quit", "Write notes"]


@pytest.mark.parametrize("name", ["gimp20.mo", "gimp20-libgimp.mo", "kate.mo", "org.kde.kate.desktop", "vlc.desktop"])
def test_reserved_programs_are_known_by_their_files(name: str) -> None:
    assert is_reserved(Path("/usr/share/applications") / name)


@pytest.mark.parametrize("name", ["gtk30.mo", "bluefish.mo", "zim.desktop", "evolution.mo", "bookmarks.mo"])
def test_others_are_not(name: str) -> None:
    assert not is_reserved(Path("/usr/share/applications") / name)

"""Installed programs, from their desktop entries. Only what an entry says is ever started, never words of a command.

Format: https://specifications.freedesktop.org/desktop-entry-spec/latest/
"""

import configparser
import functools
import os
import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.process import extract
from rapidfuzz.utils import default_process

from agent.errors import WindowError

_SECTION = "Desktop Entry"
_DEFAULT_DATA_DIRS = "/usr/local/share:/usr/share"
_MIN_LIKENESS = 82
_FIELD_CODE = re.compile(r"%[a-zA-Z]")
_LAUNCHERS = {"env", "sh", "bash", "python3", "flatpak", "snap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An installed program.

    Attributes:
        entry_id: name of its desktop entry, without ".desktop".
        name: as the entry shows it, untranslated.
        names: everything it is called: name, translations, name of the entry and of the executable.
        descriptions: what kind of program it is: generic names and keywords, with translations.
        argv: how it is started, without field codes.
    """

    entry_id: str
    name: str
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    argv: tuple[str, ...]

    def is_called(self, words: str) -> bool:
        """Whether these words are one of its names or generic names, whatever the case."""
        return _plain(words) in {_plain(name) for name in (*self.names, *self.descriptions)}


def installed_programs() -> tuple[Program, ...]:
    """All programs that a menu would show, by name; terminal programs are left out.

    An entry in the person's own folder hides one of the same name in the system's.
    """
    seen: set[str] = set()
    programs: list[Program] = []
    for folder in _application_folders():
        for path in sorted(folder.rglob("*.desktop")):
            entry_id = "-".join(path.relative_to(folder).with_suffix("").parts)
            if entry_id in seen:
                continue
            seen.add(entry_id)
            program = _read_entry(path, entry_id, _modified_ns(path))
            if program is not None:
                programs.append(program)
    return tuple(sorted(programs, key=lambda program: program.name.lower()))


def find_program(words: str, programs: Iterable[Program] | None = None) -> Program:
    """The installed program that words name, allowing for a slip of the pen.

    Args:
        words: a name ("Chromium"), or a kind of program ("web browser", "calculator").
        programs: where to look; None means all that are installed.

    Raises:
        agent.errors.WindowError: none is called so; the hint names the nearest.
    """
    known = tuple(installed_programs() if programs is None else programs)
    wanted = _plain(words)
    for kind in ("names", "descriptions"):
        for program in known:
            if wanted and wanted in {_plain(name) for name in getattr(program, kind)}:
                return program
    names = {(idx, name): name for idx, program in enumerate(known) for name in program.names}
    # token_set_ratio would take "editor of videos" for "editor": too lenient to start something.
    nearest = extract(wanted, names, scorer=fuzz.ratio, processor=default_process, limit=5)
    if wanted and nearest and nearest[0][1] >= _MIN_LIKENESS:
        return known[nearest[0][2][0]]
    near = list(dict.fromkeys(known[key[0]].name for _, _, key in nearest))[:3]
    hint = f"The nearest are: {', '.join(near)}." if near else "No programs with a desktop entry are installed."
    raise WindowError(f'No program named "{words.strip()[:60]}" is installed.', hint=hint)


def start_program(program: Program) -> None:
    """Start a program, detached from this one, in the person's home folder; its output goes nowhere.

    Raises:
        agent.errors.WindowError: it could not be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - arguments of an installed desktop entry, no shell
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path.home(),
            start_new_session=True,
        )
    except OSError as exc:
        raise WindowError(f"{program.name} could not be started.", hint=f"The system says: {exc.strerror}.") from exc
    # Somebody has to take note of its end, or it stays in the process table as long as we run.
    threading.Thread(target=process.wait, name=f"reaper of {program.name}", daemon=True).start()


def _application_folders() -> list[Path]:
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    dirs = os.environ.get("XDG_DATA_DIRS") or _DEFAULT_DATA_DIRS
    folders = [Path(name) / "applications" for name in (home, *dirs.split(":")) if name]
    return [folder for folder in folders if folder.is_dir()]


def _modified_ns(path: Path) -> int | None:
    """When an entry was written last; None if it cannot be told (a link to nowhere)."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


@functools.lru_cache(maxsize=4096)
def _read_entry(path: Path, entry_id: str, modified_ns: int | None) -> Program | None:
    """The program of an entry, or None if the entry is broken, hidden, or no graphical program.

    Remembered until the file changes: every "open …" in a command asks for all programs.
    """
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign,assignment] # the documented way to keep the case of keys
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        entry = dict(parser[_SECTION])
        argv = _argv(entry.get("Exec", ""))
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError, ValueError):
        return None
    is_shown = entry.get("Type") == "Application" and entry.get("Name") and argv
    is_left_out = any(entry.get(key, "").lower() == "true" for key in ("NoDisplay", "Hidden", "Terminal"))
    if not is_shown or is_left_out or not _is_installed(entry.get("TryExec", argv[0])):
        return None
    executable = Path(argv[0]).name
    names = [entry["Name"], *_translations(entry, "Name"), entry_id, entry_id.rsplit(".", 1)[-1]]
    if executable not in _LAUNCHERS:
        names.append(executable)
    keywords = [
        word for value in (entry.get("Keywords", ""), *_translations(entry, "Keywords")) for word in _list(value)
    ]
    generic = [value for value in (entry.get("GenericName", ""), *_translations(entry, "GenericName")) if value]
    return Program(
        entry_id=entry_id,
        name=entry["Name"],
        names=tuple(dict.fromkeys(names)),
        descriptions=tuple(dict.fromkeys((*generic, *keywords))),
        argv=argv,
    )


def _translations(entry: dict[str, str], key: str) -> list[str]:
    return [value for name, value in entry.items() if name.startswith(f"{key}[")]


def _list(value: str) -> list[str]:
    return [word.strip() for word in value.split(";") if word.strip()]


def _argv(command: str) -> tuple[str, ...]:
    """Arguments of an Exec line: quotes undone, field codes removed, %% made %."""
    arguments = []
    for word in shlex.split(command):
        if _FIELD_CODE.fullmatch(word):
            continue
        arguments.append("%".join(_FIELD_CODE.sub("", part) for part in word.split("%%")))
    return tuple(arguments)


def _is_installed(executable: str) -> bool:
    return shutil.which(executable) is not None


def _plain(words: str) -> str:
    return " ".join(default_process(words).split())

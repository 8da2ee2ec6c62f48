"""What was typed into the command bar before, newest last; kept in a file that only the person can read."""

import json
import logging
import os
from pathlib import Path

logger = logging.getLogger(__name__)

_MAX_ENTRIES = 200


class CommandHistory:
    """Walk back and forth through earlier commands. The line that was being typed is the newest entry.

    Args:
        path: where to keep it, or None to forget it at the end.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries = _load(path) if path else []
        self._at = len(self._entries)
        self._draft = ""

    @property
    def entries(self) -> tuple[str, ...]:
        """Earlier commands, oldest first, each once."""
        return tuple(self._entries)

    def add(self, command: str) -> None:
        """Note a command that was entered; one entered before moves to the end."""
        others = [entry for entry in self._entries if entry != command]
        self._entries = [*others[1 - _MAX_ENTRIES :], command]
        self.rewind()
        if self._path is not None:
            try:
                _save(self._path, self._entries)
            except OSError as exc:
                logger.warning("the command history could not be saved: %s", exc)

    def rewind(self) -> None:
        """Forget the place and the draft: the bar was opened anew."""
        self._at = len(self._entries)
        self._draft = ""

    def older(self, shown: str) -> str:
        """The entry before the shown one; the shown one if there is none."""
        if self._at == len(self._entries):
            self._draft = shown
        self._at = max(self._at - 1, 0)
        return self._shown()

    def newer(self, shown: str) -> str:
        """The entry after the shown one, at last what was being typed."""
        if self._at == len(self._entries):
            return shown
        self._at += 1
        return self._shown()

    def _shown(self) -> str:
        return self._draft if self._at == len(self._entries) else self._entries[self._at]


def _load(path: Path) -> list[str]:
    try:
        entries = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as exc:
        logger.warning("the command history could not be read: %s", exc)
        return []
    if not isinstance(entries, list):
        logger.warning("the command history is not a list")
        return []
    return [entry for entry in entries if isinstance(entry, str)][-_MAX_ENTRIES:]


def _save(path: Path, entries: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - only this sets the mode from the start
        json.dump(entries, file, ensure_ascii=False, indent=0)
    temporary.replace(path)

"""Folders that are there whole or not at all."""

import shutil
from pathlib import Path

_PART, _OLD = ".part", ".old"


def begin_folder(folder: Path) -> Path:
    """An empty folder to fill; ``finish_folder`` lets it take the place of ``folder``, which stays until then."""
    settle_folder(folder)
    part = _beside(folder, _PART)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def finish_folder(folder: Path) -> None:
    """Let what was filled take its place; whoever is cut short between the two renames needs ``settle_folder``."""
    old = _beside(folder, _OLD)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    _beside(folder, _PART).rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def settle_folder(folder: Path) -> None:
    """Bring back what was put aside and never replaced."""
    old = _beside(folder, _OLD)
    if old.exists() and not folder.exists():
        old.rename(folder)


def part_of(folder: Path) -> Path:
    """Where ``begin_folder`` lets it be filled."""
    return _beside(folder, _PART)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(f"{folder.name}{suffix}")

"""Documentation that Debian packages bring as HTML."""

import re
from pathlib import Path

from model.data.collect.desktop.programs import is_reserved

DOCUMENTS = Path("/usr/share/doc")
_MIN_BYTES, _MAX_BYTES = 1_500, 600_000
_NOT_PYTHON = re.compile(r"^(?:lib)?python", re.IGNORECASE)
_MAX_PER_PACKAGE = 40


def documents(folder: Path = DOCUMENTS) -> dict[str, tuple[Path, ...]]:
    """Pages by package, without those of what is reserved for judging: programs, and the Python documentation."""
    found: dict[str, tuple[Path, ...]] = {}
    for package in sorted(folder.iterdir()) if folder.is_dir() else ():
        # A folder may be a link to that of another package: the same pages must not be two families.
        if not package.is_dir() or package.is_symlink() or not is_free(package.name):
            continue
        pages = [path for path in sorted(package.rglob("*.html")) if _is_page(path)]
        step = max(1, len(pages) // _MAX_PER_PACKAGE)
        if pages:
            found[package.name] = tuple(pages[::step])
    return found


def is_free(package: str) -> bool:
    """Whether the documentation of a package may be learned from."""
    return not (_NOT_PYTHON.match(package) or is_reserved(package))


def _is_page(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and _MIN_BYTES <= path.stat().st_size <= _MAX_BYTES

"""The words that icon packs bring beside the names of their files: each pack writes them down in its own way."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

Tags = dict[str, tuple[str, ...]]
"""Words by file name without extension."""


def read_tags(reader: str, package: Path) -> Tags:
    """What the pack says about its icons.

    Args:
        reader: of the pack, "" for none.
        package: its folder.
    """
    return _READERS[reader](package) if reader else {}


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _collected(pairs: Iterable[tuple[str, Iterable[str]]]) -> Tags:
    return {name: tuple(str(word) for word in words) for name, words in pairs}


def _tabler(package: Path) -> Tags:
    return _collected((name, entry["tags"]) for name, entry in _json(package / "icons.json").items())


def _lucide(package: Path) -> Tags:
    return _collected(_json(package / "tags.json").items())


def _mdi(package: Path) -> Tags:
    # Its "tags" are names of categories; only its aliases mean the icon.
    return _collected((entry["name"], entry["aliases"]) for entry in _json(package / "meta.json"))


def _fontawesome(package: Path) -> Tags:
    families = _json(package / "metadata" / "icon-families.json")
    return _collected((name, [entry["label"], *entry["search"]["terms"]]) for name, entry in families.items())


def _ionicons(package: Path) -> Tags:
    icons = _json(package / "dist" / "ionicons.json")["icons"]
    return _collected((entry["name"], entry["tags"]) for entry in icons)


def _carbon(package: Path) -> Tags:
    icons = _json(package / "metadata.json")["icons"]
    return _collected((entry["name"], [entry.get("friendlyName", ""), *entry.get("aliases", ())]) for entry in icons)


def _octicons(package: Path) -> Tags:
    icons = _json(package / "build" / "data.json")
    return _collected(
        (f"{name}-{side}", entry["keywords"]) for name, entry in icons.items() for side in entry["heights"]
    )


_READERS: Final[dict[str, Callable[[Path], Tags]]] = {
    "tabler": _tabler,
    "lucide": _lucide,
    "mdi": _mdi,
    "fa": _fontawesome,
    "ionicons": _ionicons,
    "carbon": _carbon,
    "octicons": _octicons,
}

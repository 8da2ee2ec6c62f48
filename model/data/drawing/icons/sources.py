"""The pictures of a pack: one entry per icon, with the file for each size and all its names."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.data.drawing.icons.names import icon_names
from model.data.drawing.icons.packs import IconPack
from model.data.drawing.icons.tags import read_tags

_SIDE = re.compile(r"^(\d+)(?:x\d+)?$")
_CONTEXTS_LEFT_OUT = frozenset({"cursors", "animations", "intl", "international", "scalable-up-to-32"})
_VECTOR_SIDE_PX = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class IconSource:
    """An icon as its pack stores it.

    Attributes:
        names: what it is called, its own name first.
        files: (side in pixels for which it was drawn, file), smallest first; a drawing that fits all sizes counts as
            a large one.
    """

    names: tuple[str, ...]
    files: tuple[tuple[int, Path], ...]

    def file_for(self, side_px: int) -> Path:
        """The file that was drawn for this size, or for the next larger one, else the largest."""
        return next((file for side, file in self.files if side >= side_px), self.files[-1][1])


def icon_sources(pack: IconPack, folder: Path) -> Iterator[IconSource]:
    """All icons of a pack, by name.

    Args:
        pack: which.
        folder: of the npm package or of the icon theme.
    """
    return _theme_sources(folder) if pack.is_theme else _package_sources(pack, folder)


def _package_sources(pack: IconPack, folder: Path) -> Iterator[IconSource]:
    tags = read_tags(pack.tags, folder)
    for file in sorted(folder.glob(pack.pattern)):
        if pack.without and file.stem.endswith(pack.without):
            continue
        stem = file.stem.removeprefix(pack.prefix).removesuffix(pack.suffix)
        if names := icon_names(stem, tags.get(file.stem, tags.get(stem, ()))):
            yield IconSource(names=names, files=((_VECTOR_SIDE_PX, file),))


def _theme_sources(folder: Path) -> Iterator[IconSource]:
    """A theme draws an icon for several sizes, and links further names to it: the links are synonyms."""
    by_stem: dict[str, dict[int, Path]] = defaultdict(dict)
    linked: dict[str, set[str]] = defaultdict(set)
    for file in sorted(folder.rglob("*")):
        if file.suffix not in {".svg", ".png"} or _CONTEXTS_LEFT_OUT & set(file.parts) or "@" in str(file.parent):
            continue
        if file.is_symlink():
            if file.exists() and file.resolve().is_relative_to(folder.resolve()):
                linked[file.resolve().stem].add(file.stem)
        else:
            by_stem[file.stem].setdefault(_side_px(file), file)
    for stem, files in sorted(by_stem.items()):
        if names := icon_names(stem, sorted(linked[stem])):
            yield IconSource(names=names, files=tuple(sorted(files.items())))


def _side_px(file: Path) -> int:
    sides = [int(match.group(1)) for part in file.parts[-4:-1] if (match := _SIDE.match(part))]
    return sides[0] if sides else _VECTOR_SIDE_PX

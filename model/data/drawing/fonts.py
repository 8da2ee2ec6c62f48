"""The fonts of this machine that interfaces are written in, by role.

Only families that programs and pages use for their interface are taken: a machine has hundreds of others, for scripts
that we do not write and for posters.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

from model.errors import InputError


class FontRole(StrEnum):
    """What a font is used for."""

    SANS = "sans"
    SERIF = "serif"
    MONO = "mono"


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFamily:
    """A family as an interface uses it.

    Attributes:
        name: of the family.
        role: what for.
        regular, bold: files; the regular one stands in for a missing bold one.
    """

    name: str
    role: FontRole
    regular: Path
    bold: Path


_SANS = """
Adwaita Sans|Andika|Arial|Arimo|B612|Bitstream Vera Sans|Cabin|Calibri|Cantarell|Carlito|Clear Sans|Comfortaa|
DejaVu Sans|DejaVu Sans Condensed|Dosis|Droid Sans|FreeSans|Go|Helvetica|IBM Plex Sans|Inter|Inter Display|Junction|
Jura|Karla|Lato|Liberation Sans|Liberation Sans Narrow|M+ 1p|Manrope|Montserrat|Nimbus Sans|Nimbus Sans Narrow|
Noto Sans|Noto Sans Display|Open Sans|Oxygen-Sans|Oxygen|PT Sans|PT Sans Caption|Play|Quicksand|Roboto|
Roboto Condensed|San Francisco|Segoe UI|Source Sans 3|Source Sans Pro|Tahoma|Trebuchet MS|URW Gothic|Ubuntu|
Verana Sans|Verdana
"""
_SERIF = """
C059|Caladea|DejaVu Serif|EB Garamond|FreeSerif|Georgia|Liberation Serif|Linux Libertine O|Nimbus Roman|Noto Serif|
P052|PT Serif|Roboto Slab|Times New Roman|Tinos
"""
_MONO = """
Anonymous Pro|Cascadia Code|Cascadia Mono|Consolas|Courier New|Cousine|DejaVu Sans Mono|Fira Code|FreeMono|Go Mono|
Hack|IBM Plex Mono|Inconsolata|JetBrains Mono|Liberation Mono|Menlo|Nimbus Mono PS|Noto Sans Mono|PT Mono|
Source Code Pro|Ubuntu Mono
"""
_ROLES: Final[Mapping[str, FontRole]] = {
    name.strip().casefold(): role
    for role, names in ((FontRole.SANS, _SANS), (FontRole.SERIF, _SERIF), (FontRole.MONO, _MONO))
    for name in names.split("|")
}
_REGULAR: Final = ("regular", "book", "roman", "text", "normal", "medium")
_BOLD: Final = ("bold", "semibold", "demibold", "demi")
_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc"})
_WEIGHTS: Final[Mapping[FontRole, float]] = {FontRole.SANS: 0.93, FontRole.SERIF: 0.05, FontRole.MONO: 0.02}


class FontShelf:
    """The families to draw with.

    Args:
        families: at least one of them sans serif.

    Raises:
        InputError: there is no sans serif family.
    """

    def __init__(self, families: Iterable[FontFamily]) -> None:
        self.by_role: dict[FontRole, tuple[FontFamily, ...]] = {
            role: tuple(family for family in families if family.role is role) for role in FontRole
        }
        if not self.by_role[FontRole.SANS]:
            raise InputError(
                "There is no font to draw with.", hint="Install fonts, for example DejaVu, Liberation or Noto."
            )

    def choose(self, rng: random.Random, role: FontRole | None = None) -> FontFamily:
        """A family of a role, or of any role as often as interfaces use it; sans serif where the role has none."""
        wanted = role or rng.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()))[0]
        return rng.choice(self.by_role[wanted] or self.by_role[FontRole.SANS])


@cache
def find_fonts(folders: tuple[Path, ...] = ()) -> FontShelf:
    """All interface fonts in these folders, or in the usual places of the system.

    Raises:
        InputError: there are none.
    """
    files: dict[str, dict[str, Path]] = defaultdict(dict)
    for folder in folders or _system_folders():
        for file in sorted(folder.rglob("*")):
            if file.suffix.lower() in _SUFFIXES:
                family, style = _title(file)
                if family.casefold() in _ROLES:
                    files[family].setdefault(style.casefold(), file)
    found = (_family(name, styles) for name, styles in sorted(files.items()))
    return FontShelf(tuple(family for family in found if family is not None))


def _family(name: str, styles: Mapping[str, Path]) -> FontFamily | None:
    regular = next((styles[style] for style in _REGULAR if style in styles), None)
    if regular is None:
        return None
    bold = next((styles[style] for style in _BOLD if style in styles), regular)
    return FontFamily(name=name, role=_ROLES[name.casefold()], regular=regular, bold=bold)


def _title(file: Path) -> tuple[str, str]:
    try:
        family, style = ImageFont.truetype(file, 12).getname()
    except OSError:  # damaged, or of a kind that FreeType cannot scale
        return "", ""
    return family or "", style or ""


def _system_folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "win32":
        return (Path("C:/Windows/Fonts"),)
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts")

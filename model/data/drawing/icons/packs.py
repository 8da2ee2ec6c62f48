"""Which icon packs there are, where their pictures lie, under which licence, and which are kept for judging.

Packs come from npm (folders under ``node_modules``) and as freedesktop icon themes (folders of the system). A pack
that is held out is gathered like the others, but never drawn for training. Families are held out whole, because
their outlined and filled forms are the same drawing; feather could not be, since lucide descends from it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PackStyle(StrEnum):
    """How the icons of a pack are drawn."""

    OUTLINE = "outline"
    FILLED = "filled"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True, kw_only=True)
class IconPack:
    """Icons drawn by the same hands.

    Attributes:
        name: unique.
        package: npm package, or icon theme of the system.
        pattern: of its pictures, relative to the package's folder; "" for an icon theme, whose folders tell.
        style: how they are drawn.
        licence: as the package states it (SPDX where it has a name there).
        prefix, suffix: of file names, without meaning.
        without: file names that end so are another pack's.
        tags: name of the reader of the words that the pack brings, "" if it brings none.
        is_theme: whether it is a freedesktop icon theme.
        is_held_out: never drawn for training.
    """

    name: str
    package: str
    pattern: str = ""
    style: PackStyle
    licence: str
    prefix: str = ""
    suffix: str = ""
    without: str = ""
    tags: str = ""
    is_theme: bool = False
    is_held_out: bool = False


def _npm(
    name: str,
    package: str,
    pattern: str,
    style: PackStyle,
    licence: str,
    *,
    prefix: str = "",
    suffix: str = "",
    without: str = "",
    tags: str = "",
) -> IconPack:
    return IconPack(
        name=name,
        package=package,
        pattern=pattern,
        style=style,
        licence=licence,
        prefix=prefix,
        suffix=suffix,
        without=without,
        tags=tags,
        is_held_out=package in HELD_OUT_PACKAGES,
    )


def _theme(name: str, licence: str, style: PackStyle = PackStyle.COLOUR) -> IconPack:
    is_held_out = name in HELD_OUT_PACKAGES
    return IconPack(
        name=f"theme-{name.lower()}",
        package=name,
        style=style,
        licence=licence,
        is_theme=True,
        is_held_out=is_held_out,
    )


HELD_OUT_PACKAGES: Final = frozenset({"iconoir", "eva-icons", "oxygen"})
"""An outlined family, an outlined and filled one, and a coloured theme: for judging alone."""

_OUTLINE, _FILLED, _COLOUR = PackStyle.OUTLINE, PackStyle.FILLED, PackStyle.COLOUR
_APACHE, _FONT_AWESOME, _BOXICONS = "Apache-2.0", "CC-BY-4.0 (icons)", "CC-BY-4.0 OR OFL-1.1 OR MIT"
_REMIX: Final = "Remix Icon License 1.0"  # its package.json still says Apache-2.0
_MATERIAL, _FLUENT, _ANT = "@material-symbols/svg-400", "@fluentui/svg-icons", "@ant-design/icons-svg"

ICON_PACKS: Final = (
    _npm("tabler-outline", "@tabler/icons", "icons/outline/*.svg", _OUTLINE, "MIT", tags="tabler"),
    _npm("tabler-filled", "@tabler/icons", "icons/filled/*.svg", _FILLED, "MIT", tags="tabler"),
    _npm("lucide", "lucide-static", "icons/*.svg", _OUTLINE, "ISC", tags="lucide"),
    _npm("bootstrap", "bootstrap-icons", "icons/*.svg", _OUTLINE, "MIT", without="-fill"),
    _npm("bootstrap-fill", "bootstrap-icons", "icons/*-fill.svg", _FILLED, "MIT", suffix="-fill"),
    _npm("phosphor", "@phosphor-icons/core", "assets/regular/*.svg", _OUTLINE, "MIT"),
    _npm("phosphor-bold", "@phosphor-icons/core", "assets/bold/*.svg", _OUTLINE, "MIT", suffix="-bold"),
    _npm("phosphor-fill", "@phosphor-icons/core", "assets/fill/*.svg", _FILLED, "MIT", suffix="-fill"),
    _npm("phosphor-duotone", "@phosphor-icons/core", "assets/duotone/*.svg", _FILLED, "MIT", suffix="-duotone"),
    _npm("mdi", "@mdi/svg", "svg/*.svg", _FILLED, _APACHE, tags="mdi"),
    _npm("feather", "feather-icons", "dist/icons/*.svg", _OUTLINE, "MIT"),
    _npm("fontawesome-solid", "@fortawesome/fontawesome-free", "svgs/solid/*.svg", _FILLED, _FONT_AWESOME, tags="fa"),
    _npm(
        "fontawesome-regular", "@fortawesome/fontawesome-free", "svgs/regular/*.svg", _OUTLINE, _FONT_AWESOME, tags="fa"
    ),
    _npm("remix-line", "remixicon", "icons/*/*-line.svg", _OUTLINE, _REMIX, suffix="-line"),
    _npm("remix-fill", "remixicon", "icons/*/*-fill.svg", _FILLED, _REMIX, suffix="-fill"),
    _npm("ionicons-outline", "ionicons", "dist/svg/*-outline.svg", _OUTLINE, "MIT", suffix="-outline", tags="ionicons"),
    _npm("ionicons-sharp", "ionicons", "dist/svg/*-sharp.svg", _FILLED, "MIT", suffix="-sharp", tags="ionicons"),
    _npm("heroicons-outline", "heroicons", "24/outline/*.svg", _OUTLINE, "MIT"),
    _npm("heroicons-solid", "heroicons", "24/solid/*.svg", _FILLED, "MIT"),
    _npm("heroicons-mini", "heroicons", "16/solid/*.svg", _FILLED, "MIT"),
    _npm("material-outlined", _MATERIAL, "outlined/*.svg", _OUTLINE, _APACHE, without="-fill"),
    _npm("material-rounded-fill", _MATERIAL, "rounded/*-fill.svg", _FILLED, _APACHE, suffix="-fill"),
    _npm("fluent-regular", _FLUENT, "icons/*_24_regular.svg", _OUTLINE, "MIT", suffix="_24_regular"),
    _npm("fluent-filled", _FLUENT, "icons/*_24_filled.svg", _FILLED, "MIT", suffix="_24_filled"),
    _npm("fluent-small", _FLUENT, "icons/*_16_regular.svg", _OUTLINE, "MIT", suffix="_16_regular"),
    _npm("carbon", "@carbon/icons", "svg/32/*.svg", _OUTLINE, _APACHE, tags="carbon"),
    _npm("octicons", "@primer/octicons", "build/svg/*-24.svg", _OUTLINE, "MIT", suffix="-24", tags="octicons"),
    _npm("octicons-small", "@primer/octicons", "build/svg/*-16.svg", _OUTLINE, "MIT", suffix="-16", tags="octicons"),
    _npm("boxicons", "boxicons", "svg/regular/*.svg", _OUTLINE, _BOXICONS, prefix="bx-"),
    _npm("boxicons-solid", "boxicons", "svg/solid/*.svg", _FILLED, _BOXICONS, prefix="bxs-"),
    _npm("codicons", "@vscode/codicons", "src/icons/*.svg", _OUTLINE, "CC-BY-4.0"),
    _npm("ant-outlined", _ANT, "inline-svg/outlined/*.svg", _OUTLINE, "MIT"),
    _npm("ant-filled", _ANT, "inline-svg/filled/*.svg", _FILLED, "MIT"),
    _npm("iconoir", "iconoir", "icons/regular/*.svg", _OUTLINE, "MIT"),
    _npm("iconoir-solid", "iconoir", "icons/solid/*.svg", _FILLED, "MIT"),
    _npm("eva-outline", "eva-icons", "outline/svg/*.svg", _OUTLINE, "MIT", suffix="-outline"),
    _npm("eva-fill", "eva-icons", "fill/svg/*.svg", _FILLED, "MIT"),
    _theme("Adwaita", "LGPL-3.0-only OR CC-BY-SA-3.0", _OUTLINE),
    _theme("breeze", "LGPL-3.0-or-later", _OUTLINE),
    _theme("Papirus", "GPL-3.0-only"),
    _theme("Tango", "public domain"),
    _theme("elementary-xfce", "GPL-2.0-or-later"),
    _theme("gnome", "GPL-2.0-or-later"),
    _theme("mate", "LGPL-3.0-or-later OR CC-BY-SA-3.0"),
    _theme("Numix", "GPL-3.0-or-later"),
    _theme("Faenza", "GPL-3.0-only"),
    _theme("Paper", "GPL-3.0-or-later AND LGPL-3.0-only AND MIT"),
    _theme("Moka", "CC-BY-SA-4.0"),
    _theme("bloom", "LGPL-3.0-or-later"),
    _theme("nuoveXT2", "LGPL-3.0-or-later"),
    _theme("sugar", "LGPL-2.0-or-later", _FILLED),
    _theme("oxygen", "LGPL-3.0-or-later"),
)


def npm_packages() -> tuple[str, ...]:
    """The npm packages that hold the packs, for ``npm install``."""
    return tuple(sorted({pack.package for pack in ICON_PACKS if not pack.is_theme}))

"""How a program is shown: theme, text size, screen and window manager; as the files and variables that make it so."""

import random
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from model.data.drawing.lettering import Lettering, TextStyle

_QT_SCHEMES = Path("/usr/share/qt5ct/colors")
_KDE_SCHEMES = Path("/usr/share/color-schemes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What GTK and Qt draw widgets, icons and text with.

    Attributes:
        name: on the command line.
        is_dark: whether the ground is.
        qt_style: of Qt 5; Breeze takes its colours from KDE's settings, the others from qt5ct's.
        icons: an icon theme.
        font: family and points.
    """

    name: str
    is_dark: bool
    qt_style: str
    icons: str
    font: str


THEMES = (
    Theme(name="adwaita", is_dark=False, qt_style="Fusion", icons="Adwaita", font="DejaVu Sans 10"),
    Theme(name="adwaita-dark", is_dark=True, qt_style="Fusion", icons="Papirus-Dark", font="Cantarell 11"),
    Theme(name="breeze", is_dark=False, qt_style="Breeze", icons="breeze", font="Roboto 10"),
    Theme(name="breeze-dark", is_dark=True, qt_style="Breeze", icons="breeze-dark", font="Lato 10"),
    Theme(name="tango", is_dark=False, qt_style="Windows", icons="Tango", font="Liberation Sans 9"),
    Theme(name="elementary", is_dark=False, qt_style="Fusion", icons="elementary-xfce", font="Open Sans 10"),
    Theme(name="papirus", is_dark=False, qt_style="Breeze", icons="Papirus", font="Ubuntu 11"),
)
_SIZES_PX = ((1024, 768), (1280, 800), (1366, 768), (1600, 900), (1920, 1080), (2560, 1440), (3840, 2160))
_MAXIMISED_SHARE = 0.6
_LARGEST_AT_96_DPI = 1920


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to show a program.

    Attributes:
        theme: of widgets.
        size_px: of the screen.
        text_scale: of texts and what grows with them, by fonts alone: the extents in the tree stay pixels.
        window_manager: whose title bars it gets.
        is_maximised: whether the first window fills the screen.
        background: colour of the screen behind the windows, "#rrggbb".
    """

    theme: Theme
    size_px: tuple[int, int]
    text_scale: float
    window_manager: str
    is_maximised: bool
    background: str

    @property
    def name(self) -> str:
        """Part of the names of the pictures."""
        width, height = self.size_px
        return f"{self.theme.name}-{width}x{height}-{self.text_scale * 100:.0f}"


def draw_look(seed: int, program: str, turn: int, themes: tuple[Theme, ...] = THEMES) -> Look:
    """A look by chance: the same for the same seed, program and turn.

    Args:
        seed: of the whole set.
        program: its name.
        turn: how many looks the program had before; turns go through the themes.
        themes: to choose from.
    """
    rng = random.Random(f"{seed} {program}")  # noqa: S311 - for variety, not for secrets
    order = rng.sample(themes, len(themes))
    sizes = rng.sample(_SIZES_PX, len(_SIZES_PX))
    size_px = sizes[turn % len(sizes)]
    rng = random.Random(f"{seed} {program} {turn}")  # noqa: S311 - as above
    scales = (1.0, 1.0, 1.25, 1.5) if size_px[0] <= _LARGEST_AT_96_DPI else (1.25, 1.5, 2.0)
    return Look(
        theme=order[turn % len(order)],
        size_px=size_px,
        text_scale=rng.choice(scales),
        window_manager=rng.choice(("xfwm4", "openbox")),
        is_maximised=rng.random() < _MAXIMISED_SHARE,
        background=f"#{rng.randrange(1 << 24):06x}",
    )


def environment(look: Look) -> dict[str, str]:
    """Variables that make programs look so."""
    return {
        "GTK_THEME": "Adwaita:dark" if look.theme.is_dark else "Adwaita",
        "QT_QPA_PLATFORMTHEME": "qt5ct",
        "QT_FONT_DPI": f"{96 * look.text_scale:.0f}",
        "GDK_DPI_SCALE": f"{look.text_scale:g}",  # without a settings daemon GTK overrules the resolution in its file
    }


def write_settings(look: Look, home: Path) -> None:
    """The settings of GTK 2, GTK 3, Qt 5 and KDE in a home folder."""
    config = home / ".config"
    family, _, points = look.theme.font.rpartition(" ")
    gtk = {
        "gtk-enable-animations": "0",
        "gtk-theme-name": _gtk2_theme(look.theme),
        "gtk-icon-theme-name": look.theme.icons,
        "gtk-font-name": look.theme.font,
    }
    _write(config / "gtk-3.0" / "settings.ini", "[Settings]", *(f"{key}={value}" for key, value in gtk.items()))
    gtk["gtk-font-name"] = f"{family} {float(points) * look.text_scale:g}"  # GTK 2 has no other scale
    gtk2 = (f"{key} = {value}" if value.isdigit() else f'{key} = "{value}"' for key, value in gtk.items())
    _write(home / ".gtkrc-2.0", *gtk2)
    colours = _QT_SCHEMES / "darker.conf"
    is_breeze = look.theme.qt_style == "Breeze"
    font = f'"{family},{points},-1,5,50,0,0,0,0,0"'
    _write(
        config / "qt5ct" / "qt5ct.conf",
        *("[Appearance]", f"style={look.theme.qt_style}", f"icon_theme={look.theme.icons}"),
        *(f"color_scheme_path={colours}", f"custom_palette={str(look.theme.is_dark and not is_breeze).lower()}"),
        *("[Fonts]", f"general={font}", f"fixed={font}"),
    )
    scheme = _KDE_SCHEMES / ("BreezeDark.colors" if look.theme.is_dark else "BreezeLight.colors")
    if scheme.is_file():
        _write(config / "kdeglobals", scheme.read_text(encoding="utf-8"))


def text_style(look: Look) -> TextStyle:
    """The font that programs write with in this look, as fontconfig resolves it for them."""
    family, _, points = look.theme.font.rpartition(" ")
    size_px = round(float(points) * 96 / 72 * look.text_scale)
    return TextStyle(file=_font_file(family), size_px=size_px, lettering=Lettering.HINTED)


@cache
def _font_file(family: str) -> Path:
    found = subprocess.run(  # noqa: S603 - no shell
        ["fc-match", "--format", "%{file}", family],  # noqa: S607 - found on the path
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(found.stdout)


def _gtk2_theme(theme: Theme) -> str:
    return "Adwaita-dark" if theme.is_dark else "Adwaita"


def _write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

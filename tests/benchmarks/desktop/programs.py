"""The programs that grounding is measured on, in two parts: one to learn from, one only to check with."""

from dataclasses import dataclass
from typing import Literal

from model.data.collect.desktop.programs import find_programs
from model.data.split import DEVELOPMENT_PROGRAMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A program and how it is shown.

    Attributes:
        name: of its pictures.
        env: its theme.
        size_px: of the screen.
        window_manager: whose title bars it gets.
    """

    name: str
    env: tuple[tuple[str, str], ...] = ()
    size_px: tuple[int, int] = (1280, 800)
    window_manager: str = "xfwm4"

    @property
    def part(self) -> Literal["tune", "check"]:
        """Say "tune" if its failures may be looked at, "check" if only its numbers may."""
        return "check" if self.name in DEVELOPMENT_PROGRAMS else "tune"

    @property
    def command(self) -> tuple[str, ...]:
        """Starts it; the home folder is the working folder."""
        return find_programs([self.name])[0].command


_DARK = (("GTK_THEME", "Adwaita:dark"),)
_LARGE = (1920, 1080)

SUBJECTS = (
    Subject(name="zim"),
    Subject(name="homebank"),
    Subject(name="bluefish", size_px=_LARGE),
    Subject(name="xarchiver", window_manager="openbox"),
    Subject(name="gtkhash", env=_DARK),
    Subject(name="grsync"),
    Subject(name="l3afpad", size_px=_LARGE),
    Subject(name="qalculate"),
    Subject(name="keepassxc"),
    Subject(name="qpdfview", window_manager="openbox"),
    Subject(name="retext"),
    Subject(name="texstudio", size_px=_LARGE),
    Subject(name="speedcrunch"),
    Subject(name="easytag", size_px=_LARGE),
    Subject(name="dconf-editor"),
    Subject(name="hitori"),
    Subject(name="mines", env=_DARK),
    Subject(name="gnote"),
    Subject(name="scite", window_manager="openbox"),
    Subject(name="sylpheed"),
    Subject(name="pidgin"),
    Subject(name="glade", size_px=_LARGE),
    Subject(name="bleachbit", env=_DARK),
    Subject(name="asunder"),
    Subject(name="kcharselect"),
    Subject(name="juffed"),
    Subject(name="cutecom", window_manager="openbox"),
    Subject(name="goldendict", size_px=_LARGE),
    Subject(name="smplayer"),
    Subject(name="wxmaxima"),
    Subject(name="planner"),
    Subject(name="xfburn"),
    Subject(name="vym", size_px=_LARGE),
    Subject(name="kdiff3"),
    Subject(name="krename"),
)

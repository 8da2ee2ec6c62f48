"""The programs that grounding is measured on, in two parts: one to learn from, one only to check with."""

from dataclasses import dataclass
from typing import Literal

from model.data.collect.desktop.programs import find_programs


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A program and how it is shown.

    Attributes:
        name: of its pictures.
        part: "tune" if its failures may be looked at, "check" if only its numbers may.
        env: its theme.
        size_px: of the screen.
        window_manager: whose title bars it gets.
    """

    name: str
    part: Literal["tune", "check"]
    env: tuple[tuple[str, str], ...] = ()
    size_px: tuple[int, int] = (1280, 800)
    window_manager: str = "xfwm4"

    @property
    def command(self) -> tuple[str, ...]:
        """Starts it; the home folder is the working folder."""
        return find_programs([self.name])[0].command


_DARK = (("GTK_THEME", "Adwaita:dark"),)
_LARGE = (1920, 1080)

SUBJECTS = (
    Subject(name="zim", part="tune"),
    Subject(name="homebank", part="tune"),
    Subject(name="bluefish", part="tune", size_px=_LARGE),
    Subject(name="xarchiver", part="tune", window_manager="openbox"),
    Subject(name="gtkhash", part="tune", env=_DARK),
    Subject(name="grsync", part="tune"),
    Subject(name="l3afpad", part="tune", size_px=_LARGE),
    Subject(name="qalculate", part="tune"),
    Subject(name="keepassxc", part="tune"),
    Subject(name="qpdfview", part="tune", window_manager="openbox"),
    Subject(name="retext", part="tune"),
    Subject(name="texstudio", part="tune", size_px=_LARGE),
    Subject(name="speedcrunch", part="tune"),
    Subject(name="easytag", part="tune", size_px=_LARGE),
    Subject(name="dconf-editor", part="check"),
    Subject(name="hitori", part="check"),
    Subject(name="mines", part="check", env=_DARK),
    Subject(name="gnote", part="check"),
    Subject(name="scite", part="check", window_manager="openbox"),
    Subject(name="sylpheed", part="check"),
    Subject(name="pidgin", part="check"),
    Subject(name="glade", part="check", size_px=_LARGE),
    Subject(name="bleachbit", part="check", env=_DARK),
    Subject(name="asunder", part="check"),
    Subject(name="kcharselect", part="check"),
    Subject(name="juffed", part="check"),
    Subject(name="cutecom", part="check", window_manager="openbox"),
    Subject(name="goldendict", part="tune", size_px=_LARGE),
    Subject(name="smplayer", part="check"),
    Subject(name="wxmaxima", part="check"),
    Subject(name="planner", part="check"),
    Subject(name="xfburn", part="check"),
    Subject(name="vym", part="check", size_px=_LARGE),
    Subject(name="kdiff3", part="check"),
    Subject(name="krename", part="check"),
)

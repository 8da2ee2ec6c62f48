"""The programs that grounding is measured on, in two parts: one to learn from, one only to check with."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A program and how it is shown.

    Attributes:
        name: of its pictures.
        command: starts it; the home folder is the working folder.
        part: "tune" if its failures may be looked at, "check" if only its numbers may.
        env: its theme.
        size_px: of the screen.
        window_manager: whose title bars it gets.
    """

    name: str
    command: tuple[str, ...]
    part: Literal["tune", "check"]
    env: tuple[tuple[str, str], ...] = ()
    size_px: tuple[int, int] = (1280, 800)
    window_manager: str = "xfwm4"


_DARK = (("GTK_THEME", "Adwaita:dark"),)
_LARGE = (1920, 1080)

SUBJECTS = (
    Subject(name="zim", command=("zim", "--standalone", "notes"), part="tune"),
    Subject(name="homebank", command=("homebank",), part="tune"),
    Subject(name="bluefish", command=("bluefish",), part="tune", size_px=_LARGE),
    Subject(name="xarchiver", command=("xarchiver",), part="tune", window_manager="openbox"),
    Subject(name="gtkhash", command=("gtkhash",), part="tune", env=_DARK),
    Subject(name="grsync", command=("grsync",), part="tune"),
    Subject(name="l3afpad", command=("l3afpad", "notes.txt"), part="tune", size_px=_LARGE),
    Subject(name="qalculate", command=("qalculate-gtk",), part="tune"),
    Subject(name="keepassxc", command=("keepassxc",), part="tune"),
    Subject(name="qpdfview", command=("qpdfview",), part="tune", window_manager="openbox"),
    Subject(name="retext", command=("retext", "notes.txt"), part="tune"),
    Subject(name="texstudio", command=("texstudio",), part="tune", size_px=_LARGE),
    Subject(name="speedcrunch", command=("speedcrunch",), part="tune"),
    Subject(name="easytag", command=("easytag",), part="tune", size_px=_LARGE),
    Subject(name="dconf-editor", command=("dconf-editor",), part="check"),
    Subject(name="hitori", command=("/usr/games/hitori",), part="check"),
    Subject(name="mines", command=("/usr/games/gnome-mines",), part="check", env=_DARK),
    Subject(name="gnote", command=("gnote",), part="check"),
    Subject(name="scite", command=("scite", "notes.txt"), part="check", window_manager="openbox"),
    Subject(name="sylpheed", command=("sylpheed",), part="check"),
    Subject(name="pidgin", command=("pidgin",), part="check"),
    Subject(name="glade", command=("glade",), part="check", size_px=_LARGE),
    Subject(name="bleachbit", command=("bleachbit",), part="check", env=_DARK),
    Subject(name="asunder", command=("asunder",), part="check"),
    Subject(name="kcharselect", command=("kcharselect",), part="check"),
    Subject(name="juffed", command=("juffed", "notes.txt"), part="check"),
    Subject(name="cutecom", command=("cutecom",), part="check", window_manager="openbox"),
    Subject(name="goldendict", command=("goldendict",), part="tune", size_px=_LARGE),
    Subject(name="smplayer", command=("smplayer",), part="check"),
    Subject(name="wxmaxima", command=("wxmaxima",), part="check"),
)

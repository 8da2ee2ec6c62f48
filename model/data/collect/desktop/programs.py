"""The programs that screens are collected from, and those that never may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program and how it is started.

    Attributes:
        name: of its screens.
        command: starts it; the home folder is the working folder.
        package: which Debian package brings it.
    """

    name: str
    command: tuple[str, ...]
    package: str


def _program(name: str, *command: str, package: str = "") -> Program:
    return Program(name=name, command=command or (name,), package=package or name)


PROGRAMS = (
    _program("zim", "zim", "--standalone", "./notes"),
    _program("homebank"),
    _program("bluefish"),
    _program("xarchiver"),
    _program("gtkhash"),
    _program("grsync"),
    _program("l3afpad", "l3afpad", "notes.txt"),
    _program("qalculate", "qalculate-gtk", package="qalculate-gtk"),
    _program("keepassxc"),
    _program("qpdfview"),
    _program("retext", "retext", "notes.txt"),
    _program("texstudio"),
    _program("speedcrunch"),
    _program("easytag"),
    _program("dconf-editor"),
    _program("hitori", "/usr/games/hitori"),
    _program("mines", "/usr/games/gnome-mines", package="gnome-mines"),
    _program("gnote"),
    _program("scite", "scite", "notes.txt"),
    _program("sylpheed"),
    _program("pidgin"),
    _program("glade"),
    _program("bleachbit"),
    _program("asunder"),
    _program("kcharselect"),
    _program("juffed", "juffed", "notes.txt"),
    _program("cutecom"),
    _program("goldendict"),
    _program("smplayer"),
    _program("wxmaxima"),
    _program("notepadqq", "notepadqq", "notes.txt"),
    _program("qgit"),
    _program("gramps"),
    _program("viewnior"),
    _program("lyx"),
    _program("umbrello", "umbrello5", package="umbrello"),
    _program("planner"),
    _program("xfburn"),
    _program("vym"),
    _program("kdiff3", "kdiff3", "notes.txt", "notes/notebook.zim"),
    _program("ktorrent"),
    _program("krename"),
    _program("nemo"),
    _program("d-feet"),
    _program("orage"),
    _program("clementine"),
    _program("kompare"),
    _program("parole"),
    _program("xpad"),
    _program("codeblocks"),
)

RESERVED = frozenset(
    {
        "abiword",
        "ark",
        "atril",
        "audacity",
        "baobab",
        "caja",
        "catfish",
        "claws-mail",
        "dolphin",
        "engrampa",
        "eog",
        "eye-of-gnome",
        "evince",
        "featherpad",
        "file-roller",
        "filezilla",
        "galculator",
        "geany",
        "gedit",
        "gimp",
        "gnome-calculator",
        "gnome-system-monitor",
        "gnome-text-editor",
        "gnumeric",
        "gucharmap",
        "gwenview",
        "hexchat",
        "inkscape",
        "kate",
        "kcalc",
        "kolourpaint",
        "konsole",
        "krusader",
        "kwrite",
        "libreoffice",
        "soffice",
        "lxappearance",
        "lximage-qt",
        "meld",
        "mousepad",
        "nautilus",
        "okular",
        "pcmanfm",
        "pcmanfm-qt",
        "pluma",
        "qbittorrent",
        "qterminal",
        "quodlibet",
        "quod-libet",
        "rhythmbox",
        "ristretto",
        "shotwell",
        "thunar",
        "thunderbird",
        "transmission",
        "transmission-gtk",
        "transmission-qt",
        "vlc",
        "xfce4-panel",
        "xfce4-settings",
        "xfce4-terminal",
        "xournalpp",
    }
)
"""Programs that are kept for judging: nothing to learn from may come from them."""


def is_reserved(name: str) -> bool:
    """Whether a program, or the package of that name, is kept for judging."""
    bare = name.casefold().rpartition("/")[2]
    return any(bare == reserved or bare.startswith(f"{reserved}-") for reserved in RESERVED)


def find_programs(names: Sequence[str]) -> tuple[Program, ...]:
    """The programs of these names; all if none is named.

    Raises:
        InputError: one is reserved for judging, or unknown.
    """
    for name in names:
        if is_reserved(name):
            raise InputError(
                f"{name} is reserved for judging: no screens to learn from are collected from it.",
                hint="Name another program.",
            )
    by_name = {program.name: program for program in PROGRAMS}
    if unknown := [name for name in names if name not in by_name]:
        raise InputError(f"Unknown program: {', '.join(unknown)}.", hint=f"There are: {', '.join(sorted(by_name))}.")
    return tuple(by_name[name] for name in names) if names else PROGRAMS

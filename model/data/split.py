"""Which screens are learned from and which only measured on: divided by program, never by picture."""

import hashlib
from enum import StrEnum

from model.data.collect.desktop.programs import is_reserved
from model.data.collect.web.documents import is_free
from model.data.collect.web.libraries import LIBRARIES
from model.data.screens import LabelledScreen, Source
from model.errors import InputError

DEVELOPMENT_PROGRAMS = frozenset(
    {
        "asunder",
        "bleachbit",
        "cutecom",
        "dconf-editor",
        "glade",
        "gnote",
        "hitori",
        "juffed",
        "kcharselect",
        "kdiff3",
        "krename",
        "mines",
        "pidgin",
        "planner",
        "scite",
        "smplayer",
        "sylpheed",
        "vym",
        "wxmaxima",
        "xfburn",
    }
)
"""Desktop programs that are only measured on."""

_DOCUMENT = "doc-"
_DEVELOPMENT_PERCENT = 33


class Part(StrEnum):
    """What screens are for.

    Attributes:
        TRAINING: to learn from.
        DEVELOPMENT: to measure on while a model is being built; nothing is learned from them.
    """

    TRAINING = "training"
    DEVELOPMENT = "development"


def is_document(screen: LabelledScreen) -> bool:
    """Whether a page is documentation, and no page that was made."""
    return screen.program.startswith(_DOCUMENT)


def part_of(screen: LabelledScreen) -> Part:
    """What a screen is for, by its program.

    Raises:
        InputError: its program is reserved for judging, or it is a web page and nobody says whose.
    """
    program = screen.program
    package = program.removeprefix(_DOCUMENT)
    if is_reserved(package) or (is_document(screen) and not is_free(package)):
        raise InputError(
            f"{screen.picture} shows {package}, which is reserved for judging.", hint="Take it out of the folder."
        )
    if screen.source is Source.DRAWN:
        return Part.TRAINING
    if screen.source is Source.DESKTOP:
        return Part.DEVELOPMENT if program in DEVELOPMENT_PROGRAMS else Part.TRAINING
    if is_document(screen):
        return Part.DEVELOPMENT if _hash_percent(package) < _DEVELOPMENT_PERCENT else Part.TRAINING
    held_out = {library.name: library.is_held_out for library in LIBRARIES}
    if program not in held_out:
        raise InputError(
            f"{screen.picture} is a page made with {program}, of which nobody says whether it is for training.",
            hint=f"There are: {', '.join(held_out)}, and documentation as {_DOCUMENT}PACKAGE.",
        )
    return Part.DEVELOPMENT if held_out[program] else Part.TRAINING


def _hash_percent(name: str) -> int:
    """A number from 0 to 99 that stays with a name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big") % 100

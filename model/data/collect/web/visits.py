"""Which pages are shown, and how: drawn by a seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.data.collect.web.icons import PACKS, IconPack
from model.data.collect.web.libraries import LIBRARIES, Library
from model.errors import InputError

_SIZES_PX = (
    *((800, 600), (1024, 768), (1280, 720), (1280, 800), (1366, 768), (1440, 900)),
    *((1600, 900), (1920, 1080), (1920, 1080), (1920, 1200), (2560, 1440), (3840, 2160)),
)
_ZOOMS = (0.8, 0.9, 1.0, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_PAGE_PX = (560, 2600)  # the narrowest and widest window that a page is made for, in pixels of the page
_DARK_SHARE, _SCROLLED_SHARE, _PLAIN_SHARE = 0.35, 0.5, 0.2
_DOCUMENT_EVERY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page in a window.

    Attributes:
        name: of the picture.
        program: the library that the page is made with, or "doc-" and the package that brings it.
        seed: of what is written on a made page.
        library, pack: what it is made with; None for a document.
        document: the page, None for a made one.
        plain_kind: "form" or "table" for a page without icons, "" for one that looks like a program.
        size_px: of the window in pixels of the picture.
        zoom: pixels of the picture per pixel of the page.
        is_dark: whether the page is.
        scrolled: how far down, from 0 to 1.
    """

    name: str
    program: str
    seed: int
    library: Library | None = None
    pack: IconPack | None = None
    document: Path | None = None
    plain_kind: str = ""
    size_px: tuple[int, int]
    zoom: float
    is_dark: bool
    scrolled: float


def draw_visits(
    n_visits: int, seed: int, libraries: Sequence[Library], documents: Mapping[str, Sequence[Path]]
) -> list[Visit]:
    """Visits by chance; the same seed gives the same, and more of them begin with fewer.

    Args:
        n_visits: how many.
        seed: of all of them.
        libraries: to make pages with, in turn.
        documents: pages by package; every fourth visit is to one, () for none.
    """
    return [_draw(number, seed, libraries, documents) for number in range(n_visits)]


def find_libraries(names: Sequence[str]) -> tuple[Library, ...]:
    """The libraries of these names; all if none is named.

    Raises:
        InputError: one is unknown.
    """
    by_name = {library.name: library for library in LIBRARIES}
    if unknown := [name for name in names if name not in by_name]:
        raise InputError(f"Unknown library: {', '.join(unknown)}.", hint=f"There are: {', '.join(by_name)}.")
    return tuple(by_name[name] for name in names) if names else LIBRARIES


def packs_of(library: Library) -> tuple[IconPack, ...]:
    """The icon packs of a library's pages: those kept for judging on the libraries that are, the others elsewhere."""
    return tuple(pack for pack in PACKS if pack.is_held_out is library.is_held_out)


def _draw(number: int, seed: int, libraries: Sequence[Library], documents: Mapping[str, Sequence[Path]]) -> Visit:
    rng = random.Random(f"{seed} {number}")  # noqa: S311 - for variety, not for secrets
    size_px = rng.choice(_SIZES_PX)
    narrowest, widest = _PAGE_PX
    zoom = rng.choice([z for z in _ZOOMS if narrowest <= size_px[0] / z <= widest])
    is_dark = rng.random() < _DARK_SHARE
    scrolled = rng.random() if rng.random() < _SCROLLED_SHARE else 0.0
    if documents and number % _DOCUMENT_EVERY == _DOCUMENT_EVERY - 1:
        package = rng.choice(sorted(documents))
        return Visit(
            name=f"doc-{package}-{seed}-{number}",
            program=f"doc-{package}",
            seed=number,
            document=rng.choice(documents[package]),
            size_px=size_px,
            zoom=zoom,
            is_dark=is_dark,
            scrolled=scrolled,
        )
    library = libraries[number % len(libraries)]
    pack = rng.choice(packs_of(library))
    return Visit(
        name=f"{library.name}-{seed}-{number}",
        program=library.name,
        seed=rng.randrange(1 << 31),
        library=library,
        pack=pack,
        plain_kind=rng.choice(("form", "table")) if rng.random() < _PLAIN_SHARE else "",
        size_px=size_px,
        zoom=zoom,
        is_dark=is_dark and (bool(library.dark) or not pack.is_masked),
        scrolled=scrolled,
    )

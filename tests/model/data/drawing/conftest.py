import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from model.data.drawing.fonts import find_fonts
from model.data.drawing.icons.bank import IconBank
from model.data.drawing.icons.gather import gather_icons
from model.data.drawing.icons.packs import IconPack, PackStyle
from model.data.drawing.pen import Kit
from model.data.drawing.phrases import PhraseBook
from model.data.intents import Intent

PLAIN = IconPack(name="plain", package="plain-icons", pattern="svg/*.svg", style=PackStyle.OUTLINE, licence="MIT")
KEPT = IconPack(
    name="kept", package="kept-icons", pattern="*.svg", style=PackStyle.FILLED, licence="MIT", is_held_out=True
)
THEME = IconPack(name="theme-bright", package="Bright", style=PackStyle.COLOUR, licence="public domain", is_theme=True)
PACKS = (PLAIN, KEPT, THEME)

_PATHS = {
    "document-save": "M3 3h18v18H3z M7 3v6h10V3",
    "trashCan": "M5 7h14l-1 14H6z M9 3h6",
    "arrow-left": "M20 12H4l6 -6 M4 12l6 6",
    "search": "M4 10a6 6 0 1 0 12 0a6 6 0 1 0 -12 0 M15 15l6 6",
}


def svg(path: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2"><path d="{path}"/></svg>'
    )


@pytest.fixture(scope="session")
def packs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three packs: outlined drawings, drawings that are held out, and a coloured theme of bitmaps with a link."""
    folder = tmp_path_factory.mktemp("packs")
    (folder / "plain-icons" / "svg").mkdir(parents=True)
    (folder / "kept-icons").mkdir()
    for name, path in _PATHS.items():
        (folder / "plain-icons" / "svg" / f"{name}.svg").write_text(svg(path), encoding="utf-8")
    (folder / "plain-icons" / "svg" / "broken.svg").write_text("<svg", encoding="utf-8")
    (folder / "plain-icons" / "svg" / "blot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0h24v24H0z"/></svg>', encoding="utf-8"
    )
    (folder / "kept-icons" / "zebra.svg").write_text(svg(_PATHS["search"]), encoding="utf-8")
    for side in (16, 32):
        actions = folder / "Bright" / f"{side}x{side}" / "actions"
        actions.mkdir(parents=True)
        picture = Image.new("RGBA", (side, side))
        pencil = ImageDraw.Draw(picture)
        pencil.ellipse((1, 1, side - 2, side - 2), fill=(200, 30, 30, 255))
        pencil.rectangle((side // 3, side // 3, side // 2, side // 2), fill=(250, 250, 90, 255))
        picture.save(actions / "process-stop.png")
    (folder / "Bright" / "32x32" / "actions" / "gtk-cancel.png").symlink_to("process-stop.png")
    return folder


@pytest.fixture(scope="session")
def bank_folder(packs_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    gather_icons(folder, PACKS, modules=packs_folder, themes=packs_folder)
    return folder


def intent(number: int, *, is_held_back: bool, names: tuple[str, ...], icons: tuple[str, ...] = ()) -> Intent:
    """An intent whose id makes it held back or not."""
    made = (
        Intent(id=f"does-{number}-{suffix}", does="It does.", names=names, icons=icons, asks=())
        for suffix in range(999)
    )
    return next(candidate for candidate in made if candidate.is_held_back is is_held_back)


INTENTS = (
    intent(1, is_held_back=False, names=("Save", "Keep changes"), icons=("document-save",)),
    intent(2, is_held_back=False, names=("Close",)),
    intent(3, is_held_back=True, names=("Frobnicate", "Close"), icons=("arrow-left",)),
)
STRINGS = ("Print preview", "Frobnicate", "frobnicate…", "Show hidden files", "The file could not be opened", "Colour")


@pytest.fixture(scope="session")
def kit(bank_folder: Path) -> Kit:
    return Kit(fonts=find_fonts(), icons=IconBank(bank_folder), phrases=PhraseBook(STRINGS, INTENTS))


@pytest.fixture(scope="session")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lexicon")
    rows = [{"id": made.id, "does": made.does, "names": made.names, "icons": made.icons} for made in INTENTS]
    (folder / "some.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder

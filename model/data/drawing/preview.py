"""Sheets to look at: pictures with the boxes and names of all that is labelled on them."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from model.data.drawing.colours import Colour
from model.data.screens import SCREENS_FILE, LabelledElement, LabelledScreen, read_screens, screen_pixels
from model.errors import InputError
from model.grounder import ElementKind

_COLOURS: Final[Mapping[ElementKind, Colour]] = {
    ElementKind.TEXT: (220, 30, 30),
    ElementKind.BUTTON: (20, 110, 230),
    ElementKind.FIELD: (10, 150, 60),
    ElementKind.CHECKBOX: (160, 60, 200),
    ElementKind.RADIO: (200, 60, 160),
    ElementKind.TAB: (0, 140, 150),
    ElementKind.MENU: (200, 120, 0),
    ElementKind.ICON: (240, 0, 160),
    ElementKind.LINK: (80, 80, 255),
    ElementKind.OTHER: (110, 110, 110),
}
_TEXT_COLOUR: Final[Colour] = (0, 190, 90)
_SCALE = 2
_MAX_CHARS = 28


def preview_sheet(folder: Path, sheet: Path, *, n_screens: int, n_columns: int, first: int = 0) -> int:
    """Draw screens of a folder onto one sheet, twice as large, with the box and the name of each element.

    Args:
        folder: with ``screens.jsonl``.
        sheet: file to write.
        n_screens: how many at most.
        n_columns: side by side.
        first: how many to pass over.

    Returns:
        How many screens are on it.

    Raises:
        InputError: there are none.
    """
    chosen = list(islice(read_screens(folder), first, first + n_screens)) if (folder / SCREENS_FILE).is_file() else []
    if not chosen:
        raise InputError(f"There are no screens in {folder}.", hint="Collect some first: `foveal collect --help`.")
    pictures = [annotated(Image.fromarray(screen_pixels(folder, screen)), screen) for screen in chosen]
    _tiled(pictures, n_columns).save(sheet)
    return len(chosen)


def annotated(picture: Image.Image, screen: LabelledScreen) -> Image.Image:
    """The picture enlarged, with the box of each element in the colour of its kind, that of its text, and its name."""
    large = picture.resize((picture.width * _SCALE, picture.height * _SCALE), Image.Resampling.NEAREST)
    pencil = ImageDraw.Draw(large)
    for element in screen.elements:
        colour = _COLOURS[element.kind]
        x1, y1, x2, y2 = (round(edge * _SCALE) for edge in element.bbox)
        pencil.rectangle((x1, y1, x2 - 1, y2 - 1), outline=colour)
        if element.text_bbox is not None:
            left, top, right, bottom = (round(edge * _SCALE) for edge in element.text_bbox)
            pencil.rectangle((left - 1, top - 1, right, bottom), outline=_TEXT_COLOUR)
        pencil.text((x1 + 1, y1 - 10), _caption(element), fill=colour, stroke_width=1, stroke_fill=(255, 255, 255))
    return large


def _caption(element: LabelledElement) -> str:
    name = element.name or element.text
    icons = f" [{element.icons[0]}]" if element.icons else ""
    return f"{name[:_MAX_CHARS]}{icons}"


def _tiled(pictures: Sequence[Image.Image], n_columns: int) -> Image.Image:
    width, height = max(picture.width for picture in pictures), max(picture.height for picture in pictures)
    n_rows = -(-len(pictures) // n_columns)
    sheet = Image.new("RGB", (min(n_columns, len(pictures)) * width, n_rows * height), (128, 128, 128))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % n_columns * width, index // n_columns * height))
    return sheet

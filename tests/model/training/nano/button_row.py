"""A screen with four buttons in a row, as it would have been collected."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from model.data.screens import LabelledElement, LabelledScreen, Source, write_screen
from model.grounder import ElementKind

NAMES = ("Save", "Open", "Print", "Close")


def button_row(folder: Path) -> LabelledScreen:
    """Draw it into a folder of collected screens."""
    picture = Image.new("RGB", (320, 160), (240, 240, 240))
    pencil = ImageDraw.Draw(picture)
    elements = []
    for index, name in enumerate(NAMES):
        x = 10 + 78 * index
        pencil.rectangle((x, 64, x + 63, 95), fill=(210, 210, 220), outline=(90, 90, 90))
        pencil.text((x + 16, 74), name, fill=(10, 10, 10))
        box = (float(x), 64.0, x + 64.0, 96.0)
        text_box = (x + 16.0, 74.0, x + 48.0, 86.0)
        elements.append(LabelledElement(bbox=box, kind=ElementKind.BUTTON, name=name, text=name, text_bbox=text_box))
    screen = LabelledScreen(
        picture="a.png",
        width_px=320,
        height_px=160,
        source=Source.DRAWN,
        program="drawn",
        theme="light",
        scale=1.0,
        elements=tuple(elements),
    )
    write_screen(folder, screen, np.asarray(picture))
    return screen

"""Labelled screens that the fake grounder can answer about: buttons in the colours that they are named after."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from model.data.screens import LabelledElement, LabelledScreen, Source, write_screen
from model.grounder import Box, ElementKind
from tests.fakes.fake_grounder import COLOURS

SIZE_PX = (500, 200)


def write_colours(folder: Path, programs: dict[str, Source]) -> None:
    """A screen of each program."""
    for program, source in programs.items():
        picture = Image.new("RGB", SIZE_PX, (240, 240, 240))
        pen = ImageDraw.Draw(picture)
        elements = []
        for i, (name, colour) in enumerate(COLOURS.items()):
            box: Box = (10.0 + 90 * i, 20.0, 70.0 + 90 * i, 50.0)
            pen.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=colour)
            elements.append(LabelledElement(bbox=box, kind=ElementKind.BUTTON, name=name, text=name))
        screen = LabelledScreen(
            picture=f"{program}-start.png",
            width_px=SIZE_PX[0],
            height_px=SIZE_PX[1],
            source=source,
            program=program,
            theme="",
            scale=1.0,
            elements=tuple(elements),
        )
        write_screen(folder, screen, np.asarray(picture))

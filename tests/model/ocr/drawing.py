"""Small screens drawn for tests, with text of a real font."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]

GOLDEN = Path(__file__).parent / "golden"


def screen(width_px: int, height_px: int, color: tuple[int, int, int] = (246, 245, 244)) -> Picture:
    """An empty screen."""
    return np.full((height_px, width_px, 3), color, np.uint8)


def write(
    picture: Picture, text: str, x: int, y: int, *, size_px: int = 15, color: tuple[int, int, int] = (30, 30, 30)
) -> tuple[int, int, int, int]:
    """Write into a picture; returns the box of what was drawn."""
    image = Image.fromarray(picture)
    font = ImageFont.load_default(size_px)
    draw = ImageDraw.Draw(image)
    draw.text((x, y), text, fill=color, font=font)
    left, top, right, bottom = draw.textbbox((x, y), text, font=font)
    picture[:] = np.asarray(image)
    return int(left), int(top), int(right), int(bottom)


def frame(picture: Picture, box: tuple[int, int, int, int], *, fill: int = 255, border: int = 150) -> None:
    """Draw a rectangle with a border of one pixel."""
    left, top, right, bottom = box
    picture[top:bottom, left:right] = border
    picture[top + 1 : bottom - 1, left + 1 : right - 1] = fill


def golden(name: str) -> Picture:
    """A picture of a real program."""
    return np.asarray(Image.open(GOLDEN / f"{name}.png").convert("RGB"))


def desktop(width_px: int = 1920, height_px: int = 1080) -> Picture:
    """A full screen of real programs' windows."""
    picture = screen(width_px, height_px, (40, 60, 80))
    places = {
        "keypad-light": (40, 40),
        "order-form-light": (900, 30),
        "replace-dialog": (60, 610),
        "menu-with-icons": (720, 640),
        "notebook-dialog": (1150, 640),
    }
    for name, (x, y) in places.items():
        window = golden(name)
        picture[y : y + window.shape[0], x : x + window.shape[1]] = window[: height_px - y, : width_px - x]
    return picture

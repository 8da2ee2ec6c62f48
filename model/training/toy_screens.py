"""Drawn screens of coloured buttons: a task small enough that a tiny network learns it on a CPU in minutes.

Each screen has four to six buttons of different colours in random places and sizes; the instruction names the colour
of one. Chance finds one in five. Screens of another seed have other layouts, sizes and shades, so what is right there
was understood and not learned by heart.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from model.data.boxes import BoxNorm
from model.data.records import TrainingRecord, parse_record

COLOURS: Final = {
    "red": (220, 40, 40),
    "green": (40, 170, 60),
    "blue": (40, 70, 220),
    "yellow": (240, 220, 40),
    "orange": (245, 140, 30),
    "purple": (140, 50, 180),
    "black": (20, 20, 20),
    "pink": (250, 150, 190),
}
_SIZE_PX: Final = (224, 168)
_SLOT_PX: Final = 56
_SHADE: Final = 12
_FEWEST, _MOST = 4, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Button:
    colour: str
    shade: tuple[int, ...]
    box_px: tuple[int, int, int, int]


class ToyScreens:
    """A source of records about drawn screens; nothing is stored, each is drawn when it is asked for.

    Args:
        n_screens: how many.
        seed: the same draws the same.
        n_colours: of buttons, at least 4 and at most all; with fewer it is easier.
    """

    def __init__(self, n_screens: int, *, seed: int, n_colours: int = len(COLOURS)) -> None:
        self._n_screens = n_screens
        self._seed = seed
        self._colours = list(COLOURS)[:n_colours]

    def __len__(self) -> int:
        return self._n_screens

    def record(self, index: int) -> TrainingRecord:
        """The first button is the one that is meant."""
        target = self._buttons(index)[0]
        width_px, height_px = _SIZE_PX
        box = BoxNorm.from_pixels(*target.box_px, width_px=width_px, height_px=height_px)
        x_norm, y_norm = (box.x1_norm + box.x2_norm) / 2, (box.y1_norm + box.y2_norm) / 2
        row = {
            "image": f"{index}.png",
            "conversations": [
                {"from": "human", "value": f"<image>{_wish(target.colour)}"},
                {
                    "from": "gpt",
                    "value": f"pyautogui.click(x={x_norm:.4f}, y={y_norm:.4f})",
                    "bbox_gt": [box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm],
                },
            ],
        }
        return parse_record(row, name=f"drawn screen {index}")

    def picture(self, index: int) -> Image.Image:
        """All its buttons on a pale background."""
        rng = np.random.default_rng((self._seed, index, 1))
        picture = Image.new("RGB", _SIZE_PX, tuple(rng.integers(225, 250, 3).tolist()))
        pencil = ImageDraw.Draw(picture)
        for button in self._buttons(index):
            x1, y1, x2, y2 = button.box_px
            pencil.rectangle((x1, y1, x2 - 1, y2 - 1), fill=button.shade)
        return picture

    def size_px(self, index: int) -> tuple[int, int]:
        """See ``RecordSource.size_px``."""
        return _SIZE_PX

    def _buttons(self, index: int) -> list[_Button]:
        rng = np.random.default_rng((self._seed, index))
        width_px, height_px = _SIZE_PX
        corners = [(x, y) for y in range(0, height_px, _SLOT_PX) for x in range(0, width_px, _SLOT_PX)]
        n_buttons = int(rng.integers(_FEWEST, min(_MOST, len(self._colours)) + 1))
        places = rng.permutation(corners)[:n_buttons].tolist()
        colours = rng.permutation(self._colours)[:n_buttons].tolist()
        return [_button(rng, colour, *place) for colour, place in zip(colours, places, strict=True)]


def _wish(colour: str) -> str:
    """Names the colour thrice: beside the fixed words of a prompt, a tiny decoder hardly notices two letters."""
    return f"{colour}: click the {colour} button, the {colour} one"


def _button(rng: np.random.Generator, colour: str, left_px: int, top_px: int) -> _Button:
    width_px, height_px = rng.integers(36, 53, 2).tolist()
    x_px = left_px + int(rng.integers(0, _SLOT_PX - width_px))
    y_px = top_px + int(rng.integers(0, _SLOT_PX - height_px))
    shade = np.clip(np.array(COLOURS[colour]) + rng.integers(-_SHADE, _SHADE + 1, 3), 0, 255)
    return _Button(colour=colour, shade=tuple(shade.tolist()), box_px=(x_px, y_px, x_px + width_px, y_px + height_px))

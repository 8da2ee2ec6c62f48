"""Where crops to learn from come from: drawn from seeds, or cut out of collected screens."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.drawing.pen import Kit
from model.data.drawing.screens import Drawing, draw_crop, draw_icons, draw_keys
from model.data.screens import LabelledElement, LabelledScreen, screen_pixels
from model.grounder import Box
from model.nano.shape import CELL_PX
from model.training.nano.targets import DenseTargets, dense_targets, doubted

_LEAST_SEEN = 0.5
_FLAT_LEVELS = 6
_N_CROPS = 8
"""From one picture, since reading it takes longer than cutting."""
_LEAST_ELEMENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crop:
    """A picture to learn from: [side, side, 3] uint8 RGB, and what is in it."""

    pixels: NDArray[np.uint8]
    targets: DenseTargets


def drawn_crops(kit: Kit, *, side_px: int, seed: int, step: int = 1) -> Iterator[Crop]:
    """Crops of drawn screens without end, from every ``step``-th seed."""
    for number in count(seed, step):
        yield _drawn(draw_crop(number, kit, side_px=side_px))


def icon_crops(kit: Kit, *, side_px: int, seed: int, step: int = 1) -> Iterator[Crop]:
    """Squares full of icons without end, likewise."""
    for number in count(seed, step):
        yield _drawn(draw_icons(number, kit, side_px=side_px))


def key_crops(kit: Kit, *, side_px: int, seed: int, step: int = 1) -> Iterator[Crop]:
    """Squares full of keys without end, likewise."""
    for number in count(seed, step):
        yield _drawn(draw_keys(number, kit, side_px=side_px))


def _drawn(drawing: Drawing) -> Crop:
    height_px, width_px = drawing.pixels.shape[:2]
    targets = dense_targets(drawing.screen.elements, height_px, width_px)
    return Crop(pixels=drawing.pixels, targets=targets)


def screen_crops(screens: list[tuple[Path, LabelledScreen]], *, side_px: int, seed: int) -> Iterator[Crop]:
    """Crops of collected screens without end.

    Args:
        screens: with the folder of each.
        side_px: of a crop; smaller screens are passed over.
        seed: of the order and the places.
    """
    rng = random.Random(seed)  # noqa: S311 - places, not secrets
    large = [(folder, screen) for folder, screen in screens if min(screen.width_px, screen.height_px) >= side_px]
    while True:
        folder, screen = rng.choice(large)
        pixels = screen_pixels(folder, screen)
        for _ in range(_N_CROPS):
            left = rng.randrange(screen.width_px - side_px + 1)
            top = rng.randrange(screen.height_px - side_px + 1)
            elements = _elements_in(screen.elements, left, top, side_px)
            if len(elements) >= _LEAST_ELEMENTS:
                part = np.ascontiguousarray(pixels[top : top + side_px, left : left + side_px])
                targets = dense_targets(elements, side_px, side_px)
                yield Crop(pixels=part, targets=doubted(targets, flat_cells(part)))


def flat_cells(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which cells have about one colour, [h, w]."""
    height, width = (side // CELL_PX for side in pixels.shape[:2])
    cells = pixels[: height * CELL_PX, : width * CELL_PX].reshape(height, CELL_PX, width, CELL_PX, 3)
    return np.asarray((cells.max(axis=(1, 3)).astype(np.int16) - cells.min(axis=(1, 3))).max(axis=-1) <= _FLAT_LEVELS)


def _elements_in(
    elements: tuple[LabelledElement, ...], left: int, top: int, side_px: int
) -> tuple[LabelledElement, ...]:
    found = []
    for element in elements:
        x1, y1, x2, y2 = _moved(element.bbox, left, top)
        inside: Box = (max(0.0, x1), max(0.0, y1), min(float(side_px), x2), min(float(side_px), y2))
        width, height = inside[2] - inside[0], inside[3] - inside[1]
        if width <= 0 or height <= 0 or width * height < _LEAST_SEEN * (x2 - x1) * (y2 - y1):
            continue
        text_bbox = None if element.text_bbox is None else _moved(element.text_bbox, left, top)
        if text_bbox is not None and not _is_within(text_bbox, side_px):
            text_bbox = None
        found.append(replace(element, bbox=inside, text_bbox=text_bbox))
    return tuple(found)


def _moved(box: Box, left: int, top: int) -> Box:
    return box[0] - left, box[1] - top, box[2] - left, box[3] - top


def _is_within(box: Box, side_px: int) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= side_px and box[3] <= side_px

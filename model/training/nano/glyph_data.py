"""Glyphs to learn from: icons of the bank drawn into boxes as programs show them, and icons of collected screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from model.data.drawing.icons.bank import BankIcon, IconBank
from model.data.screens import screen_pixels
from model.grounder import Box
from model.nano.glyphs import GLYPH_PX, cut_glyphs
from model.training.nano.screens import training_screens
from model.training.nano.targets import is_icon_sized

_SIDES_PX = (12, 14, 16, 16, 16, 18, 20, 22, 24, 24, 24, 28, 32, 36, 40, 48, 60)
_SCREEN_SHARE = 0.2
"""Of the glyphs, if there are collected screens."""
_RIM_SHARE = 0.3
_BESIDE_SHARE = 0.15
_SLOPE_SHARE = 0.2
_MOST_SLOPE = 25
_PAST_PX = 4
"""By which the edge of a button may lie outside of the box."""
_GAP_PX = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glyphs:
    """A batch.

    Attributes:
        pixels: [n, GLYPH_PX, GLYPH_PX, 3] float32.
        names: of each.
    """

    pixels: NDArray[np.float32]
    names: tuple[tuple[str, ...], ...]


class GlyphBatches(IterableDataset[Glyphs]):
    """Batches without end; each worker draws its own.

    Args:
        icons: folder of the icon bank.
        found: glyphs of collected screens.
        n_batch: glyphs in a batch.
        seed: of the drawings.
    """

    def __init__(self, icons: Path, found: Glyphs, *, n_batch: int, seed: int) -> None:
        self.icons, self.found, self.n_batch, self.seed = icons, found, n_batch, seed

    def __iter__(self) -> Iterator[Glyphs]:
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, 0 if worker is None else worker.id))
        cv2.setNumThreads(1)
        bank = IconBank(self.icons)
        n_found = round(self.n_batch * _SCREEN_SHARE) if len(self.found.names) else 0
        while True:
            drawn = [bank.icons[index] for index in rng.integers(len(bank.icons), size=self.n_batch - n_found)]
            pixels = [cut_glyphs(*_drawn(bank, icon, rng))[0] for icon in drawn]
            chosen = rng.integers(max(1, len(self.found.names)), size=n_found)
            pixels += [_moved(self.found.pixels[index], rng) for index in chosen]
            names = (*(icon.names for icon in drawn), *(self.found.names[index] for index in chosen))
            yield Glyphs(pixels=np.stack([_recoloured(one, rng) for one in pixels]), names=names)


def glyph_stream(batches: GlyphBatches, n_workers: int) -> Iterator[Glyphs]:
    """The batches, drawn by other processes."""
    # Spawned: forked processes inherit locks of the threads that cut out the glyphs of collected screens.
    context = "spawn" if n_workers else None
    return iter(
        DataLoader(batches, batch_size=None, num_workers=n_workers, collate_fn=_as_is, multiprocessing_context=context)
    )


def found_glyphs(folders: tuple[Path, ...]) -> Glyphs:
    """All icons with words of the training part of collected screens."""
    pixels, names = [], []
    for folder, screen in training_screens(folders):
        icons = [e for e in screen.elements if e.icons and not e.text and is_icon_sized(e.bbox)]
        if icons:
            pixels.append(cut_glyphs(screen_pixels(folder, screen), [icon.bbox for icon in icons]))
            names += [icon.icons for icon in icons]
    none = np.zeros((0, GLYPH_PX, GLYPH_PX, 3), np.float32)
    return Glyphs(pixels=np.concatenate([none, *pixels]), names=tuple(names))


def _drawn(bank: IconBank, icon: BankIcon, rng: np.random.Generator) -> tuple[NDArray[np.uint8], list[Box]]:
    """An icon on a ground, and the box that it is found in: with margins, sometimes with a rim or what is beside it."""
    side = int(rng.choice(_SIDES_PX))
    left, top, right, below = (int(margin) for margin in rng.integers(0, 3 + side // 2, 4))
    shape = (side + top + below, side + left + right, 3)
    ground, picture = _ground(shape, rng)
    if rng.random() < _RIM_SHARE:
        _draw_rim(picture, (left, top, left + side, top + side), rng)
    drawing = bank.pixels(icon, side).astype(np.float32)
    if icon.is_mono:
        ink = ground + (1 if ground.mean() < 128 else -1) * rng.integers(90, 256)
        colour = np.clip(ink + rng.integers(-20, 21, 3), 0, 255).astype(np.float32)
        alpha = drawing[..., None] / 255
    else:
        colour, alpha = drawing[..., :3], drawing[..., 3:] / 255
    alpha = alpha * (rng.uniform(0.5, 0.8) if rng.random() < 0.08 else 1.0)
    inside = picture[top : top + side, left : left + side]
    if rng.random() < _BESIDE_SHARE and right > 2 * _GAP_PX:
        _draw_beside(picture, left + side + _GAP_PX, colour.reshape(-1, 3).mean(axis=0), rng)
    inside[:] = inside * (1 - alpha) + colour * alpha
    return np.clip(picture, 0, 255).astype(np.uint8), [(0.0, 0.0, float(shape[1]), float(shape[0]))]


def _ground(shape: tuple[int, int, int], rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A colour, and a picture of it; on some it changes from top to foot, as on old tool bars."""
    ground = np.full(3, rng.integers(200, 256)) if rng.random() < 0.5 else np.full(3, rng.integers(0, 80))
    if rng.random() < 0.25:
        ground = rng.integers(0, 256, 3)
    picture = np.broadcast_to(ground, shape).astype(np.float32).copy()
    if rng.random() < _SLOPE_SHARE:
        picture += np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None, None] * rng.integers(
            -_MOST_SLOPE, _MOST_SLOPE
        )
    return ground.astype(np.float32), picture


def _draw_rim(picture: NDArray[np.float32], icon: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    """The edge of a button around the icon, of which the box often holds a part only."""
    height, width = picture.shape[:2]
    x1, y1 = (int(rng.integers(-_PAST_PX, max(1, side))) for side in icon[:2])
    x2, y2 = (int(rng.integers(side, limit + _PAST_PX)) for side, limit in zip(icon[2:], (width, height), strict=True))
    colour = tuple(float(value) for value in np.clip(picture[0, 0] + rng.integers(-90, 91), 0, 255))
    if rng.random() < 0.5:
        cv2.rectangle(picture, (x1, y1), (x2, y2), colour, 1)
        return
    radius = int(rng.integers(2, 7))
    for (left, top), turn in (((x1, y1), 180), ((x2, y1), 270), ((x2, y2), 0), ((x1, y2), 90)):
        inner = (left + radius if left == x1 else left - radius, top + radius if top == y1 else top - radius)
        cv2.ellipse(picture, inner, (radius, radius), turn, 0, 90, colour, 1)
    cv2.line(picture, (x1 + radius, y1), (x2 - radius, y1), colour, 1)
    cv2.line(picture, (x1 + radius, y2), (x2 - radius, y2), colour, 1)
    cv2.line(picture, (x1, y1 + radius), (x1, y2 - radius), colour, 1)
    cv2.line(picture, (x2, y1 + radius), (x2, y2 - radius), colour, 1)


def _draw_beside(picture: NDArray[np.float32], x: int, colour: NDArray[np.floating], rng: np.random.Generator) -> None:
    """A piece of whatever stands to the right of the icon and reaches into its box."""
    height, width = picture.shape[:2]
    y1 = int(rng.integers(0, max(1, height // 2)))
    y2 = int(rng.integers(y1 + 1, height + 1))
    shade = tuple(float(value) for value in np.clip(colour, 0, 255))
    cv2.ellipse(picture, (width, (y1 + y2) // 2), (width - x, max(1, (y2 - y1) // 2)), 0, 0, 360, shade, -1)


def _moved(glyph: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A little larger or smaller, and elsewhere."""
    scale, (x, y) = rng.uniform(0.9, 1.1), rng.uniform(-1.5, 1.5, 2)
    middle = GLYPH_PX / 2 * (1 - scale)
    move = np.array([[scale, 0, middle + x], [0, scale, middle + y]], np.float32)
    return np.asarray(cv2.warpAffine(glyph, move, (GLYPH_PX, GLYPH_PX), flags=cv2.INTER_LINEAR), np.float32)


def _recoloured(glyph: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    chance = rng.random(4)
    if chance[0] < 0.5:
        glyph = -glyph
    if chance[1] < 0.3:
        glyph = glyph[..., rng.permutation(3)]
    if chance[2] < 0.2:
        glyph = np.broadcast_to(glyph.mean(axis=-1, keepdims=True), glyph.shape)
    if chance[3] < 0.5:
        glyph = glyph * np.float32(rng.uniform(0.5, 1.4))
    return np.asarray(np.clip(glyph, -1, 1), np.float32)


def _as_is(batch: Any) -> Any:
    """Batches travel as they are."""
    return batch

"""Screens to measure on: drawn, so that they are the same everywhere, with text, panes and flat ground."""

import numpy as np
from numpy.typing import NDArray

_GROUND, _PANE, _BAR, _INK = 246, 232, 214, 40
_LINE_PX, _TEXT_PX = 34, 14


def draw_screen(width_px: int, height_px: int, *, seed: int = 0) -> NDArray[np.uint8]:
    """A window with a menu bar, a side pane, text in part of it and a photograph in one corner.

    Args:
        width_px: of the picture.
        height_px: of the picture.
        seed: of its letters.
    """
    rng = np.random.default_rng(seed)
    picture = np.full((height_px, width_px), _GROUND, np.uint8)
    pane_px, bar_px = width_px * 3 // 20, min(60, height_px // 4)
    picture[:, :pane_px] = _PANE
    picture[:bar_px] = _BAR
    _write(picture, rng, left=12, right=width_px // 2, top=bar_px // 3, bottom=bar_px // 3 + _TEXT_PX)
    _write(picture, rng, left=16, right=pane_px - 16, top=bar_px + 20, bottom=height_px * 2 // 3)
    _write(picture, rng, left=pane_px + 24, right=width_px * 3 // 4, top=bar_px + 20, bottom=height_px // 2)
    photo = picture[height_px * 3 // 4 : height_px - 24, width_px * 3 // 4 : width_px - 24]
    photo[:] = rng.integers(0, 256, photo.shape, np.uint8)
    return np.repeat(picture[..., None], 3, axis=2)


def _write(
    picture: NDArray[np.uint8], rng: np.random.Generator, *, left: int, right: int, top: int, bottom: int
) -> None:
    """Lines of strokes as wide as letters, none running to the end of the line."""
    for line_top in range(top, bottom, _LINE_PX):
        end = left + int((right - left) * rng.uniform(0.5, 1.0))
        line = picture[line_top : line_top + _TEXT_PX, left:end]
        is_ink = rng.random((-(-line.shape[0] // 2), -(-line.shape[1] // 2))) < 0.4
        line[np.repeat(np.repeat(is_ink, 2, axis=0), 2, axis=1)[: line.shape[0], : line.shape[1]]] = _INK

"""The colours of the heatmap: a perceptual map from patch scores to premultiplied pixels.

Legend: ``n_rows``, ``n_cols`` cells of the patch grid.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from model.grounder import PatchScores

# Dropped patches lie in a thin fog: white sinks to a light grey, dark stays dark, text is dulled but can be read. What
# is kept is left as it is. The rim between the two is there for dark screens, where the fog alone would be missed.
_FOG_RGB = (36, 42, 68)
_FOG_ALPHA = 0.28
_RIM_RGB = (150, 146, 236)
_RIM_ALPHA = 0.55
_HEAT_ALPHA = 0.42
# The colour map spans at least this much, so that a screen without any likely place does not glow.
_MIN_SPAN = 0.5
# Below this share of the span a patch carries no heat: what merely resembles the instruction is not worth a colour.
_HEAT_FLOOR = 0.32
_BLUR_CELLS = 0.6
# Colours are mixed on this many samples (longest side) and stretched from there; finer detail than cells is not there.
_MIX_SIDE = 960


@cache
def heat_colours() -> NDArray[np.float32]:
    """256 colours from amber over orange to crimson, evenly spaced to the eye: [256, 3] float32 RGB in [0, 1].

    They get darker as they get hotter: laid thinly over a white window, a light colour for the hottest patch would
    wash out the very text that is meant.

    Lightness, chroma and hue run in OKLCH (Björn Ottosson, "A perceptual color space for image processing").
    """
    t = np.linspace(0.0, 1.0, 256)
    lightness = 0.84 - 0.28 * t
    chroma = 0.16 + 0.06 * t
    hue = np.deg2rad(82.0 - 60.0 * t)
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    cone_l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    cone_m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    cone_s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * cone_l - 3.3077115913 * cone_m + 0.2309699292 * cone_s,
            -1.2684380046 * cone_l + 2.6097574011 * cone_m - 0.3413193965 * cone_s,
            -0.0041960863 * cone_l - 0.7034186147 * cone_m + 1.7076147010 * cone_s,
        ],
        axis=1,
    ).clip(0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return srgb.astype(np.float32)


def heat_image(scored: PatchScores, width: int, height: int) -> QImage:
    """The heat alone, as a translucent picture of ``width`` x ``height`` pixels.

    Kept patches are clear and carry heat where their score stands out, dropped ones a fog. Without any score (nothing
    has been asked yet) the picture is empty.
    """
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if not scored.scores.any():
        image.fill(0)
        return image
    grid = scored.grid
    shrink = max(1.0, max(width, height) / _MIX_SIDE)
    # Cells at the right and lower edge may stick out of the picture: stretch them all, then cut.
    over_width = grid.n_cols * grid.cell_width_px / grid.width_px * width
    over_height = grid.n_rows * grid.cell_height_px / grid.height_px * height
    over_size = (max(round(over_width / shrink), 1), max(round(over_height / shrink), 1))
    heat = cv2.resize(_cell_heat(scored), over_size, interpolation=cv2.INTER_LINEAR)
    # Between the middles of cells "kept" runs from 0 to 1; the edge is where it passes a half, with round corners.
    kept = cv2.resize(scored.keep_mask.astype(np.uint8) * 255, over_size, interpolation=cv2.INTER_LINEAR)
    mixed = cv2.add(heat, _fog_by_kept(over_size[0] / grid.n_cols).take(kept, axis=0))
    mixed = mixed[: max(round(height / shrink), 1), : max(round(width / shrink), 1)]
    # Straight into the picture's memory: another copy of 33 MB would cost as much as all the rest.
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(height, width, 4)
    cv2.resize(mixed, (width, height), dst=pixels, interpolation=cv2.INTER_LINEAR)
    return image


@cache
def _heat_ramp() -> NDArray[np.uint8]:
    """Premultiplied colours by level: [256, 4] uint8 BGRA; nothing below the floor, then smoothly more."""
    t = ((np.linspace(0.0, 1.0, 256) - _HEAT_FLOOR) / (1.0 - _HEAT_FLOOR)).clip(0.0, 1.0)
    alpha = (_HEAT_ALPHA * t * (2.0 - t))[:, None]
    colours = heat_colours()[:, ::-1].take((t * 255).astype(np.intp), axis=0)
    ramp: NDArray[np.uint8] = (np.concatenate([colours * alpha, alpha], axis=1) * 255).astype(np.uint8)
    return ramp


@cache
def _fog_by_kept(cell_samples: float) -> NDArray[np.uint8]:
    """Premultiplied colours by how much a sample is kept: [256, 4] uint8 BGRA: fog, rim, clear.

    Args:
        cell_samples: width of a cell in samples, which is how far "kept" takes from 0 to 1.
    """
    # Distance from the edge in samples, dropped side negative.
    distance = (np.linspace(0.0, 1.0, 256) - 0.5) * max(cell_samples, 1.0)
    fog = _FOG_ALPHA * (0.5 - distance).clip(0.0, 1.0)
    rim = _RIM_ALPHA * (1.0 - np.abs(distance)).clip(0.0, 1.0)
    alpha = (fog + rim - fog * rim)[:, None]
    colours = fog[:, None] * (1 - rim[:, None]) * np.array(_FOG_RGB[::-1]) + rim[:, None] * np.array(_RIM_RGB[::-1])
    table: NDArray[np.uint8] = np.concatenate([colours, alpha * 255], axis=1).astype(np.uint8)
    return table


def _cell_heat(scored: PatchScores) -> NDArray[np.uint8]:
    """One premultiplied colour per cell: [n_rows, n_cols, 4] uint8 BGRA; dropped cells have none."""
    scores = cv2.GaussianBlur(scored.scores, (0, 0), _BLUR_CELLS)
    # Models that are trained by a softmax over patches leave the common level of their scores free.
    above = scores - float(np.median(scores))
    level = (above * (255 / max(float(above.max()), _MIN_SPAN))).clip(0, 255).astype(np.uint8)
    return _heat_ramp().take(np.where(scored.keep_mask, level, 0), axis=0)

"""From a drawing or a bitmap to pixels."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

_SAME_COLOUR = 24
"""Opaque pixels whose channels differ less than this (of 255) are one colour."""
_OPAQUE = 128
_BLOT = 0.9


def rasterise(file: Path, side_px: int) -> NDArray[np.uint8] | None:
    """An icon in a square, [side_px, side_px, 4] uint8 RGBA, centred; None if it cannot be drawn or shows nothing.

    Thousands of strangers' files are read: a few are broken, and are left out rather than stop the rest.
    """
    try:
        picture = _drawn(file, side_px) if file.suffix == ".svg" else Image.open(file).convert("RGBA")
    except (ValueError, OSError, UnidentifiedImageError):
        return None
    if picture.size != (side_px, side_px):
        scale = side_px / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        shrunk = picture.resize(size, Image.Resampling.LANCZOS)
        picture = Image.new("RGBA", (side_px, side_px))
        picture.paste(shrunk, ((side_px - size[0]) // 2, (side_px - size[1]) // 2))
    pixels = np.array(picture)
    return pixels if pixels[..., 3].max() >= _OPAQUE else None


def is_monochrome(pixels: NDArray[np.uint8]) -> bool:
    """Whether an icon has one colour, so that programs tint it.

    Args:
        pixels: [side, side, 4] uint8 RGBA.
    """
    opaque = pixels[pixels[..., 3] >= _OPAQUE][:, :3].astype(np.int16)
    return bool(len(opaque) and np.ptp(opaque, axis=0).max() < _SAME_COLOUR)


def is_blot(alpha: NDArray[np.uint8]) -> bool:
    """Whether an icon of one colour fills its square, so that nothing can be told from it ([side, side] uint8)."""
    return float(alpha.mean()) > 255 * _BLOT


def _drawn(file: Path, side_px: int) -> Image.Image:
    import resvg_py

    text = file.read_text(encoding="utf-8").replace("currentColor", "#000")
    # The longer side gets the size asked for; without a size of its own a drawing is square.
    png = resvg_py.svg_to_bytes(svg_string=text, width=side_px, skip_system_fonts=True)
    return Image.open(io.BytesIO(png)).convert("RGBA")

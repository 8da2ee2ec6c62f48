"""Text as masks: hinted to the pixel grid, smooth, with coloured fringes for striped screens, or without grey.

Hinted text is what FreeType gives at the size. Smooth and fringed text is drawn three times as large without
regard to the grid and averaged: over squares, or over each third of a pixel with FreeType's five-tap filter, which
keeps the colours from showing.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_FINE = 3
_FRINGE_TAPS: Final = np.array([8, 77, 86, 77, 8], np.float32) / 256
_SEEN = 64
"""A pixel counts as ink from this coverage (of 255) on."""


class Lettering(StrEnum):
    """How the edges of letters are drawn."""

    HINTED = "hinted"
    SMOOTH = "smooth"
    FRINGED = "fringed"
    BARE = "bare"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """A font at a size.

    Attributes:
        file: of the font.
        size_px: em, that is, the size that style sheets name.
        lettering: how edges are drawn.
    """

    file: Path
    size_px: int
    lettering: Lettering

    @property
    def line_px(self) -> int:
        """Height of a line: what letters reach above and below the baseline."""
        return _line(self.file, self.size_px)

    def width_px(self, text: str) -> int:
        """How far a text reaches, kerning apart: asking FreeType for whole texts costs more than drawing them."""
        known = _advances(self.file, self.size_px)
        total = 0.0
        for letter in text:
            if letter not in known:
                known[letter] = _font(self.file, self.size_px).getlength(letter)
            total += known[letter]
        return round(total)

    def fitted(self, text: str, width_px: int) -> str:
        """The text, or as much of it as fits, with an ellipsis; "" if not even two letters do."""
        if self.width_px(text) <= width_px:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width_px(text[:middle] + "…") <= width_px else (low, middle - 1)
        return text[:low].rstrip() + "…" if low >= 2 else ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ink:
    """A drawn text.

    Attributes:
        alpha: [height, width] uint8, or [height, width, 3] with a mask per channel; read-only.
        left, top: where its upper left corner lies, from the start and the top of the line.
        box: (x1, y1, x2, y2) of what can be seen, likewise; None if nothing can, as of a space.
    """

    alpha: NDArray[np.uint8]
    left: int
    top: int
    box: tuple[int, int, int, int] | None


@lru_cache(maxsize=4096)
def draw_text(text: str, style: TextStyle) -> Ink:
    """Draw a line of text."""
    fine = 1 if style.lettering in {Lettering.HINTED, Lettering.BARE} else _FINE
    font = _font(style.file, style.size_px * fine)
    # Letters may reach beyond their advance and their line; measuring by how much would mean drawing them twice.
    margin = 2 + style.size_px // 4
    left, top = -margin, -margin
    width, height = style.width_px(text) + 2 * margin + len(text) // 8, style.line_px + 2 * margin
    picture = Image.new("L", (width * fine, height * fine))
    pencil = ImageDraw.Draw(picture)
    pencil.fontmode = "1" if style.lettering is Lettering.BARE else "L"
    pencil.text((-left * fine, -top * fine), text, fill=255, font=font, anchor="la")
    alpha = np.array(picture)
    if style.lettering is Lettering.SMOOTH:
        alpha = alpha.reshape(height, fine, width, fine).mean(axis=(1, 3)).astype(np.uint8)
    elif style.lettering is Lettering.FRINGED:
        alpha = _fringed(alpha.reshape(height, fine, width * fine).mean(axis=1))
    alpha.flags.writeable = False
    return _cropped(alpha, left, top)


def _fringed(stripes: NDArray[np.floating]) -> NDArray[np.uint8]:
    """From [height, 3 * width] coverage of thirds of pixels to [height, width, 3] uint8."""
    padded = np.pad(stripes, ((0, 0), (2, 2)))
    smooth = sum(tap * padded[:, shift : shift + stripes.shape[1]] for shift, tap in enumerate(_FRINGE_TAPS))
    return np.asarray(smooth).reshape(stripes.shape[0], -1, 3).astype(np.uint8)


def _cropped(alpha: NDArray[np.uint8], left: int, top: int) -> Ink:
    flat = alpha if alpha.ndim == 2 else alpha.max(axis=2)
    rows, columns = flat.max(axis=1), flat.max(axis=0)
    touched_rows, touched_columns = np.flatnonzero(rows), np.flatnonzero(columns)
    if not len(touched_rows):
        return Ink(alpha=alpha[:0, :0], left=left, top=top, box=None)
    y1, y2 = int(touched_rows[0]), int(touched_rows[-1]) + 1
    x1, x2 = int(touched_columns[0]), int(touched_columns[-1]) + 1
    seen_rows, seen_columns = np.flatnonzero(rows >= _SEEN), np.flatnonzero(columns >= _SEEN)
    box = None
    if len(seen_rows):
        box = (
            left + int(seen_columns[0]),
            top + int(seen_rows[0]),
            left + int(seen_columns[-1]) + 1,
            top + int(seen_rows[-1]) + 1,
        )
    return Ink(alpha=alpha[y1:y2, x1:x2], left=left + x1, top=top + y1, box=box)


@lru_cache(maxsize=1024)
def _font(file: Path, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _line(file: Path, size_px: int) -> int:
    ascent, descent = _font(file, size_px).getmetrics()
    return ascent + descent


@lru_cache(maxsize=1024)
def _advances(file: Path, size_px: int) -> dict[str, float]:
    return {}

"""Where a text stands in a box: the part of the ink there that looks like it.

A program tells what is written on a button, not where. So the text is drawn in the font of the screen, and of all
parts of the ink that stand apart from the rest (an icon, a shortcut, an arrow) the one that looks most like it is
taken: about as wide and as high, and with its strokes at the same places. If none does, nobody knows where it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import cv2
import numpy as np
from numpy.typing import NDArray

from model.data.collect.ink import strokes_in
from model.data.drawing.lettering import TextStyle, draw_text
from model.grounder import Box

_FRAME_SHARE = 0.7  # of a side, that a line has to go along it
_WIDTHS = (0.82, 1.6)  # captions are smaller than the font of the screen, headings larger and bolder
_WIDTHS_SHORT = (0.88, 1.2)  # so few letters look like much else
_SHORT_CHARS = 3
_HEIGHT_SLACK, _HEIGHT_SLACK_PX = 0.22, 1.6
_BEFORE_EM, _AFTER_EM = 0.2, 0.45  # to other ink: an icon stands closer before a text than anything after it
_LINE_EM = 0.13
_LIKENESS = 0.6
_SEEN = 40  # a pixel of a letter counts from this coverage (of 255) on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Part of the strokes in a box: columns and rows, half-open."""

    x1: int
    y1: int
    x2: int
    y2: int


def text_box(
    pixels: NDArray[np.uint8],
    box: Sequence[float],
    text: str,
    style: TextStyle,
    *,
    inset_px: int = 0,
    reach_px: float = inf,
) -> Box | None:
    """The outline of a text that stands in one line, whole, somewhere in a box.

    Args:
        pixels: [height, width, 3] uint8 RGB.
        box: x1, y1, x2, y2.
        text: what should be written there.
        style: font of the screen.
        inset_px: how far from the edges of the box to look, which may have a frame; 0 for a box without.
        reach_px: how far from the left edge the text begins at most; a shortcut after it may repeat a word.

    Returns:
        The box of its strokes; None if they cannot be told for certain.
    """
    letters = draw_text(text, style)
    if letters.box is None:
        return None
    x1, y1, x2, y2 = letters.box
    drawn = letters.alpha[y1 - letters.top : y2 - letters.top, x1 - letters.left : x2 - letters.left]
    left, top, strokes = strokes_in(pixels, box, inset_px=inset_px)
    if inset_px and strokes.size:
        strokes = _without_frame(strokes)
    parts = (part for part in _parts(strokes, drawn, text, style.size_px) if part.x1 + inset_px <= reach_px)
    best, part = max(
        ((_likeness(strokes, part, drawn), part) for part in parts),
        key=lambda scored: scored[0],
        default=(0.0, None),
    )
    if part is None or best < _LIKENESS:
        return None
    return (float(left + part.x1), float(top + part.y1), float(left + part.x2), float(top + part.y2))


def _without_frame(strokes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without lines along the whole box; such a line ends at its edge, the stem of a letter does not."""
    clean = strokes.copy()
    clean[:, (strokes.mean(axis=0) > _FRAME_SHARE) & (strokes[0] | strokes[-1])] = False
    clean[(strokes.mean(axis=1) > _FRAME_SHARE) & (strokes[:, 0] | strokes[:, -1])] = False
    return clean


def _parts(strokes: NDArray[np.bool_], drawn: NDArray[np.uint8], text: str, em_px: int) -> Iterator[_Part]:
    """What is about as large as the drawn text and stands apart from the other strokes beside it."""
    height_px, width_px = drawn.shape
    narrowest, widest = _WIDTHS if len(text) > _SHORT_CHARS else _WIDTHS_SHORT
    bands = _runs(strokes, axis=1)
    for first in range(len(bands)):
        for last in range(first, len(bands)):
            y1, y2 = bands[first][0], bands[last][1]
            if y2 - y1 > widest * height_px * (1 + _HEIGHT_SLACK) + _HEIGHT_SLACK_PX:
                break
            runs = _runs(strokes[y1:y2], axis=0)
            for start, end in _stretches(runs, em_px, narrowest * width_px - 1, widest * width_px + 1):
                grown = (end - start) / width_px
                slack_px = max(_HEIGHT_SLACK_PX, _HEIGHT_SLACK * height_px)
                for top, bottom in _heights(strokes[y1:y2, start:end], max(1.0, _LINE_EM * em_px)):
                    if any(abs(bottom - top - height_px * factor) <= slack_px for factor in (1.0, grown)):
                        yield _Part(x1=start, y1=y1 + top, x2=end, y2=y1 + bottom)


def _stretches(
    runs: Sequence[tuple[int, int]], em_px: int, narrowest_px: float, widest_px: float
) -> Iterator[tuple[int, int]]:
    """Neighbouring runs that are together as wide as asked, with free space on both sides."""
    for first, (start, _) in enumerate(runs):
        if first and start - runs[first - 1][1] < _BEFORE_EM * em_px:
            continue
        for last in range(first, len(runs)):
            end = runs[last][1]
            if end - start > widest_px:
                break
            is_free = last + 1 == len(runs) or runs[last + 1][0] - end >= _AFTER_EM * em_px
            if is_free and end - start >= narrowest_px:
                yield start, end


def _heights(strokes: NDArray[np.bool_], line_px: float) -> Iterator[tuple[int, int]]:
    """From the first to the last row of a part, with the line under a letter that is its key, and without."""
    rows = _runs(strokes, axis=1)
    yield rows[0][0], rows[-1][1]
    if len(rows) > 1 and rows[-1][1] - rows[-1][0] <= line_px:
        yield rows[0][0], rows[-2][1]


def _likeness(strokes: NDArray[np.bool_], part: _Part, drawn: NDArray[np.uint8]) -> float:
    """Correlation of the strokes with the drawn text at their size, both blurred by a pixel; at most 1."""
    seen = strokes[part.y1 : part.y2, part.x1 : part.x2].astype(np.float32)
    height, width = seen.shape
    expected = cv2.resize((drawn > _SEEN).astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    seen, expected = (cv2.blur(mask, (3, 3)) for mask in (seen, expected))
    seen, expected = seen - seen.mean(), expected - expected.mean()
    norm = float(np.sqrt((seen**2).sum() * (expected**2).sum()))
    return float((seen * expected).sum()) / norm if norm else 0.0


def _runs(strokes: NDArray[np.bool_], *, axis: int) -> list[tuple[int, int]]:
    """Neighbouring rows (axis 1) or columns (axis 0) with strokes: from, to."""
    is_inked = np.concatenate(([False], np.atleast_1d(strokes.any(axis=axis)), [False]))
    edges = np.flatnonzero(np.diff(is_inked.astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

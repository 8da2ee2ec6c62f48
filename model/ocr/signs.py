"""Lone signs: digits and operators on keypads, where a recogniser trained on lines of text has no context.

It then reads many as the Chinese character of the same shape, or not at all; their shape tells what they are.
"""

from collections.abc import Sequence

import numpy as np

from model.ocr.engine import Reading
from model.ocr.surfaces import IntBox, Mask

MAX_LONE_WIDTH_PX = 20
"""A strip not wider than this (in ink, which is two pixels wider than what is drawn) holds one sign or two."""

LONE_CUTS_PX = ((18, 4), (22, 16))
"""(least height, margin left and right) of the cuts that a lone sign is tried with: none suits all signs."""

SHAPES = frozenset("▼▲▶◀►◄▾▴▸◂□☐■☆★○●◯◎☰⋮…口")
"""Letters that stand for drawn shapes: arrows of menus, window buttons, handles. They are icons, not text."""

_LOOK_ALIKES = {
    **{"十": "+", "三": "=", "二": "=", "一": "-", "士": "±", "丨": "|", "〇": "0", "，": ",", "。": ".", "！": "!"},
    **{"（": "(", "）": ")", "：": ":", "％": "%", "—": "-", "–": "-", "乂": "×"},
}
_MIN_LONE_CHINESE_SCORE = 0.9
_MIN_LONE_SCORE = 0.9
_SIGN_HEADSTART = 0.1


def is_lone(box: IntBox) -> bool:
    """Whether a strip is as small as a sign or two."""
    return box[2] - box[0] <= MAX_LONE_WIDTH_PX and box[3] - box[1] <= 3 * MAX_LONE_WIDTH_PX


def read_sign(readings: Sequence[Reading], part: Mask, *, is_on_key: bool) -> Reading:
    """Decide between the readings of a lone sign's cuts.

    Args:
        readings: one per cut of ``LONE_CUTS_PX``.
        part: [height, width] uint8, the sign's ink.
        is_on_key: whether it stands on something like a button; elsewhere bars, dots and slashes are decoration.
    """
    if _is_arrow(part):
        return _reading("", 0.0, part)
    by_shape = _by_shape(part) if is_on_key else None
    if by_shape is not None and all(len(reading.text.strip()) <= 1 for reading in readings):
        return _reading(by_shape, 0.8, part)
    known = [_reading(_LOOK_ALIKES.get(r.text.strip(), r.text.strip()), r.score, part) for r in readings if r.text]
    latin = [reading for reading in known if not is_chinese(reading.text)]
    if latin:
        best = _best(latin, part)
        # Arrows and grips look like a 1 or a C, but never quite.
        if is_on_key or (best.text.isalnum() and best.score >= _MIN_LONE_SCORE):
            return best
        return _reading("", 0.0, part)
    agreed = len({reading.text for reading in known}) == 1 and len(known) == len(readings)
    if agreed and min(reading.score for reading in known) >= _MIN_LONE_CHINESE_SCORE:
        return known[0]
    return _reading("", 0.0, part)


def _by_shape(part: Mask) -> str | None:
    """A bar is a minus, a dot a point, a slanted stroke a slash; None for everything else."""
    height, width = part.shape
    # Ink is a pixel too wide on every side.
    drawn_height, drawn_width = height - 2, width - 2
    if drawn_height <= 3 and drawn_width >= 2.5 * drawn_height:
        return "-"
    if max(drawn_height, drawn_width) <= 4 and drawn_height - drawn_width <= 1:
        return "."
    if drawn_height >= 7 and 1.2 * drawn_width <= drawn_height <= 5 * drawn_width and drawn_width >= 3:
        return _slanted(part)
    return None


def _best(readings: Sequence[Reading], part: Mask) -> Reading:
    """The surest, but a sign before a letter or digit that is hardly surer, and surer if the cuts agree."""
    best = max(readings, key=lambda reading: reading.score - _SIGN_HEADSTART * reading.text.isalnum())
    doubt = 1.0
    for reading in readings:
        if reading.text.casefold() == best.text.casefold():
            doubt *= 1 - reading.score
    return _reading(best.text, 1 - doubt, part)


def _is_arrow(part: Mask) -> bool:
    """Filled triangles, as on scroll bars and drop-down lists: their width grows evenly from one end to the other."""
    for lines in (part, part.T):
        lengths = lines.sum(axis=1, dtype=np.int64)
        is_solid = all(
            length > 0 and int(np.ptp(np.flatnonzero(line))) + 1 == length
            for length, line in zip(lengths.tolist(), lines, strict=True)
        )
        if is_solid and len(lengths) >= 4 and np.ptp(lengths) >= 0.5 * lengths.max():
            slope = np.corrcoef(np.arange(len(lengths)), lengths)[0, 1]
            if abs(slope) > 0.95:
                return True
    return False


def _slanted(part: Mask) -> str | None:
    rows = [np.flatnonzero(row) for row in part]
    if any(len(row) == 0 or row[-1] - row[0] + 1 > len(row) or len(row) > 0.75 * part.shape[1] for row in rows):
        return None
    middles = np.array([row.mean() for row in rows])
    slope = np.corrcoef(np.arange(len(rows)), middles)[0, 1]
    reach = abs(middles[0] - middles[-1])
    if abs(slope) < 0.96 or reach < 0.35 * part.shape[1]:
        return None
    return "/" if slope < 0 else "\\"


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese, Japanese or Korean letters."""
    return any("\u2e80" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in text)


def _reading(text: str, score: float, part: Mask) -> Reading:
    step = part.shape[1] / max(len(text), 1)
    centers = tuple((idx + 0.5) * step for idx in range(len(text)))
    return Reading(text=text, scores=(score,) * len(text), centers_px=centers)

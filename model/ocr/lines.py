"""From readings to lines of words: where each word begins and ends, seen on the ink, and where a label ends.

The recogniser knows the letters but only roughly where they are, and it swallows spaces; the ink knows the gaps but
not the letters. Together they give words with boxes that are right to the pixel or two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.ocr.engine import Reading
from model.ocr.page import Line, Word
from model.ocr.signs import SHAPES
from model.ocr.surfaces import Mask

# Gaps between drawn letters, as multiples of the mean width of a letter.
_MIN_SPACE = 0.68
_MIN_CERTAIN_SPACE = 0.3
_MIN_LABEL_GAP = 1.65
_MIN_LABEL_GAP_PX = 8
_UNDERLINE_COVER = 0.985
_MIN_LINE_SCORE = 0.5
_MIN_SHORT_SCORE = 0.62
_MIN_WORD_SCORE = 0.35


@dataclass(frozen=True, slots=True)
class _Gap:
    """Columns without ink, [start, stop) in pixels of the strip."""

    start: int
    stop: int

    @property
    def width_px(self) -> int:
        # Ink is a pixel too wide on either side.
        return self.stop - self.start + 2


@dataclass(frozen=True, slots=True)
class _Cut:
    """A border between words: after how many letters, and the empty columns there."""

    n_letters: int
    gap: _Gap


def lines_of(reading: Reading, part: Mask) -> list[Line]:
    """Lines that a strip holds: none if it is no text, several if wide gaps part its labels.

    Args:
        reading: what was read; its centres count from the strip's left edge.
        part: [height, width] uint8, the strip's ink.

    Returns:
        Lines whose boxes count from the strip's upper left corner.
    """
    letters = [
        (letter, score, center)
        for letter, score, center in zip(reading.text, reading.scores, reading.centers_px, strict=True)
    ]
    n_drawn = sum(not letter.isspace() for letter, _, _ in letters)
    if n_drawn == 0 or reading.score < (_MIN_SHORT_SCORE if n_drawn <= 2 else _MIN_LINE_SCORE):
        return []
    gaps = _gaps(_without_underline(part))
    pitch = max(_drawn_width(part, gaps) / n_drawn, 3.0)
    words, lines = [], []
    start, start_x = 0, 0
    cuts = _cuts(letters, gaps, pitch)
    for cut in [*cuts, None]:
        stop = len(letters) if cut is None else cut.n_letters
        stop_x = part.shape[1] if cut is None else cut.gap.start
        word = _word(letters[start:stop], part, start_x, stop_x)
        if word is not None:
            words.append(word)
        is_label_end = cut is None or cut.gap.width_px > max(_MIN_LABEL_GAP * pitch, _MIN_LABEL_GAP_PX)
        if is_label_end and words:
            lines.append(_line(words))
            words = []
        if cut is not None:
            start, start_x = stop, cut.gap.stop
    return lines


def _without_underline(part: Mask) -> Mask:
    cover = part.mean(axis=1)
    is_underline = (cover > _UNDERLINE_COVER) & (np.arange(len(part)) > len(part) * 0.6)
    # Smoothed letters fill their baseline too, but not from end to end.
    if not is_underline.any():
        return part
    cleaned = part.copy()
    cleaned[np.flatnonzero(is_underline)[0] :] = 0
    return cleaned


def _gaps(part: Mask) -> list[_Gap]:
    """Runs of empty columns between columns with ink."""
    is_empty = np.concatenate([[False], ~part.any(axis=0), [False]])
    turns = np.flatnonzero(is_empty[1:] != is_empty[:-1])
    runs = zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)
    return [_Gap(start, stop) for start, stop in runs if start > 0 and stop < part.shape[1]]


def _drawn_width(part: Mask, gaps: list[_Gap]) -> float:
    """Width of the strip without the gaps that may be spaces."""
    wide = [gap.width_px for gap in gaps if gap.width_px > 0.3 * part.shape[0]]
    return float(part.shape[1] - sum(wide))


def _cuts(letters: list[tuple[str, float, float]], gaps: list[_Gap], pitch: float) -> list[_Cut]:
    cuts: list[_Cut] = []
    before: int | None = None
    for idx, (letter, _, center) in enumerate(letters):
        if letter.isspace():
            continue
        if before is not None:
            has_space = idx - before > 1
            # The recogniser's centres are off by up to half a letter.
            low, high = letters[before][2] - 0.5 * pitch, center + 0.5 * pitch
            fits = [gap for gap in gaps if low <= (gap.start + gap.stop) / 2 <= high and not _is_used(cuts, gap)]
            widest = max(fits, key=lambda gap: gap.width_px, default=None)
            if widest is not None and widest.width_px >= (_MIN_CERTAIN_SPACE if has_space else _MIN_SPACE) * pitch:
                is_later = not has_space and _belongs_later(letters, idx, widest, pitch)
                if not is_later:
                    cuts.append(_Cut(idx, widest))
            elif has_space:
                middle = round((letters[before][2] + center) / 2)
                cuts.append(_Cut(idx, _Gap(middle, middle)))
        before = idx
    return cuts


def _is_used(cuts: list[_Cut], gap: _Gap) -> bool:
    return bool(cuts) and cuts[-1].gap.stop >= gap.stop


def _belongs_later(letters: list[tuple[str, float, float]], idx: int, gap: _Gap, pitch: float) -> bool:
    """Whether the gap is rather the one after this letter: it lies right of its centre and a letter follows."""
    center = letters[idx][2]
    return (gap.start + gap.stop) / 2 > center and idx + 1 < len(letters) and letters[idx + 1][2] > center


def _word(letters: list[tuple[str, float, float]], part: Mask, start_x: int, stop_x: int) -> Word | None:
    drawn = [(letter, score) for letter, score, _ in letters if not letter.isspace()]
    if all(letter in SHAPES for letter, _ in drawn):
        return None
    score = sum(score for _, score in drawn) / len(drawn)
    if score < _MIN_WORD_SCORE:
        return None
    columns = np.flatnonzero(part[:, start_x:stop_x].any(axis=0))
    x1, x2 = (start_x + int(columns[0]), start_x + int(columns[-1]) + 1) if len(columns) else (start_x, stop_x)
    rows = np.flatnonzero(part[:, x1:x2].any(axis=1))
    y1, y2 = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, part.shape[0])
    # Back from ink to what is drawn: a pixel less on every side.
    if x2 - x1 > 2 and y2 - y1 > 2:
        x1, y1, x2, y2 = x1 + 1, y1 + 1, x2 - 1, y2 - 1
    bbox = (float(x1), float(y1), float(max(x2, x1 + 1)), float(y2))
    return Word(bbox=bbox, text="".join(letter for letter, _ in drawn), score=score)


def _line(words: list[Word]) -> Line:
    boxes: NDArray[np.float64] = np.array([word.bbox for word in words])
    bbox = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    n_letters = sum(len(word.text) for word in words)
    score = sum(word.score * len(word.text) for word in words) / n_letters
    return Line(bbox=bbox, words=tuple(words), score=score)


def moved(line: Line, x_px: int, y_px: int) -> Line:
    """A line further right and down."""
    words = tuple(Word(bbox=_moved_box(word.bbox, x_px, y_px), text=word.text, score=word.score) for word in line.words)
    return Line(bbox=_moved_box(line.bbox, x_px, y_px), words=words, score=line.score)


def _moved_box(box: Box, x_px: int, y_px: int) -> Box:
    return (box[0] + x_px, box[1] + y_px, box[2] + x_px, box[3] + y_px)


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Rows from top to bottom, each from left to right; a row is what overlaps its first line's middle."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.bbox[1] + line.bbox[3], line.bbox[0])):
        first = rows[-1][0].bbox if rows else None
        if first is not None and line.bbox[1] < (first[1] + first[3]) / 2 < line.bbox[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.bbox[0]))

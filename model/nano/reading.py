"""From the encoder's maps to lines of text: where the middle of a line passes, how far it reaches, what it says."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.nano.alphabet import BLANK, CHARACTERS
from model.nano.encoding import Encoded
from model.nano.shape import CELL_PX, SLOTS_PER_CELL, TEXT_BOX_CHANNELS, TEXT_CHANNEL
from model.ocr.page import Line, Word

_LEAST_LOGIT = -0.4
"""A line that passes between two rows is as near to one as to the other."""
_JUMP_PX = 14.0
_SLOT_PX = CELL_PX / SLOTS_PER_CELL
_LEAST_SCORE = 0.35


class CellReader(Protocol):
    """Tells what is written in cells; ``NanoSession`` does."""

    def read(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n, 3 * N_FEATURES] of cells and their neighbours -> logits [n, SLOTS_PER_CELL, N_CLASSES]."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    row: int
    first: int
    end: int
    box: Box


def read_lines(encoded: Encoded, reader: CellReader) -> tuple[Line, ...]:
    """All lines of text on a screen, in reading order."""
    runs = _runs(encoded.maps)
    if not runs:
        return ()
    features = encoded.features
    padded = np.pad(features, ((0, 0), (1, 1), (0, 0)))
    cells = [
        np.concatenate([padded[run.row, run.first + shift : run.end + shift] for shift in range(3)], axis=-1)
        for run in runs
    ]
    logits = reader.read(np.concatenate(cells))
    logits = logits.reshape(-1, logits.shape[-1])
    ends = np.cumsum([SLOTS_PER_CELL * (run.end - run.first) for run in runs])[:-1]
    lines = [_line(run, part) for run, part in zip(runs, np.split(logits, ends), strict=True)]
    return tuple(line for line in lines if line is not None)


def _runs(maps: NDArray[np.float32]) -> list[_Run]:
    logits = maps[..., TEXT_CHANNEL]
    padded = np.pad(logits, ((1, 1), (0, 0)), constant_values=-np.inf)
    is_middle = (logits > _LEAST_LOGIT) & (logits >= padded[:-2]) & (logits > padded[2:])
    n_rows, n_columns = logits.shape
    # Lines go through all cells of their row, also where a neighbouring row seems a little nearer for one letter.
    boxes = _text_boxes(maps)
    runs: list[_Run] = []
    for row in range(n_rows):
        columns = np.flatnonzero(is_middle[row])
        if not columns.size:
            continue
        own = boxes[row, columns]
        is_new = np.diff(columns, prepend=columns[0]) > 2
        is_new[1:] |= (np.abs(np.diff(own[:, 0])) > _JUMP_PX) & (np.abs(np.diff(own[:, 2])) > _JUMP_PX)
        for part in np.split(np.arange(len(columns)), np.flatnonzero(is_new)):
            if part.size:
                runs.append(_run(row, columns[part], own[part], n_columns))
    return _without_doubles(runs)


def _run(row: int, columns: NDArray[np.int64], boxes: NDArray[np.float32], n_columns: int) -> _Run:
    x1, y1, x2, y2 = (float(side) for side in np.median(boxes, axis=0))
    # The ends are told best by the cells that are nearest to them.
    x1, x2 = float(np.median(boxes[:3, 0])), float(np.median(boxes[-3:, 2]))
    first = min(int(columns[0]), max(0, round(x1 / CELL_PX - 0.5)))
    end = max(int(columns[-1]) + 1, min(n_columns, round(x2 / CELL_PX + 0.5)))
    return _Run(row=row, first=first, end=end, box=(x1, y1, x2, y2))


def _text_boxes(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """[h, w, 4] of x1, y1, x2, y2 in pixels."""
    n_rows, n_columns = maps.shape[:2]
    distances = np.exp(np.clip(maps[..., TEXT_BOX_CHANNELS], -4, 6)) * CELL_PX
    x = (np.arange(n_columns, dtype=np.float32) + 0.5) * CELL_PX
    y = ((np.arange(n_rows, dtype=np.float32) + 0.5) * CELL_PX)[:, None]
    left, top, right, bottom = np.moveaxis(distances, -1, 0)
    return np.stack((x - left, y - top, x + right, y + bottom), axis=-1)


def _without_doubles(runs: list[_Run]) -> list[_Run]:
    """Of runs one above the other that are the same line, the longer stays."""
    kept: list[_Run] = []
    for run in sorted(runs, key=lambda run: run.first - run.end):
        if not any(_is_same_line(run, other) for other in kept):
            kept.append(run)
    return sorted(kept, key=lambda run: (run.row, run.first))


def _is_same_line(run: _Run, other: _Run) -> bool:
    if abs(run.row - other.row) > 1:
        return False
    overlap = min(run.end, other.end) - max(run.first, other.first)
    return overlap > 0.5 * (run.end - run.first)


def _line(run: _Run, logits: NDArray[np.float32]) -> Line | None:
    classes = logits.argmax(axis=-1)
    is_mark = (classes != BLANK) & (classes != np.roll(classes, 1))
    is_mark[0] = classes[0] != BLANK
    slots = np.flatnonzero(is_mark)
    if not slots.size:
        return None
    shares = np.exp(logits[slots, classes[slots]] - _log_sum(logits[slots]))
    marks = [CHARACTERS[index - 1] for index in classes[slots]]
    left = run.first * CELL_PX
    middles = left + (slots + 0.5) * _SLOT_PX
    x1, y1, x2, y2 = run.box
    x1, x2 = min(x1, float(middles[0]) - 1), max(x2, float(middles[-1]) + 1)
    words = tuple(_words(marks, middles, shares, (x1, y1, x2, y2)))
    score = float(shares.mean())
    if not words or score < _LEAST_SCORE:
        return None
    return Line(bbox=(x1, y1, x2, y2), words=words, score=score)


def _words(marks: list[str], middles: NDArray[np.floating], shares: NDArray[np.floating], box: Box) -> list[Word]:
    """Cut at spaces; a word ends half-way between its last letter and the next word's first."""
    words: list[Word] = []
    is_letter = np.array([mark != " " for mark in marks])
    starts = np.flatnonzero(is_letter & ~np.concatenate(([False], is_letter[:-1])))
    stops = np.flatnonzero(is_letter & ~np.concatenate((is_letter[1:], [False]))) + 1
    for index, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        x1 = box[0] if index == 0 else float(middles[stops[index - 1] - 1] + middles[start]) / 2
        x2 = box[2] if index == len(starts) - 1 else float(middles[stop - 1] + middles[starts[index + 1]]) / 2
        text = "".join(marks[start:stop])
        words.append(
            Word(bbox=(x1, box[1], max(x2, x1 + 1), box[3]), text=text, score=float(shares[start:stop].mean()))
        )
    return words


def _log_sum(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    most = logits.max(axis=-1)
    total: NDArray[np.float32] = most + np.log(np.exp(logits - most[:, None]).sum(axis=-1))
    return total

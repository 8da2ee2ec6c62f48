"""From the encoder's maps to lines of text: where the middle of a line passes, how far it reaches, what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.nano.alphabet import BLANK, CHARACTERS
from model.nano.encoding import Encoded
from model.nano.laying import MARGIN
from model.nano.letters import Letters
from model.nano.shape import CELL_PX, SLOTS_PER_CELL, TEXT_BOX_CHANNELS, TEXT_CHANNEL
from model.ocr.page import Line, Word

_LEAST_LOGIT = -1.2
"""A line that passes between two rows is as near to one as to the other."""
_JUMP_PX = 14.0
_NEAR_PX = 24.0
"""Farther away, cells only guess where a text ends."""
_N_NEAR = 3
_MOST_GAP, _WIDEST_GAP = 2, 5
"""Cells that may be missing in a line: always, and if the cells on both sides say that it goes on."""
_SAME_HEIGHT = 0.5
_SLOT_PX = CELL_PX / SLOTS_PER_CELL
_LEAST_SCORE = 0.35


class LetterReader(Protocol):
    """Tells what is written in the cells of lines; ``NanoSession`` does."""

    def letters(self, lines: Sequence[NDArray[np.float32]]) -> list[Letters]:
        """[MARGIN + n + MARGIN, N_FEATURES] of each line -> what is written at the slots of its n cells."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Cells one after the other through which the middle of a line passes, with the boxes that they claim."""

    rows: tuple[int, ...]
    columns: NDArray[np.int64]
    boxes: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    row: int
    first: int
    end: int
    box: Box


def read_lines(encoded: Encoded, reader: LetterReader) -> tuple[Line, ...]:
    """All lines of text on a screen, in reading order."""
    runs = _runs(encoded.maps)
    letters = reader.letters([_cells(encoded.features, run) for run in runs])
    lines = [_line(run, written) for run, written in zip(runs, letters, strict=True)]
    return tuple(line for line in lines if line is not None)


def _cells(features: NDArray[np.float32], run: _Run) -> NDArray[np.float32]:
    """[MARGIN + n + MARGIN, N_FEATURES] of a run; zeros beyond the edges of the screen."""
    cells = np.zeros((run.end - run.first + 2 * MARGIN, features.shape[-1]), np.float32)
    first, end = max(0, run.first - MARGIN), min(features.shape[1], run.end + MARGIN)
    start = first - run.first + MARGIN
    cells[start : start + end - first] = features[run.row, first:end]
    return cells


def _runs(maps: NDArray[np.float32]) -> list[_Run]:
    logits = maps[..., TEXT_CHANNEL]
    padded = np.pad(logits, ((1, 1), (0, 0)), constant_values=-np.inf)
    is_middle = (logits > _LEAST_LOGIT) & (logits >= padded[:-2]) & (logits > padded[2:])
    rows, columns = np.nonzero(is_middle)
    boxes = _text_boxes(maps, rows, columns)
    is_new = (np.diff(rows) > 0) | (np.diff(columns) > _MOST_GAP)
    is_new |= _is_border(columns[:-1], boxes[:-1], columns[1:], boxes[1:])
    starts = [0, *(np.flatnonzero(is_new) + 1).tolist()]
    pieces = [
        _Piece(rows=(int(rows[start]),), columns=columns[start:end], boxes=boxes[start:end])
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)
        if end > start
    ]
    runs = [_run(line) for line in _joined(pieces)]
    return _without_doubles(_apart(runs, logits.shape[1]))


def _is_border(
    columns: NDArray[np.int64],
    boxes: NDArray[np.float32],
    next_columns: NDArray[np.int64],
    next_boxes: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Whether one text ends and another begins between cells: both say so, and both are near enough to know."""
    to_end = boxes[:, 2] - (columns + 0.5) * CELL_PX
    from_start = (next_columns + 0.5) * CELL_PX - next_boxes[:, 0]
    jumps = (np.abs(boxes[:, 0] - next_boxes[:, 0]) > _JUMP_PX) & (np.abs(boxes[:, 2] - next_boxes[:, 2]) > _JUMP_PX)
    return np.asarray(jumps & (to_end < _NEAR_PX) & (from_start < _NEAR_PX))


def _joined(pieces: list[_Piece]) -> list[_Piece]:
    """Pieces of one line: where it passes between two rows of cells, now one and now the other is nearer."""
    starts: dict[tuple[int, int], list[int]] = {}
    for index, piece in enumerate(pieces):
        starts.setdefault((piece.rows[0], int(piece.columns[0])), []).append(index)
    follower: dict[int, int] = {}
    followed: set[int] = set()
    for index, piece in sorted(enumerate(pieces), key=lambda pair: int(pair[1].columns[-1])):
        near = (
            other
            for shift in range(_WIDEST_GAP + 1)
            for down in (0, -1, 1)
            for other in starts.get((piece.rows[0] + down, int(piece.columns[-1]) + shift), ())
            if other != index and other not in followed and _is_one_line(piece, pieces[other])
        )
        if (other := next(near, None)) is not None:
            follower[index] = other
            followed.add(other)
    lines = []
    for index in range(len(pieces)):
        if index in followed:
            continue
        chain = [index]
        while (following := follower.get(chain[-1])) is not None:
            chain.append(following)
        parts = [pieces[number] for number in chain]
        lines.append(
            _Piece(
                rows=tuple(row for part in parts for row in part.rows),
                columns=np.concatenate([part.columns for part in parts]),
                boxes=np.concatenate([part.boxes for part in parts]),
            )
        )
    return lines


def _is_one_line(piece: _Piece, other: _Piece) -> bool:
    if not _are_level(_median(piece.boxes[-_N_NEAR:]), _median(other.boxes[:_N_NEAR])):
        return False
    gap = int(other.columns[0] - piece.columns[-1])
    if gap > _MOST_GAP and (piece.boxes[-1, 2] - other.boxes[0, 0]) < CELL_PX * gap:
        return False  # over a wide gap both must say that the text goes on
    return not _is_border(piece.columns[-1:], piece.boxes[-1:], other.columns[:1], other.boxes[:1])[0]


def _run(line: _Piece) -> _Run:
    _, y1, _, y2 = _median(line.boxes)
    # The ends are told best by the cells that are nearest to them, and only by those.
    first, last = int(line.columns[0]), int(line.columns[-1])
    x1 = max(_median(line.boxes[:_N_NEAR])[0], first * CELL_PX - _NEAR_PX)
    x2 = min(_median(line.boxes[-_N_NEAR:])[2], (last + 1) * CELL_PX + _NEAR_PX)
    row = min(max(int((y1 + y2) / 2 / CELL_PX), min(line.rows)), max(line.rows))
    return _Run(row=row, first=first, end=last + 1, box=(x1, y1, max(x2, x1 + 1), y2))


def _apart(runs: list[_Run], n_columns: int) -> list[_Run]:
    """Each run reaches to the ends of its box, but not into another run of its line."""
    by_row: dict[int, list[_Run]] = {}
    for run in runs:
        by_row.setdefault(run.row, []).append(run)
    found = []
    for run in runs:
        beside = [other for row in (run.row - 1, run.row, run.row + 1) for other in by_row.get(row, ())]
        beside = [other for other in beside if _are_level(run.box, other.box)]
        left = max((other.end for other in beside if other.end <= run.first), default=0)
        right = min((other.first for other in beside if other.first >= run.end), default=n_columns)
        first = min(run.first, max(left, round(run.box[0] / CELL_PX - 0.5)))
        end = max(run.end, min(right, round(run.box[2] / CELL_PX + 0.5)))
        found.append(_Run(row=run.row, first=first, end=end, box=run.box))
    return found


def _are_level(box: Sequence[float], other: Sequence[float]) -> bool:
    return min(box[3], other[3]) - max(box[1], other[1]) >= _SAME_HEIGHT * max(box[3] - box[1], other[3] - other[1])


def _text_boxes(maps: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n, 4] of x1, y1, x2, y2 in pixels, as some cells claim them."""
    left, top, right, bottom = (np.exp(np.clip(maps[rows, columns, TEXT_BOX_CHANNELS], -4, 6)) * CELL_PX).T
    x, y = (columns.astype(np.float32) + 0.5) * CELL_PX, (rows.astype(np.float32) + 0.5) * CELL_PX
    return np.column_stack((x - left, y - top, x + right, y + bottom))


def _median(rows: NDArray[np.float32]) -> list[float]:
    """Of each column of a few rows; numpy's own takes ten times as long for so few."""
    ordered = np.sort(rows, axis=0)
    middles: list[float] = ((ordered[(len(rows) - 1) // 2] + ordered[len(rows) // 2]) / 2).tolist()
    return middles


def _without_doubles(runs: list[_Run]) -> list[_Run]:
    """Of runs one above the other that are the same line, the longer stays."""
    kept: dict[int, list[_Run]] = {}
    for run in sorted(runs, key=lambda run: run.first - run.end):
        near = (other for row in (run.row - 1, run.row, run.row + 1) for other in kept.get(row, ()))
        if not any(_is_same_line(run, other) for other in near):
            kept.setdefault(run.row, []).append(run)
    return sorted((run for row in kept.values() for run in row), key=lambda run: (run.row, run.first))


def _is_same_line(run: _Run, other: _Run) -> bool:
    """Of runs in one row or in two that touch."""
    overlap = min(run.end, other.end) - max(run.first, other.first)
    return overlap > 0.5 * (run.end - run.first)


def _line(run: _Run, letters: Letters) -> Line | None:
    classes = letters.classes
    is_mark = (classes != BLANK) & (classes != np.roll(classes, 1))
    is_mark[0] = classes[0] != BLANK
    slots = np.flatnonzero(is_mark)
    if not slots.size:
        return None
    shares = letters.shares[slots]
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

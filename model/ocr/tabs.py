"""Tabs: labels side by side above a pane, one of which is underlined or joined to what is below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.ocr.page import Control, Line

_MAX_WORDS = 4
_MAX_GAP_PER_HEIGHT = 6.0
_MIN_GAP_PX = 6
_MAX_OFFSET_PX = 3
_DEPTH_PER_HEIGHT = 1.8
_MIN_ROWS_BELOW_TEXT = 2
_SAME = 10
_MIN_LINE_STEP = 7
_MIN_BAR_STEP = 30
_MAX_BAR_PER_HEIGHT = 0.5
_MIN_LINE_COVER = 0.9
_MIN_OVERHANG_PX = 30
_JOINED_PX = 5

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Row:
    """Labels side by side: indices of their lines and their boxes."""

    idxs: tuple[int, ...]
    boxes: tuple[Box, ...]

    @property
    def top(self) -> float:
        return min(box[1] for box in self.boxes)

    @property
    def bottom(self) -> int:
        return round(max(box[3] for box in self.boxes))

    @property
    def height(self) -> float:
        return max(box[3] - box[1] for box in self.boxes)


def find_tabs(image: Picture, lines: Sequence[Line], keys: Sequence[Control]) -> list[Control]:
    """Tabs, each with its label's line.

    Args:
        image: [height, width, 3] uint8 RGB.
        lines: the text.
        keys: buttons and fields. What was not chosen among tabs may look like a button, what was chosen does not.
    """
    found: list[Control] = []
    typed = {idx for key in keys if key.kind is ElementKind.FIELD for idx in key.line_idxs}
    closed = {idx for key in keys if key.kind is ElementKind.BUTTON for idx in key.line_idxs}
    for row in _rows(lines):
        edge = None if typed.intersection(row.idxs) else _edge(image, row, closed)
        if edge is not None:
            found += [_tab(row, n, edge) for n in range(len(row.idxs))]
    return found


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """Short labels at one height with room between them; at least two."""
    rows: list[list[int]] = []
    for idx, line in enumerate(lines):  # in reading order, so neighbours follow each other
        if len(line.words) > _MAX_WORDS or line.text.endswith(":"):  # too long, or the label of a field
            continue
        if rows and _is_beside(lines[rows[-1][-1]].bbox, line.bbox):
            rows[-1].append(idx)
        else:
            rows.append([idx])
    return [_Row(tuple(row), tuple(lines[idx].bbox for idx in row)) for row in rows if len(row) > 1]


def _is_beside(last: Box, box: Box) -> bool:
    height = max(box[3] - box[1], last[3] - last[1])
    is_level = abs(box[1] + box[3] - last[1] - last[3]) <= 2 * max(_MAX_OFFSET_PX, 0.25 * height)
    return is_level and _MIN_GAP_PX <= box[0] - last[2] <= _MAX_GAP_PER_HEIGHT * height


def _edge(image: Picture, row: _Row, closed: set[int]) -> int | None:
    """Y of the line that tells the chosen tab from the others; None if there is none or it is a button's."""
    top = row.bottom + _MIN_ROWS_BELOW_TEXT
    depth = min(round(_DEPTH_PER_HEIGHT * row.height), image.shape[0] - top)
    if depth < _MIN_ROWS_BELOW_TEXT:
        return None
    below = image[top : top + depth].astype(np.int16)
    # [n, depth, 3] colour below the middle of each label, and whether it is one colour from end to end.
    colors = np.array([below[:, round((box[0] + box[2]) / 2)] for box in row.boxes], dtype=np.float64)
    is_even = np.array([_evenness(below, box) for box in row.boxes])
    are_even: NDArray[np.bool_] = np.asarray((is_even > _MIN_LINE_COVER).all(axis=0))
    if not are_even[0] or _spread(colors[:, 0]) > 3 * _SAME:
        return None
    n_even = len(are_even) if are_even.all() else int(are_even.argmin())
    found = _bar(below, row, colors[:, :n_even]) or _gap_in_line(below, row, colors[:, :n_even])
    return None if found is None or row.idxs[found[1]] in closed else top + found[0]


def _evenness(below: NDArray[np.int16], box: Box) -> NDArray[np.float64]:
    """[depth] share of the columns below a label, every third of them, that have the middle one's colour."""
    band = below[:, round(box[0]) : round(box[2]) : 3]
    middle = below[:, round((box[0] + box[2]) / 2)]
    return np.asarray((np.abs(band - middle[:, None]).max(axis=2) <= _SAME).mean(axis=1))


def _spread(colors: NDArray[np.float64]) -> float:
    return float(np.ptp(colors, axis=0).max())


def _bar(below: NDArray[np.int16], row: _Row, colors: NDArray[np.float64]) -> tuple[int, int] | None:
    """A bar under just one label: its y and which label."""
    if _spread(colors[:, 0]) > _SAME:
        return None
    for y in range(1, colors.shape[1]):
        now = colors[:, y]
        usual = np.median(now, axis=0) if len(now) > 2 else colors[:, 0].mean(axis=0)
        steps = np.abs(now - usual).max(axis=1)
        chosen = int(steps.argmax())
        others = np.delete(steps, chosen)
        if steps[chosen] < _MIN_BAR_STEP:
            continue
        if others.max() > _SAME:
            return None
        rest = np.abs(colors[chosen, y:] - np.median(np.delete(colors[:, y:], chosen, axis=0), axis=0)).max(axis=1)
        is_barred = rest >= _MIN_BAR_STEP
        if not is_barred[0]:
            continue  # the others differ from what is usual themselves, and less from this one
        thickness = len(is_barred) if is_barred.all() else int(is_barred.argmin())
        core = y + int(rest[:thickness].argmax())  # its edge may be smoothed
        # One pixel is enough where the others have a line of another colour there.
        has_line = np.abs(np.delete(colors[:, core] - colors[:, core - 1], chosen, axis=0)).max() >= _MIN_LINE_STEP
        is_thin = (1 if has_line else 2) <= thickness <= max(4.0, _MAX_BAR_PER_HEIGHT * row.height)
        return (
            (core, chosen) if is_thin and _ends_at_neighbours(below[core], row, chosen, colors[chosen, core]) else None
        )
    return None


def _ends_at_neighbours(pixels: NDArray[np.int16], row: _Row, chosen: int, color: NDArray[np.float64]) -> bool:
    """Whether a bar's colour stops between its label and the next ones."""
    height = round(2 * row.height)
    left = round(row.boxes[chosen - 1][2]) if chosen else round(row.boxes[chosen][0]) - 3 * height
    right = round(row.boxes[chosen + 1][0]) if chosen + 1 < len(row.boxes) else round(row.boxes[chosen][2]) + 3 * height
    is_bar = np.abs(pixels[max(left, 0) : right] - color).max(axis=1) <= 2 * _SAME
    return bool(len(is_bar)) and not (is_bar[0] and is_bar[-1]) and not is_bar.all()


def _gap_in_line(below: NDArray[np.int16], row: _Row, colors: NDArray[np.float64]) -> tuple[int, int] | None:
    """The upper edge of a pane, open under just one label: its y and which label."""
    for y in range(1, colors.shape[1] - _JOINED_PX):
        steps = np.abs(colors[:, y] - colors[:, y - 1]).max(axis=1)
        is_joined = steps <= _MIN_LINE_STEP / 2
        if is_joined.all():
            continue
        if is_joined.sum() != 1:
            return None
        chosen = int(is_joined.argmax())
        stays = np.abs(colors[chosen, y : y + _JOINED_PX] - colors[chosen, y]).max() <= _MIN_LINE_STEP / 2
        others = np.delete(np.arange(len(colors)), chosen)
        is_line = _spread(colors[others, y]) <= _SAME and (steps[others] >= _MIN_LINE_STEP).all()
        return (y, chosen) if stays and is_line and _goes_through(below[y], row, chosen, colors[others[0], y]) else None
    return None


def _goes_through(pixels: NDArray[np.int16], row: _Row, chosen: int, color: NDArray[np.float64]) -> bool:
    """Whether a line's colour fills all between the other labels, and goes on beyond the row."""
    left, right = round(row.boxes[0][0]), round(row.boxes[-1][2])
    is_line = np.abs(pixels - color).max(axis=1) <= _SAME
    open_from = round(row.boxes[chosen - 1][2]) if chosen else left
    open_to = round(row.boxes[chosen + 1][0]) if chosen + 1 < len(row.boxes) else right
    between = np.concatenate([is_line[left:open_from], is_line[open_to:right]])
    before, after = is_line[max(left - _MIN_OVERHANG_PX, 0) : left], is_line[right + 20 : right + 20 + _MIN_OVERHANG_PX]
    goes_on = len(row.boxes) > 2 or (len(after) and after.mean() > 0.9) or (len(before) and before.mean() > 0.9)
    return bool(len(between)) and float(between.mean()) >= _MIN_LINE_COVER and bool(goes_on)


def _tab(row: _Row, n: int, edge: int) -> Control:
    box = row.boxes[n]
    before = box[0] - row.boxes[n - 1][2] if n else row.height * 2
    after = row.boxes[n + 1][0] - box[2] if n + 1 < len(row.boxes) else row.height * 2
    pad = min(before / 2, after / 2, row.height)
    bbox = (max(box[0] - pad, 0.0), max(row.top - row.height / 2, 0.0), box[2] + pad, float(edge))
    return Control(bbox=bbox, kind=ElementKind.TAB, line_idxs=(row.idxs[n],), score=0.8)

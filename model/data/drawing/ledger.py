"""What has been painted where, and in the end: what of it can still be seen."""

from dataclasses import dataclass, replace

import numpy as np

from model.data.boxes import PixelBox
from model.data.drawing.canvas import Canvas, intersection
from model.data.screens import LabelledElement

_SHARE_SEEN = 0.6
_SHARE_READ = 0.92
"""What has a text is told by it: nearly all of the text must be seen, and little of the rest."""
_SHARE_BESIDE_TEXT = 0.25
_MIN_SIDE_PX = 3


@dataclass(frozen=True, slots=True)
class _Entry:
    element: LabelledElement
    box: PixelBox
    clip: PixelBox
    level: int
    ink: PixelBox | None


class Ledger:
    """The elements of a picture in the order in which they were painted."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def add(self, canvas: Canvas, element: LabelledElement, *, ink: PixelBox | None = None) -> None:
        """Enter an element that was just painted.

        Args:
            canvas: on which; its clip and level are kept with it.
            element: with the box that it would have if nothing covered or cut it.
            ink: the tight box of its text; an element whose text was not painted is not entered.
        """
        x1, y1, x2, y2 = (int(edge) for edge in element.bbox)
        if canvas.shows((x1, y1, x2, y2)) and (ink is not None or not element.text):
            self._entries.append(_Entry(element, (x1, y1, x2, y2), canvas.clip, canvas.level, ink))

    def visible(self, canvas: Canvas) -> tuple[LabelledElement, ...]:
        """The elements that can be seen, each with the outline of what is seen of it, in reading order by window."""
        seen = (_seen(entry, canvas) for entry in self._entries)
        return tuple(element for element in seen if element is not None)


def _seen(entry: _Entry, canvas: Canvas) -> LabelledElement | None:
    if entry.ink is not None and _share_owned(entry, entry.ink, canvas) < _SHARE_READ:
        return None
    least = _SHARE_SEEN if entry.ink is None else _SHARE_BESIDE_TEXT
    if _share_owned(entry, entry.box, canvas) < least:
        return None
    x1, y1, x2, y2 = intersection(entry.box, entry.clip)
    own = canvas.levels[y1:y2, x1:x2] == entry.level
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    x1, x2 = x1 + int(columns[0]), x1 + int(columns[-1]) + 1
    y1, y2 = y1 + int(rows[0]), y1 + int(rows[-1]) + 1
    if min(x2 - x1, y2 - y1) < _MIN_SIDE_PX:
        return None
    return replace(entry.element, bbox=(float(x1), float(y1), float(x2), float(y2)))


def _share_owned(entry: _Entry, box: PixelBox, canvas: Canvas) -> float:
    """The share of a box that the element's window shows, from 0 to 1."""
    x1, y1, x2, y2 = intersection(box, entry.clip)
    n_owned = int(np.count_nonzero(canvas.levels[y1:y2, x1:x2] == entry.level))
    return n_owned / ((box[2] - box[0]) * (box[3] - box[1]))

"""What has been painted where, and in the end: what of it can still be seen."""

from dataclasses import dataclass, replace

import numpy as np

from model.data.boxes import PixelBox
from model.data.drawing.canvas import Canvas, intersection
from model.data.screens import LabelledElement

_SHARE_SEEN = 0.6
_SHARE_NAMED = 0.8
_SHARE_READ = 0.92
"""A text must be seen nearly whole to be what its label says."""
_MIN_SIDE_PX = 3


@dataclass(frozen=True, slots=True)
class _Entry:
    element: LabelledElement
    box: PixelBox
    clip: PixelBox
    level: int
    share: float


class Ledger:
    """The elements of a picture in the order in which they were painted."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def add(self, canvas: Canvas, element: LabelledElement, *, is_text: bool) -> None:
        """Enter an element that was just painted.

        Args:
            canvas: on which; its clip and level are kept with it.
            element: with the box that it would have if nothing covered or cut it.
            is_text: whether it means nothing unless it can be read.
        """
        x1, y1, x2, y2 = (int(edge) for edge in element.bbox)
        if canvas.shows((x1, y1, x2, y2)):
            share = _SHARE_READ if is_text else _SHARE_NAMED if element.text else _SHARE_SEEN
            self._entries.append(_Entry(element, (x1, y1, x2, y2), canvas.clip, canvas.level, share))

    def visible(self, canvas: Canvas) -> tuple[LabelledElement, ...]:
        """The elements that can be seen, each with the outline of what is seen of it, in reading order by window."""
        seen = (_seen(entry, canvas) for entry in self._entries)
        return tuple(element for element in seen if element is not None)


def _seen(entry: _Entry, canvas: Canvas) -> LabelledElement | None:
    x1, y1, x2, y2 = intersection(entry.box, entry.clip)
    own = canvas.levels[y1:y2, x1:x2] == entry.level
    n_own = int(np.count_nonzero(own))
    area = (entry.box[2] - entry.box[0]) * (entry.box[3] - entry.box[1])
    if n_own < entry.share * area:
        return None
    if n_own < own.size:
        rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
        x1, x2 = x1 + int(columns[0]), x1 + int(columns[-1]) + 1
        y1, y2 = y1 + int(rows[0]), y1 + int(rows[-1]) + 1
    if min(x2 - x1, y2 - y1) < _MIN_SIDE_PX:
        return None
    return replace(entry.element, bbox=(float(x1), float(y1), float(x2), float(y2)))

"""Strips of a picture in, lines of words out; the same pixels are recognised once."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.ocr.cache import Cache, digest
from model.ocr.engine import OcrEngine, Reading
from model.ocr.lines import lines_of, moved
from model.ocr.page import Line
from model.ocr.signs import LONE_CUTS_PX, is_lone, read_sign
from model.ocr.strips import cut_out
from model.ocr.surfaces import IntBox, Mask, contains

_MAX_STRIPS = 8000
_LINE_CUT_PX = (14, 4)
_SURROUNDINGS_PX = 12
_STROKE_REACH_PX = 3


class StripReader:
    """Remembers two things of each of the last 8000 strips: what was recognised, and the lines this became.

    The second depends on the ink too, which surroundings can change; the first only on the strip's own pixels.
    """

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._readings: Cache[Reading] = Cache(_MAX_STRIPS)
        self._lines: Cache[tuple[Line, ...]] = Cache(_MAX_STRIPS)
        self.n_recognised = 0
        """How many strips the recogniser has read so far."""

    def read(
        self, image: NDArray[np.uint8], ink: Mask, boxes: Sequence[IntBox], keys: Sequence[IntBox]
    ) -> list[tuple[Line, ...]]:
        """Lines of each strip; none for a strip that is no text.

        Args:
            image: [height, width, 3] uint8 RGB.
            ink: [height, width] uint8.
            boxes: where the strips are.
            keys: surfaces of the size of buttons, which tell signs from dirt.
        """
        on_key = [is_lone(box) and any(contains(key, box) for key in keys) for box in boxes]
        parts = [_without_strokes(ink, box) for box in boxes]
        names = [
            self._name(image, part, box, is_on_key) for part, box, is_on_key in zip(parts, boxes, on_key, strict=True)
        ]
        known = [self._lines.look_up(name) for name in names]
        new = [idx for idx, lines in enumerate(known) if lines is None]
        readings = self._recognise(image, [boxes[idx] for idx in new])
        for idx, its_readings in zip(new, readings, strict=True):
            part = parts[idx]
            is_sign = is_lone(boxes[idx])
            reading = read_sign(its_readings, part, is_on_key=on_key[idx]) if is_sign else its_readings[0]
            lines = tuple(lines_of(reading, part))
            self._lines.keep(names[idx], lines)
            known[idx] = lines
        return [
            tuple(moved(line, box[0], box[1]) for line in lines or ()) for lines, box in zip(known, boxes, strict=True)
        ]

    def clear(self) -> None:
        """Forget everything."""
        self._readings.clear()
        self._lines.clear()

    def _name(self, image: NDArray[np.uint8], part: Mask, box: IntBox, is_on_key: bool) -> Hashable:
        left, top, right, bottom = box
        y1 = max(top - _SURROUNDINGS_PX, 0)
        seen = digest(image[y1 : bottom + _SURROUNDINGS_PX, left:right])
        return seen, digest(part), top - y1, is_on_key

    def _recognise(self, image: NDArray[np.uint8], boxes: Sequence[IntBox]) -> list[list[Reading]]:
        """For each strip the readings of its cuts; their centres count from the strip's left edge."""
        cuts = [LONE_CUTS_PX if is_lone(box) else (_LINE_CUT_PX,) for box in boxes]
        pieces = [cut_out(image, box, *cut) for box, its_cuts in zip(boxes, cuts, strict=True) for cut in its_cuts]
        names = [digest(piece) for piece in pieces]
        known = {name: self._readings.look_up(name) for name in names}
        new = {name: piece for name, piece in zip(names, pieces, strict=True) if known[name] is None}
        fresh = dict(zip(new, self._engine.recognise(list(new.values())), strict=True))
        self.n_recognised += len(fresh)
        for name, reading in fresh.items():
            self._readings.keep(name, reading)
        found = (known[name] or fresh[name] for name in names)
        return [[next(found).shifted(-margin_px) for _, margin_px in its_cuts] for its_cuts in cuts]


def _without_strokes(ink: Mask, box: IntBox) -> Mask:
    """The strip's ink without upright lines that go beyond it: edges between labels, which would fill their gap."""
    left, top, right, bottom = box
    is_stroke = ink[max(top - _STROKE_REACH_PX, 0) : bottom + _STROKE_REACH_PX, left:right].all(axis=0)
    part = ink[top:bottom, left:right]
    if not is_stroke.any():
        return part
    cleaned = part.copy()
    cleaned[:, is_stroke] = 0
    return cleaned

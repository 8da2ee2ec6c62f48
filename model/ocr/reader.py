"""Reading a screen: picture in, page of lines, controls and panes out; what was read once is not read again."""

import numpy as np
from numpy.typing import NDArray

from model.ocr.blobs import group
from model.ocr.boxes import overlap
from model.ocr.cache import Cache, digest
from model.ocr.controls import find_controls
from model.ocr.engine import OcrEngine
from model.ocr.lines import in_reading_order
from model.ocr.page import Page
from model.ocr.panes import find_panes
from model.ocr.photographs import boxes_in_photographs
from model.ocr.strays import without_strays
from model.ocr.strip_reader import StripReader
from model.ocr.surfaces import IntBox, Mask, contains, take_apart

_MAX_PAGES = 8
_MAX_DETECTIONS = 400
_MAX_STRIPS = 900
_MIN_LEGIBLE_PX = 8
_MIN_TEXT_HEIGHT_PX = 5
_SAME_TEXT_OVERLAP = 0.4


class ScreenReader:
    """Reads pictures of screens. Not thread-safe: one thread calls it.

    The last eight pages, 8000 strips of text and 400 tiles of photographs are remembered by their pixels, so a page
    depends on its picture alone, never on what was read before; after a small change only new strips are recognised.
    At most 900 strips are recognised per page, the tallest first: more than a screen of text has, less than noise;
    the worst pictures of 3840×2160 (thousands of small boxes) take about ten seconds on two cores.

    Known limits: a lone small l is read as I, the letter O after "Ctrl+" as a zero; letters of one height in both
    cases (x, s, z) get the wrong case on keys; links side by side, a space apart and not underlined, are one link; tabs
    that differ from the chosen one by their filling alone are not told; upright text only.

    Args:
        n_threads: threads for the networks; None takes one per core, at most four.

    Raises:
        model.errors.ModelLoadError: the reading models are missing or broken.
    """

    def __init__(self, *, n_threads: int | None = None) -> None:
        self._engine = OcrEngine(n_threads=n_threads)
        self._strips = StripReader(self._engine)
        self._pages: Cache[Page] = Cache(_MAX_PAGES)
        self._detections: Cache[list[IntBox]] = Cache(_MAX_DETECTIONS)
        self._n_tiles_detected = 0

    @property
    def n_lines_recognised(self) -> int:
        """How many strips of text the recogniser has read so far; grows only with work that was really done."""
        return self._strips.n_recognised

    @property
    def n_tiles_detected(self) -> int:
        """How many tiles of photographs were searched for text so far."""
        return self._n_tiles_detected

    def read(self, image: NDArray[np.uint8]) -> Page:
        """Read a picture, [height, width, 3] uint8 RGB."""
        image = np.ascontiguousarray(image)
        name = digest(image)
        page = self._pages.look_up(name)
        if page is None:
            page = self._read(image)
            self._pages.keep(name, page)
        return page

    def _read(self, image: NDArray[np.uint8]) -> Page:
        height, width = image.shape[:2]
        if min(height, width) < _MIN_LEGIBLE_PX:
            return Page(width_px=width, height_px=height, lines=(), controls=())
        drawing = take_apart(image)
        blobs = group(image, drawing)
        keys = [surface.bbox for surface in drawing.surfaces if surface.is_key]
        # What is lower than text can only be a minus or a point, and these are told from dirt by the key they are on.
        low = {
            box
            for box in blobs.strips
            if box[3] - box[1] < _MIN_TEXT_HEIGHT_PX and not any(contains(key, box) for key in keys)
        }
        photographed = [
            box
            for box in self._boxes_in_photographs(image, drawing.rough)
            if not any(overlap(box, other) > _SAME_TEXT_OVERLAP for other in blobs.strips)
        ]
        strips = _most_telling([*(box for box in blobs.strips if box not in low), *photographed])
        found = self._strips.read(image, drawing.ink, strips, keys)
        kept, strays = without_strays([line for its_lines in found for line in its_lines])
        lines = in_reading_order(kept)
        unread = [box for box, its_lines in zip(strips, found, strict=True) if not its_lines]
        return Page(
            width_px=width,
            height_px=height,
            lines=lines,
            controls=find_controls(image, drawing, blobs, lines, [*unread, *strays, *sorted(low)]),
            panes=find_panes(drawing, (width, height)),
        )

    def _boxes_in_photographs(self, image: NDArray[np.uint8], rough: Mask) -> list[IntBox]:
        def detect(tile: NDArray[np.uint8]) -> list[IntBox]:
            name = digest(tile)
            boxes = self._detections.look_up(name)
            if boxes is None:
                boxes = self._engine.detect(tile)
                self._n_tiles_detected += 1
                self._detections.keep(name, boxes)
            return boxes

        return boxes_in_photographs(image, rough, detect)

    def close(self) -> None:
        """End the threads and forget everything."""
        self._engine.close()
        self._strips.clear()
        self._pages.clear()
        self._detections.clear()


def _most_telling(strips: list[IntBox]) -> list[IntBox]:
    if len(strips) <= _MAX_STRIPS:
        return strips
    return sorted(strips, key=lambda box: (box[1] - box[3], box))[:_MAX_STRIPS]

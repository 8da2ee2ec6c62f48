"""Checkboxes whose tick was read as part of their text: only the unticked ones in the same column were seen."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from model.grounder import Box, ElementKind
from model.ocr.page import Control, Line, Page, Word
from model.ocr.rects import holds

_KINDS = frozenset({ElementKind.CHECKBOX, ElementKind.RADIO})
_SLACK_PX = 1.0
_WIDER = 1.12  # than usual are the letters of a word that begins with the box


def with_swallowed_boxes(page: Page) -> Page:
    """A page with the boxes at which a line begins exactly where others of its column have theirs, as high as these.

    They are on: it is the tick that made the reader take them for a letter.
    """
    boxes = [control for control in page.controls if control.kind in _KINDS]
    if not boxes:
        return page
    letter_px = _letter_px([word for line in page.lines for word in line.words])
    lines: list[Line] = []
    found: list[Control] = []
    for line in page.lines:
        model = next((box for box in boxes if _begins_at(line, box.bbox)), None)
        is_wide = _letter_px(line.words[:1]) > _WIDER * letter_px
        if model is None or not is_wide or any(holds(control.bbox, _start(line)) for control in page.controls):
            lines.append(line)
            continue
        x1, y1, _, y2 = line.bbox
        right = x1 + model.bbox[2] - model.bbox[0]
        found.append(Control(bbox=(x1, y1, right, y2), kind=model.kind, is_checked=True, score=0.8))
        lines.append(_beginning_at(line, right + 2))
    return replace(page, lines=tuple(lines), controls=(*page.controls, *found)) if found else page


def _begins_at(line: Line, box: Box) -> bool:
    is_below = abs(line.bbox[0] - box[0]) <= _SLACK_PX
    is_as_high = abs((line.bbox[3] - line.bbox[1]) - (box[3] - box[1])) <= _SLACK_PX
    is_heading = line.text.endswith(":")
    return is_below and is_as_high and not is_heading and line.bbox[2] - line.bbox[0] > 1.5 * (box[2] - box[0])


def _letter_px(words: Sequence[Word]) -> float:
    """Usual width of a letter, which a box beside it makes wider."""
    return median([(word.bbox[2] - word.bbox[0]) / len(word.text) for word in words if word.text] or [0.0])


def _start(line: Line) -> tuple[float, float]:
    return line.bbox[0] + 1, (line.bbox[1] + line.bbox[3]) / 2


def _beginning_at(line: Line, left: float) -> Line:
    """A line without what stands left of an x, a word that begins there cut off."""
    kept: Sequence[Word] = [
        replace(word, bbox=(max(left, word.bbox[0]), *word.bbox[1:])) for word in line.words if word.bbox[2] > left
    ]
    return replace(line, bbox=(left, *line.bbox[1:]), words=tuple(kept) or line.words)

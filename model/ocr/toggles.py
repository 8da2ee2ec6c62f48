"""Check boxes and radio buttons: a small square or circle left of a label."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.grounder import ElementKind
from model.ocr.blobs import Blobs
from model.ocr.boxes import grown, overlap
from model.ocr.marks import Outline, outline_of
from model.ocr.page import Control, Line
from model.ocr.surfaces import IntBox

_MAX_LABEL_GAP_PX = 18


def find_toggles(image: NDArray[np.uint8], blobs: Blobs, lines: Sequence[Line]) -> list[Control]:
    """Check boxes and radio buttons, each with its label's line and whether it is on."""
    found: list[Control] = []
    for box in blobs.marks:
        label_idx = _label_of(box, lines)
        if label_idx is None or any(overlap(box, control.bbox) > 0.3 for control in found):
            continue
        outline = outline_of(image, grown(box, 1))
        if outline is Outline.OTHER:
            continue
        kind = ElementKind.CHECKBOX if outline is Outline.SQUARE else ElementKind.RADIO
        # Ink is a pixel too wide on every side.
        bbox = (box[0] + 1.0, box[1] + 1.0, box[2] - 1.0, box[3] - 1.0)
        found.append(
            Control(bbox=bbox, kind=kind, line_idxs=(label_idx,), is_checked=_is_marked_inside(image, box), score=0.85)
        )
    return found


def _label_of(box: IntBox, lines: Sequence[Line]) -> int | None:
    """The line right of a box, at its height."""
    middle = (box[1] + box[3]) / 2
    near = [
        (line.bbox[0] - box[2], idx)
        for idx, line in enumerate(lines)
        if -1 <= line.bbox[0] - box[2] <= max(_MAX_LABEL_GAP_PX, box[2] - box[0])
        and abs(middle - (line.bbox[1] + line.bbox[3]) / 2) <= 6
        and sum(letter.isalnum() for letter in line.text) >= 2
    ]
    return min(near)[1] if near else None


def _is_marked_inside(image: NDArray[np.uint8], box: IntBox) -> bool:
    """Whether the inside shows more than one colour: a tick on a ground, a dot in a circle."""
    inset = max(4, round(0.28 * (box[2] - box[0])))
    inside = image[box[1] + inset : box[3] - inset, box[0] + inset : box[2] - inset].reshape(-1, 3).astype(np.int16)
    rim = image[(box[1] + box[3]) // 2, box[0] + 3 : box[2] - 3].astype(np.int16)
    both = np.concatenate([inside, rim]) if len(inside) else rim
    return len(both) > 0 and int(np.ptp(both, axis=0).max()) > 60

"""Icons: compact drawings that are no text."""

from collections.abc import Sequence

import numpy as np

from model.grounder import Box, ElementKind
from model.ocr.boxes import as_box, outline_with_border, overlap, overlaps
from model.ocr.page import Control, Line
from model.ocr.surfaces import Drawing, IntBox, Surface

_ICON_PX = (6, 96)
_MAX_ICON_KEY_PX = 72
_WINDOW_SIGNS = frozenset("xX×+-−_^<>")


def find_icons(drawing: Drawing, lines: Sequence[Line], icons: Sequence[IntBox], taken: Sequence[Box]) -> list[Control]:
    """Compact drawings, with the outline of the tool button they stand on if there is one."""
    low, high = _ICON_PX
    found: list[Control] = []
    signs = [(line.bbox, (idx,)) for idx, line in enumerate(lines) if line.text in _WINDOW_SIGNS]
    taken_boxes = np.array(taken, dtype=np.float64).reshape(-1, 4)
    keys = [s for s in drawing.surfaces if s.is_key and max(s.width_px, s.height_px) <= _MAX_ICON_KEY_PX]
    for bbox, line_idxs in [*((as_box(icon), ()) for icon in icons), *signs]:
        width, height = bbox[2] - bbox[0], bbox[3] - bbox[1]
        is_sized = low <= max(width, height) <= high and 0.2 <= width / max(height, 1) <= 5 and min(width, height) >= 2
        if not is_sized or (overlaps(bbox, taken_boxes) > 0.25).any():
            continue
        key = next((k for k in reversed(keys) if _is_centred_on(bbox, k)), None)
        box = bbox if key is None else outline_with_border(key)
        if not any(overlap(box, control.bbox) > 0.5 for control in found):
            score = 0.8 if key is not None else 0.6
            found.append(Control(bbox=box, kind=ElementKind.ICON, line_idxs=line_idxs, score=score))
    return found


def _is_centred_on(bbox: Box, key: Surface) -> bool:
    left, top, right, bottom = key.bbox
    is_inside = left <= bbox[0] and top <= bbox[1] and bbox[2] <= right and bbox[3] <= bottom
    offset_x = abs((bbox[0] + bbox[2]) - (left + right)) / 2
    offset_y = abs((bbox[1] + bbox[3]) - (top + bottom)) / 2
    return is_inside and offset_x <= 5 and offset_y <= 5


def joined_icons(boxes: Sequence[IntBox]) -> list[IntBox]:
    """Put the parts of one icon together: boxes that touch, or nearly."""
    joined: list[IntBox] = []
    for box in sorted(boxes):
        for idx, other in enumerate(joined):
            near_x = box[0] - other[2] <= 2
            near_y = box[1] - other[3] <= 2 and other[1] - box[3] <= 2
            if near_x and near_y and max(box[2], other[2]) - other[0] <= _ICON_PX[1]:
                joined[idx] = (
                    *(min(box[0], other[0]), min(box[1], other[1])),
                    *(max(box[2], other[2]), max(box[3], other[3])),
                )
                break
        else:
            joined.append(box)
    return joined

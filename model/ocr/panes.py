"""Panes: outlines of windows, dialogs and panels."""

from model.grounder import Box
from model.ocr.surfaces import Drawing, IntBox

_MIN_PANE_PX = (120, 60)
_MIN_WIDTH_TO_STACK_PX = 120
_MAX_SEAM_PX = 8
_MAX_PANES = 40
_BACKGROUND_SHARE = 0.97


def find_panes(drawing: Drawing, size_px: tuple[int, int]) -> tuple[Box, ...]:
    """Large rectangles, and stacks of rectangles of one width (title bar, menu bar, content: a window).

    Largest first, at most 40; the picture's own background is none.
    """
    boxes = [surface.bbox for surface in drawing.surfaces if surface.width_px >= _MIN_WIDTH_TO_STACK_PX]
    single = {box for box in boxes if not _is_background(box, size_px)}
    panes = {box for box in single | (set(_stacks(boxes)) - set(boxes)) if _is_large(box)}
    ordered = sorted(panes, key=lambda box: (-(box[2] - box[0]) * (box[3] - box[1]), box))[:_MAX_PANES]
    return tuple((float(x1), float(y1), float(x2), float(y2)) for x1, y1, x2, y2 in ordered)


def _is_large(box: IntBox) -> bool:
    return box[2] - box[0] >= _MIN_PANE_PX[0] and box[3] - box[1] >= _MIN_PANE_PX[1]


def _is_background(box: IntBox, size_px: tuple[int, int]) -> bool:
    return (box[2] - box[0]) * (box[3] - box[1]) > _BACKGROUND_SHARE * size_px[0] * size_px[1]


def _stacks(boxes: list[IntBox]) -> list[IntBox]:
    stacks: list[IntBox] = []
    for box in sorted(boxes, key=lambda box: box[1]):
        for idx, stack in enumerate(stacks):
            is_below = -2 <= box[1] - stack[3] <= _MAX_SEAM_PX
            if is_below and abs(box[0] - stack[0]) <= _MAX_SEAM_PX and abs(box[2] - stack[2]) <= _MAX_SEAM_PX:
                stacks[idx] = (min(stack[0], box[0]), stack[1], max(stack[2], box[2]), box[3])
                break
        else:
            stacks.append(box)
    return stacks

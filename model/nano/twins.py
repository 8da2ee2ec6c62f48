"""Controls that are seen twice are one."""

from model.ocr.page import Control
from model.ocr.rects import area, shared_area

_MOST_SHARED = 0.5
"""Of the smaller of two controls around the same lines."""
_MOST_BESIDE_NAMED, _MOST_BESIDE_EMPTY = 0.25, 0.4
"""Intersection over union of a control that shows no text and another one, which shows some or none."""


def without_twins(controls: tuple[Control, ...]) -> tuple[Control, ...]:
    """Of controls that are seen twice, the surer stays: around the same lines, or empty and much where another is."""
    kept: list[int] = []
    by_trust = sorted(range(len(controls)), key=lambda i: (not controls[i].line_idxs, -controls[i].score))
    for index in by_trust:
        if not any(_is_twin(controls[index], controls[other]) for other in kept):
            kept.append(index)
    return tuple(controls[index] for index in sorted(kept))


def _is_twin(control: Control, surer: Control) -> bool:
    both = shared_area(control.bbox, surer.bbox)
    if both == 0:
        return False
    if control.line_idxs:
        return control.line_idxs == surer.line_idxs and both > _MOST_SHARED * min(area(control.bbox), area(surer.bbox))
    most = _MOST_BESIDE_NAMED if surer.line_idxs else _MOST_BESIDE_EMPTY
    return both > most * (area(control.bbox) + area(surer.bbox) - both)

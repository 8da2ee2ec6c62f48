"""Where things lie to each other: how well a box satisfies "left of", "below", "between", "in the upper right"."""

import math
from collections.abc import Sequence

from model.grounder import Box
from model.ocr.query import Place, Relation
from model.ocr.rects import center, gaps, holds, shared_height, shared_width

_SLACK = 0.35  # of a line height: boxes that are read a little too large still lie beside each other


def relation_fit(relation: Relation, box: Box, anchor: Box, unit_px: float) -> float:
    """How well a box lies in a relation to an anchor, in [0, 1]; the nearest that qualifies fits best.

    Args:
        relation: any but BETWEEN.
        box: what is judged.
        anchor: what it is seen from.
        unit_px: usual line height.
    """
    slack = _SLACK * unit_px
    if relation is Relation.INSIDE:
        return 1.0 if holds(anchor, center(box)) else 0.0
    if relation is Relation.SAME_ROW:
        return shared_height(box, anchor) if shared_height(box, anchor) > 0.4 else 0.0
    if relation is Relation.NEXT_TO:
        return max(_beside(box, anchor, unit_px), 0.9 * _stacked(box, anchor, unit_px))
    is_there = {
        Relation.LEFT_OF: box[2] <= anchor[0] + slack,
        Relation.RIGHT_OF: box[0] >= anchor[2] - slack,
        Relation.ABOVE: box[3] <= anchor[1] + slack,
        Relation.BELOW: box[1] >= anchor[3] - slack,
    }[relation]
    fit = _stacked if relation in {Relation.ABOVE, Relation.BELOW} else _beside
    return fit(box, anchor, unit_px) if is_there else 0.0


def between_fit(box: Box, first: Box, second: Box, unit_px: float) -> float:
    """How well the middle of a box lies on the line between two others, in [0, 1]."""
    (x, y), (x1, y1), (x2, y2) = center(box), center(first), center(second)
    dx, dy = x2 - x1, y2 - y1
    length_sq = dx * dx + dy * dy
    if length_sq == 0:
        return 0.0
    along = ((x - x1) * dx + (y - y1) * dy) / length_sq
    if not 0.0 < along < 1.0:
        return 0.0
    across = abs((x - x1) * dy - (y - y1) * dx) / math.sqrt(length_sq)
    return 1.0 / (1.0 + across / unit_px)


def place_fit(places: Sequence[Place], box: Box, region: Box) -> float:
    """How far a box lies towards the named sides of a region, in [0, 1]."""
    x, y = center(box)
    across = (x - region[0]) / max(1.0, region[2] - region[0])
    down = (y - region[1]) / max(1.0, region[3] - region[1])
    fits = {
        Place.LEFT: 1 - across,
        Place.RIGHT: across,
        Place.TOP: 1 - down,
        Place.BOTTOM: down,
        Place.MIDDLE: 1 - abs(across - 0.5) - abs(down - 0.5),
    }
    return min(max(0.0, min(1.0, fits[place])) for place in places)


def _beside(box: Box, anchor: Box, unit_px: float) -> float:
    across, down = gaps(box, anchor)
    if shared_height(box, anchor) < 0.3:
        return 0.3 / (1.0 + (across + 3 * down) / (4 * unit_px))
    return 1.0 / (1.0 + across / (8 * unit_px))


def _stacked(box: Box, anchor: Box, unit_px: float) -> float:
    across, down = gaps(box, anchor)
    if shared_width(box, anchor) < 0.1:
        return 0.6 / (1.0 + (3 * across + down) / (8 * unit_px))
    # What begins at the same left edge belongs together more than what merely overlaps.
    offset = min(abs(box[0] - anchor[0]), abs(center(box)[0] - center(anchor)[0]))
    return 1.0 / (1.0 + (down + offset / 4) / (8 * unit_px))

"""What a point is worth, and what a search with a cursor.

Sources: a point in the box is worth 1 in UI-Ins (arXiv 2510.20286; its published reward). RUIG (arXiv 2310.04716)
reinforces the coordinates that it writes by metrics of its own. The Gaussian is the point reward of GUI-G2
(arXiv 2507.15846; alpha 0.5 in its published code); its coverage reward compares boxes, which a pointer does not give.
A search is worth what GUI-Cursor's published code gives (arXiv 2509.21552): near is better than far, in the middle
better than at the edge, and wrong stops, steps away and places seen before cost. Its reward for answers in the right
format is left out: a pointer cannot be in a wrong one.

Points and boxes are fractions of the screenshot.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

from model.data.boxes import BoxNorm

PointNorm = tuple[float, float]
"""(x, y)."""

_GAUSSIAN_SPREAD = 0.5
_CENTRE_WEIGHT = 0.1
_CENTRE_POWER = 5
_FALSE_STOP = -0.5
_FALSE_MOVE = -0.2
_CORRECT_MOVE = 0.1
_REPEATED = -0.2
_PASSED = -0.1


class PointReward(StrEnum):
    """What the point of an answer is worth."""

    HIT = "hit"
    GAUSSIAN = "gaussian"

    def of(self, point: PointNorm, box: BoxNorm) -> float:
        """In [0, 1]."""
        return gaussian_reward(point, box) if self is PointReward.GAUSSIAN else float(box.contains(*point))


def gaussian_reward(point: PointNorm, box: BoxNorm) -> float:
    """1 in the middle of the box, falling with the distance from it in shares of its sides."""
    x, y = _from_middle(point, box)
    return math.exp(-0.5 * ((x / _GAUSSIAN_SPREAD) ** 2 + (y / _GAUSSIAN_SPREAD) ** 2))


def search_reward(
    start: PointNorm, moves: Sequence[PointNorm], box: BoxNorm, *, has_stopped: bool, is_repeated: bool
) -> float:
    """What a search with a cursor is worth; at most 1.1.

    Args:
        start: where the cursor was first.
        moves: where it was moved to.
        box: of the element.
        has_stopped: did it stop there, or were its moves used up?
        is_repeated: was it moved to the same place twice?
    """
    end = moves[-1] if moves else start
    nearness = 1.0 - distance_to(end, box)
    goes_nearer = len(moves) > 1 and distance_to(moves[-1], box) < distance_to(moves[0], box)
    if has_stopped and box.contains(*end):
        return 1.0 + _CENTRE_WEIGHT * _centredness(end, box)
    if has_stopped:
        direction = 0.0 if len(moves) < 2 else _CORRECT_MOVE if goes_nearer else _FALSE_MOVE
        return nearness + _FALSE_STOP + direction
    reward = nearness + (_CENTRE_WEIGHT * _centredness(end, box) if box.contains(*end) else 0.0)
    reward += _PASSED if any(box.contains(*point) for point in (start, *moves[:-1])) else 0.0
    reward += _REPEATED if is_repeated else 0.0
    return reward + (0.0 if goes_nearer or len(moves) < 2 else _FALSE_MOVE)


def distance_to(point: PointNorm, box: BoxNorm) -> float:
    """From a point to the nearest one of a box, 0 inside, on a screenshot of side 1."""
    x, y = point
    return math.hypot(
        max(box.x1_norm - x, 0.0, x - box.x2_norm),
        max(box.y1_norm - y, 0.0, y - box.y2_norm),
    )


def _centredness(point: PointNorm, box: BoxNorm) -> float:
    """1 in the middle of a box, 0 in its corners; on a screenshot of side 1."""
    half_width, half_height = (box.x2_norm - box.x1_norm) / 2, (box.y2_norm - box.y1_norm) / 2
    x, y = _from_middle(point, box)
    from_middle = math.hypot(x * 2 * half_width, y * 2 * half_height) / math.hypot(half_width, half_height)
    return 1.0 - from_middle**_CENTRE_POWER


def _from_middle(point: PointNorm, box: BoxNorm) -> PointNorm:
    """(x, y) from the middle of a box, in shares of its sides."""
    return (
        (point[0] - (box.x1_norm + box.x2_norm) / 2) / (box.x2_norm - box.x1_norm),
        (point[1] - (box.y1_norm + box.y2_norm) / 2) / (box.y2_norm - box.y1_norm),
    )

"""Where an answer is right: in a box, in a polygon, or nowhere, because what is asked for is not on the screen.

The rules are those of the benchmarks' own scripts and are the same in all of them: edges of a box belong to it
(ScreenSpot, ScreenSpot-Pro, OSWorld-G, UI-Vision, MMBench-GUI, UI-I2E-Bench, VenusBench-GD), a polygon is judged by
casting a ray to the right (OSWorld-G), a refusal is right only where there is nothing. *Overlap* asks whether a box
around the point touches the target, edges included (GUI-Actor, FocusUI ``evaluation/shared_grounding_eval.py``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import sqrt

from model.grounder import Box

Point = tuple[float, float]


class TargetKind(StrEnum):
    """What a target is."""

    BOX = "box"
    POLYGON = "polygon"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an answer is right; with neither boxes nor polygon it is right to refuse.

    Attributes:
        boxes: (x1, y1, x2, y2); a point in any of them is right.
        polygon: its corners in order, closed by itself; () if there is none.
    """

    boxes: tuple[Box, ...] = ()
    polygon: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        if self.boxes and self.polygon:
            raise ValueError("a target is boxes or a polygon, not both")
        if self.polygon and len(self.polygon) < 3:
            raise ValueError(f"a polygon needs three corners, not {len(self.polygon)}")
        if any(x1 > x2 or y1 > y2 for x1, y1, x2, y2 in self.boxes):
            raise ValueError(f"edges of a box go from left to right and from top to bottom, not as in {self.boxes}")

    @property
    def kind(self) -> TargetKind:
        """Box, polygon or refusal."""
        if self.boxes:
            return TargetKind.BOX
        return TargetKind.POLYGON if self.polygon else TargetKind.REFUSAL

    def scaled(self, x_factor: float, y_factor: float) -> "Target":
        """The same on a picture of another size."""
        return replace(
            self,
            boxes=tuple((x1 * x_factor, y1 * y_factor, x2 * x_factor, y2 * y_factor) for x1, y1, x2, y2 in self.boxes),
            polygon=tuple((x * x_factor, y * y_factor) for x, y in self.polygon),
        )

    @property
    def side_px(self) -> float:
        """Side of a square as large as the largest box, or as the polygon; 0 for a refusal."""
        if self.polygon:
            doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in self._sides())
            return sqrt(abs(doubled) / 2)
        return sqrt(max(((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in self.boxes), default=0.0))

    def contains(self, point: Point) -> bool:
        """Whether a point is right."""
        if self.polygon:
            return self._is_inside(point)
        return any(_is_in(point, box) for box in self.boxes)

    def overlaps(self, point: Point, half_px: float) -> bool:
        """Whether a square around a point, ``half_px`` to each side, touches the target."""
        x, y = point
        square = (x - half_px, y - half_px, x + half_px, y + half_px)
        if self.polygon:
            return self._meets(square)
        return any(
            square[2] >= x1 and x2 >= square[0] and square[3] >= y1 and y2 >= square[1] for x1, y1, x2, y2 in self.boxes
        )

    def _sides(self) -> Iterator[tuple[Point, Point]]:
        return pairwise((*self.polygon, self.polygon[0]))

    def _is_inside(self, point: Point) -> bool:
        """Whether a ray to the right crosses the outline an odd number of times."""
        x, y = point
        crossed = (
            x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in self._sides() if (y1 > y) != (y2 > y)
        )
        return sum(crossed) % 2 == 1

    def _meets(self, box: Box) -> bool:
        """Whether a box touches the polygon: a corner of one lies in the other, or outlines cross."""
        x1, y1, x2, y2 = box
        corners = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
        if any(_is_in(corner, box) for corner in self.polygon) or any(self._is_inside(corner) for corner in corners):
            return True
        return any(_cross(side, edge) for side in self._sides() for edge in pairwise((*corners, corners[0])))


def _is_in(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two lines touch: each parts the ends of the other, and their extents touch."""
    return _parts(one, other) and _parts(other, one) and all(_reaches(one, other, axis) for axis in (0, 1))


def _parts(line: tuple[Point, Point], ends: tuple[Point, Point]) -> bool:
    """Whether the ends lie on different sides of a line, or on it."""
    return _side(line, ends[0]) * _side(line, ends[1]) <= 0


def _side(line: tuple[Point, Point], point: Point) -> float:
    (x1, y1), (x2, y2) = line
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)


def _reaches(one: tuple[Point, Point], other: tuple[Point, Point], axis: int) -> bool:
    """Whether the extents of two lines along an axis touch; without it, lines that continue each other would cross."""
    low, high = sorted(point[axis] for point in one)
    other_low, other_high = sorted(point[axis] for point in other)
    return low <= other_high and other_low <= high

"""Where on the desktop events may go: inside the monitors and away from the corners, which mean stop."""

from collections.abc import Sequence

from agent.geometry import Point, Rect

CORNER_MARGIN_PT = 2


def clamp(point_pt: Point, monitors_pt: Sequence[Rect]) -> Point:
    """The nearest whole point on a monitor, at least ``CORNER_MARGIN_PT`` away from the desktop's corners."""
    inside = [_into(point_pt, monitor) for monitor in monitors_pt]
    nearest = min(inside, key=lambda candidate: _distance2(candidate, point_pt))
    corners = outer_corners(monitors_pt)
    if all(_is_clear(nearest, corner) for corner in corners):
        return nearest
    # Straight sideways off the corner, towards the inside of the monitor that the point is on.
    home = monitors_pt[inside.index(nearest)]
    step = CORNER_MARGIN_PT if nearest.x < home.center.x else -CORNER_MARGIN_PT
    corner = min(corners, key=lambda candidate: _distance2(candidate, nearest))
    return Point(corner.x + step, nearest.y)


def outer_corners(monitors_pt: Sequence[Rect]) -> tuple[Point, ...]:
    """The pixels that a flung mouse ends in: corners of monitors with nothing beyond them on both sides."""
    corners = []
    for monitor in monitors_pt:
        for x, beyond_x in ((monitor.left, -1), (monitor.right - 1, 1)):
            for y, beyond_y in ((monitor.top, -1), (monitor.bottom - 1, 1)):
                outside = (Point(x + beyond_x, y), Point(x, y + beyond_y))
                if not any(other.contains(point) for other in monitors_pt for point in outside):
                    corners.append(Point(x, y))
    return tuple(corners)


def _into(point: Point, monitor: Rect) -> Point:
    x = min(max(round(point.x), monitor.left), monitor.right - 1)
    y = min(max(round(point.y), monitor.top), monitor.bottom - 1)
    return Point(x, y)


def _is_clear(point: Point, corner: Point) -> bool:
    return max(abs(point.x - corner.x), abs(point.y - corner.y)) >= CORNER_MARGIN_PT


def _distance2(a: Point, b: Point) -> float:
    return (a.x - b.x) ** 2 + (a.y - b.y) ** 2

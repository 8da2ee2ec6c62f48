"""Where elements stand to each other, as a careful person would say it: in doubt, nothing is said."""

from collections import defaultdict
from enum import StrEnum
from itertools import pairwise

from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene, holds
from model.data.screens import Source
from model.grounder import Box


class Side(StrEnum):
    """Where something stands, seen from something else."""

    LEFT = "left"
    RIGHT = "right"
    ABOVE = "above"
    BELOW = "below"


OPPOSITE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}

_SLACK_PX = 3.0
_LEAST_SHARED = 0.5
_MOST_ACROSS, _MOST_DOWN = 9.0, 2.5  # in lines of text
_SAME_ROW = 0.6  # of a line between the middles of what stands in one row of a table
_TIGHT = {Role.TAB: 1.5, Role.MENU: 2.0, Role.ICON: 0.75, Role.MENU_ITEM: 0.75}
_MOST_LOOSE = 2.5  # in heights: what is farther apart may have something unknown between
_LEAST_IN_LINE = 3
_SCREEN_PX = 640  # narrower pictures are cut out of screens
_EDGE = 3.0  # in lines of text: what is farther from the edge of the picture has no neighbour beyond it


def neighbour(scene: Scene, index: int, side: Side) -> int | None:
    """What stands right beside, above or below an element in its window; None if nothing does or several things may.

    It shares at least half of the smaller one's height (or width), is not farther than some lines of text, and
    nothing else begins before its middle. An open menu lies over its window: its entries have no neighbours there.
    """
    most = scene.unit_px * (_MOST_ACROSS if side in {Side.LEFT, Side.RIGHT} else _MOST_DOWN)
    box, window = scene.box(index), scene.elements[index].window
    found: list[tuple[float, int]] = []
    for j in scene.live:
        if j == index or scene.elements[j].window != window or scene.is_in_menu(j) is not scene.is_in_menu(index):
            continue
        gap = _gap(box, scene.box(j), side)
        if gap >= -_SLACK_PX and _shared(box, scene.box(j), side) >= _LEAST_SHARED:
            found.append((gap, j))
    if not found:
        return None
    gap, nearest = min(found)
    other = scene.box(nearest)
    middle = gap + _extent(other, side) / 2
    rivals = (j for g, j in found if g < middle and j != nearest)
    if gap > most or any(not _is_one(scene.box(j), other) for j in rivals):
        return None
    return nearest


def row_of(scene: Scene, index: int) -> list[int]:
    """What stands in one row with an element, from left to right, itself included."""
    window = scene.elements[index].window
    middle = _middle(scene.box(index))
    most = _SAME_ROW * scene.unit_px
    row = [j for j in scene.live if scene.elements[j].window == window and abs(_middle(scene.box(j)) - middle) <= most]
    return sorted(row, key=lambda j: scene.box(j)[0])


def lines_of(scene: Scene, role: Role) -> dict[str, list[int]]:
    """By window title, all elements of a role there, in order, where they are one row or one column without gaps.

    Windows whose elements of that role stand otherwise are left out, and those that have others of which one may
    think, too: among buttons with a text, icons that are buttons. So are, on pictures that may be cut out of a screen,
    lines that may go on beyond the edge or below another window.
    """
    by_window: dict[str, list[int]] = defaultdict(list)
    for i in scene.live:
        if scene.role(i) is role:
            by_window[scene.elements[i].window].append(i)
    mixed = {scene.elements[i].window for i in scene.live if role in scene.roles[i] and scene.role(i) is not role}
    return {
        window: line
        for window, found in by_window.items()
        if window not in mixed and (line := _in_line(scene, found, role)) and not _may_go_on(scene, line)
    }


def _may_go_on(scene: Scene, line: list[int]) -> bool:
    """Whether a picture that shows no whole screen, or windows at random, may hide the ends of a line."""
    screen = scene.screen
    if screen.source is not Source.DRAWN and screen.width_px >= _SCREEN_PX:
        return False
    (x1, y1, _, _), (_, _, x2, y2) = scene.box(line[0]), scene.box(line[-1])
    margin = _EDGE * scene.unit_px
    is_row = scene.box(line[0])[3] > scene.box(line[-1])[1]
    start, end, extent = (x1, x2, screen.width_px) if is_row else (y1, y2, screen.height_px)
    n_windows = len({scene.elements[i].window for i in scene.live})
    return n_windows > 1 or start < margin or end > extent - margin


def _in_line(scene: Scene, indices: list[int], role: Role) -> list[int]:
    if len(indices) < _LEAST_IN_LINE:
        return []
    for side in (Side.RIGHT, Side.BELOW):
        ordered = sorted(indices, key=lambda i: scene.box(i)[0 if side is Side.RIGHT else 1])
        boxes = [scene.box(i) for i in ordered]
        pairs = list(pairwise(boxes))
        most = _TIGHT.get(role, _MOST_LOOSE)
        if all(
            _shared(a, b, side) >= _LEAST_SHARED
            and -_SLACK_PX <= _gap(a, b, side) <= most * min(a[3] - a[1], b[3] - b[1])
            and (side is Side.RIGHT or abs(a[0] - b[0]) <= scene.unit_px / 2)
            for a, b in pairs
        ):
            return ordered
    return []


def is_above(upper: Box, lower: Box) -> bool:
    """Whether a box ends before another one begins, from top to bottom."""
    return upper[3] <= lower[1] + _SLACK_PX


def _gap(box: Box, other: Box, side: Side) -> float:
    """How far another box begins behind the edge of a box on that side; negative if it begins before."""
    return {
        Side.LEFT: box[0] - other[2],
        Side.RIGHT: other[0] - box[2],
        Side.ABOVE: box[1] - other[3],
        Side.BELOW: other[1] - box[3],
    }[side]


def _shared(box: Box, other: Box, side: Side) -> float:
    """Which share of the smaller one's extent across that side both have."""
    low, high = (1, 3) if side in {Side.LEFT, Side.RIGHT} else (0, 2)
    both = min(box[high], other[high]) - max(box[low], other[low])
    return both / min(box[high] - box[low], other[high] - other[low])


def _extent(box: Box, side: Side) -> float:
    return box[2] - box[0] if side in {Side.LEFT, Side.RIGHT} else box[3] - box[1]


def _is_one(box: Box, other: Box) -> bool:
    return holds(box, other) or holds(other, box) or box == other


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2

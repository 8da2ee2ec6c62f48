"""What "in the Find dialog", "in the toolbar" or "in the Fonts section" refers to: boxes on the screen."""

from collections.abc import Callable

from model.grounder import Box
from model.ocr.query import Query
from model.ocr.rects import area, center, holds
from model.ocr.scene import Scene
from model.ocr.words import Role

_WINDOW_TITLE_UNITS = 3.5
_TOP_SHARE, _BOTTOM_SHARE, _SIDE_SHARE = 0.2, 0.12, 0.3
_N_PANES = 3

Anchors = Callable[[Query], list[tuple[Box, float]]]


def region_boxes(query: Query, scene: Scene, anchors: Anchors) -> list[tuple[Box, float]]:
    """Where something is that is said to lie inside of something, each with how likely that is.

    Args:
        query: what it lies in.
        scene: the screen.
        anchors: finds the texts that a query may name.
    """
    bar = _bar(query, scene)
    if bar is not None:
        return [(bar, 1.0)]
    if not query.name:
        # "the dialog": of several with a title the smallest, which is the one in front; "the window", "the list": all.
        panes = sorted((pane for pane in _windows(scene) if _has_title(pane, scene)), key=area)
        return [(panes[0], 1.0)] if query.role is Role.WINDOW and query.noun != "window" and panes else []
    found = []
    for box, likely in anchors(Query(name=query.name, is_literal=query.is_literal)):
        around = sorted((pane for pane in scene.page.panes if holds(pane, center(box))), key=area)
        titled = [pane for pane in around if box[1] - pane[1] < _WINDOW_TITLE_UNITS * scene.unit_px]
        if titled and query.role in {None, Role.WINDOW, Role.TITLE}:
            found.append((titled[0], likely))
        elif around and query.role is Role.WINDOW:
            found.append((around[0], 0.9 * likely))
        else:
            found.append((_section(box, around, scene), 0.9 * likely))
    return found


def _bar(query: Query, scene: Scene) -> Box | None:
    """Bars by their usual place in the largest window, or on the screen."""
    if query.role is not Role.BAR:
        return None
    page = scene.page
    screen: Box = (0.0, 0.0, float(page.width_px), float(page.height_px))
    x1, y1, x2, y2 = max(_windows(scene), key=area, default=screen)
    noun = query.noun.replace(" ", "").replace("-", "")
    if noun.startswith(("status", "task")):
        return x1, y2 - _BOTTOM_SHARE * (y2 - y1), x2, y2
    if noun.startswith("side"):
        return x1, y1, x1 + _SIDE_SHARE * (x2 - x1), y2
    if noun.startswith(("tool", "menu", "title", "tab", "caption")):
        return x1, y1, x2, y1 + _TOP_SHARE * (y2 - y1)
    return None


def _has_title(pane: Box, scene: Scene) -> bool:
    strip = (pane[0], pane[1] - 2, pane[2], pane[1] + _WINDOW_TITLE_UNITS * scene.unit_px)
    return any(target.is_title and holds(strip, center(target.bbox)) for target in scene.targets)


def _windows(scene: Scene) -> list[Box]:
    return list(scene.page.panes)


def _section(heading: Box, around: list[Box], scene: Scene) -> Box:
    """What stands under a heading, or in its row, within its pane."""
    page = scene.page
    x1, _, x2, y2 = around[0] if around else (0.0, 0.0, float(page.width_px), float(page.height_px))
    return x1, heading[1], x2, min(y2, heading[1] + 16 * scene.unit_px)

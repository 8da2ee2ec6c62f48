"""The windows on an X screen, and which elements they leave uncovered."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

Node = dict[str, Any]
"""An element as ``walk_tree`` prints it."""

Window = dict[str, Any]
"""``box`` [x1, y1, x2, y2] in pixels of the screen, with what the window manager drew around it."""

_MIN_SIDE_PX = 8
_SLACK_PX = 6
_MAX_UNDER_POPOVER = 0.2
_ENTRY_SHARE = 0.6
_MIN_HEIGHT_LEFT = 0.8


def mapped_windows(display_name: str) -> list[Window]:
    """Mapped children of the root, topmost first."""
    from Xlib import X
    from Xlib.display import Display

    display = Display(display_name)
    try:
        found = []
        for window in reversed(display.screen().root.query_tree().children):
            attributes, shape = window.get_attributes(), window.get_geometry()
            is_seen = attributes.map_state == X.IsViewable and attributes.win_class == X.InputOutput
            if is_seen and shape.width >= _MIN_SIDE_PX:
                found.append({"box": [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height]})
        return found
    finally:
        display.close()


def is_uncovered(node: Node, windows: Sequence[Window]) -> bool:
    """Whether the window that is uppermost at a node's middle is its own."""
    above = _uppermost(node, windows)
    if above is None or not _is_within(node["box"], above["box"]):
        return False
    is_in_popup = bool({"menu", "popup menu", "combo box"} & set(node["path"])) or node["role"] == "tool tip"
    own = node["top_box"]
    is_own_frame = own is not None and _is_within(own, above["box"])
    if is_own_frame and _area(above["box"]) < 1.6 * _area(own):
        return True
    return is_in_popup and not any(_is_within(own, w["box"]) for w in [above] if own)


def covered_share(node: Node, windows: Sequence[Window]) -> float:
    """Which part of a node lies under windows above its own: the most that one of them covers."""
    own = _uppermost(node, windows)
    above = windows[: windows.index(own)] if own is not None else []
    return max((_shared_area(node["box"], window["box"]) / _area(node["box"]) for window in above), default=0.0)


def in_view(nodes: Sequence[Node]) -> tuple[list[Node], Counter[str]]:
    """The nodes that neither a list has scrolled away nor a popover covers, and how many the others are."""
    shown = _cut_by_lists(nodes)
    uncovered = _without_covered_by_popovers(shown)
    gone = {"scrolled away": len(nodes) - len(shown), "covered by a popover": len(shown) - len(uncovered)}
    return uncovered, Counter(gone)


def _cut_by_lists(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with the part of their box that the lists and panes around them show; without those that go mostly."""
    cut = []
    for node in nodes:
        clip = node["clip"]
        box = node["box"]
        seen = [max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])] if clip else box
        is_high = seen[3] - seen[1] >= _MIN_HEIGHT_LEFT * (box[3] - box[1])
        if seen[2] - seen[0] >= _MIN_SIDE_PX and is_high:
            cut.append(node | {"box": seen})
    return cut


def _without_covered_by_popovers(nodes: Sequence[Node]) -> list[Node]:
    """Without what lies under the popovers of GTK, which are no windows; their entries become menu items.

    Args:
        nodes: as ``walk_tree`` prints them, what a node holds right after it.
    """
    left = list(nodes)
    for popover in [node for node in nodes if node["is_modal"] and node["role"] == "panel"]:
        first = next(idx for idx, node in enumerate(left) if node is popover)
        end = first + 1
        while end < len(left) and len(left[end]["path"]) > len(popover["path"]):
            end += 1
        inside = [_as_menu_item(node, popover) for node in left[first:end]]
        # Around the part that is drawn there is a shadow.
        drawn = next((node for node in inside[1:] if node["role"] == "panel"), popover)
        left = [
            *(node for node in left[:first] if not _is_hidden_by(node, drawn)),
            *inside,
            *(node for node in left[end:] if not _is_hidden_by(node, drawn)),
        ]
    return left


def _is_hidden_by(node: Node, popover: Node) -> bool:
    return (
        node["top"] == popover["top"]
        and _shared_area(node["box"], popover["box"]) > _MAX_UNDER_POPOVER * _area(node["box"])
        and not _is_within(popover["box"], node["box"])
    )


def _as_menu_item(node: Node, popover: Node) -> Node:
    width, whole = node["box"][2] - node["box"][0], popover["box"][2] - popover["box"][0]
    is_entry = node["role"] in {"push button", "button"} and width > _ENTRY_SHARE * whole
    return node | {"role": "menu item"} if is_entry else node


def _uppermost(node: Node, windows: Sequence[Window]) -> Window | None:
    x, y = (node["box"][0] + node["box"][2]) / 2, (node["box"][1] + node["box"][3]) / 2
    return next((w for w in windows if w["box"][0] <= x < w["box"][2] and w["box"][1] <= y < w["box"][3]), None)


def _is_within(inner: Sequence[int], outer: Sequence[int]) -> bool:
    return (
        inner[0] >= outer[0] - _SLACK_PX
        and inner[1] >= outer[1] - _SLACK_PX
        and inner[2] <= outer[2] + _SLACK_PX
        and inner[3] <= outer[3] + _SLACK_PX
    )


def _shared_area(a: Sequence[int], b: Sequence[int]) -> int:
    return max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))


def _area(box: Sequence[int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])

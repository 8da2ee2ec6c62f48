"""From an accessibility tree and the picture beside it to labelled elements."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from model.data.collect.desktop.trees import found_in_trees
from model.data.collect.desktop.windows import Node, Window, covered_share, in_view, is_uncovered
from model.data.collect.ink import crosses_side, ink_in, is_blank, is_even
from model.data.collect.labelled import Labelled, is_inside, reading_order
from model.data.collect.written import text_box
from model.data.drawing.lettering import TextStyle
from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind

_KINDS = {
    "push button": ElementKind.BUTTON,
    "toggle button": ElementKind.BUTTON,
    "button": ElementKind.BUTTON,
    "check box": ElementKind.CHECKBOX,
    "radio button": ElementKind.RADIO,
    "page tab": ElementKind.TAB,
    "menu": ElementKind.MENU,
    "menu item": ElementKind.MENU,
    "check menu item": ElementKind.MENU,
    "radio menu item": ElementKind.MENU,
    "label": ElementKind.TEXT,
    "static": ElementKind.TEXT,
    "heading": ElementKind.TEXT,
    "status bar": ElementKind.TEXT,
    "list item": ElementKind.TEXT,
    "tree item": ElementKind.TEXT,
    "table cell": ElementKind.TEXT,
    "table column header": ElementKind.TEXT,
    "column header": ElementKind.TEXT,
    "link": ElementKind.LINK,
    "entry": ElementKind.FIELD,
    "text": ElementKind.FIELD,
    "password text": ElementKind.FIELD,
    "spin button": ElementKind.FIELD,
    "combo box": ElementKind.FIELD,
    "icon": ElementKind.ICON,
    "image": ElementKind.ICON,
    "slider": ElementKind.OTHER,
    "progress bar": ElementKind.OTHER,
    "dialog": ElementKind.OTHER,
    "alert": ElementKind.OTHER,
    "frame": ElementKind.OTHER,
    "file chooser": ElementKind.OTHER,
}
_WINDOWS = frozenset({"dialog", "alert", "frame", "file chooser"})
_HAVE_CONTENTS = frozenset({"entry", "text", "password text", "spin button", "combo box"})
_HEADERS = frozenset({"column header", "table column header"})
_LABELLED = frozenset({ElementKind.FIELD, ElementKind.OTHER})
_WHOLE = frozenset({ElementKind.BUTTON, ElementKind.CHECKBOX, ElementKind.RADIO, ElementKind.TAB, ElementKind.MENU})
_MIN_PX, _MAX_ICON_PX = 6, 128
_MAX_COVERED = 0.2
_MAX_NAME = 200
_TAGS = re.compile(r"</?(?:b|i|u|s|big|small|tt|span|br)\b[^<>]*>")
_LABEL_GAP_PX, _ABOVE_GAP_PX = 200, 14
_TAB_MARGIN_PX = 6  # GTK reports the label of a tab alone
_TEXT_MARGIN_PX = 2
_FRAME_PX = 3
_MENU_REACH_EM = 4  # a mark and an icon stand before the text of a menu entry
_UNFRAMED = frozenset({ElementKind.LINK, ElementKind.CHECKBOX, ElementKind.RADIO})
_TEXT_SHAPE, _SQUARE_CHARS = 1.5, 4  # width by height of a button with a text, and the longest text on another one
_ONE_LINE_PX = 30


def label_screen(
    nodes: Sequence[Node], windows: Sequence[Window], pixels: NDArray[np.uint8], *, scale: float, style: TextStyle
) -> Labelled:
    """What a tree says, as far as the picture bears it out.

    Args:
        nodes: everything that shows according to the program, as ``walk_tree`` prints it.
        windows: mapped windows, topmost first.
        pixels: [height, width, 3] uint8 RGB, the picture of the whole screen.
        scale: of the texts.
        style: the font that they are written in.
    """
    nodes, dropped = in_view(nodes)
    nodes, dropped["cell of a GTK tree"] = found_in_trees(nodes, pixels, style)
    kept: list[Node] = []
    bars = [node["box"] for node in nodes if node["role"] == "menu bar"]
    for node in nodes:
        if node["role"] not in _KINDS:
            continue
        why = _why_not(node, windows, bars, pixels)
        if why:
            dropped[why] += 1
        else:
            kept.append(node)
    elements: dict[Box, LabelledElement] = {}
    for node in kept:
        element = _element(node, kept, pixels, scale, style)
        why = _why_not_element(element, node, pixels, scale)
        before = elements.get(element.bbox)
        if why:
            dropped[why] += 1
        elif before is not None and _worth(before) >= _worth(element):
            dropped["twice at one place"] += 1
        else:
            dropped["twice at one place"] += before is not None
            elements[element.bbox] = element
    listed = list(elements.values())
    alone = [element for element in listed if not _is_part(element, listed)]
    dropped["part of another element"] += len(listed) - len(alone)
    return Labelled(elements=tuple(sorted(alone, key=reading_order)), dropped=+dropped)


def _why_not(
    node: Node,
    windows: Sequence[Window],
    bars: Sequence[Sequence[int]],
    pixels: NDArray[np.uint8],
) -> str:
    """Why a node is left out, "" if it is not."""
    x1, y1, x2, y2 = node["box"]
    height, width, _ = pixels.shape
    is_in_menu = "menu" in " ".join(node["path"])
    is_outside = node["top_box"] and not _holds_middle(node["top_box"], node["box"])
    is_window = node["role"] in _WINDOWS
    # In the order in which a person would notice.
    reasons = {
        "over the edge of the screen": x1 < 0 or y1 < 0 or x2 > width or y2 > height,
        "too small": min(x2 - x1, y2 - y1) < _MIN_PX,
        "nameless": (is_window or node["role"] == "table cell") and not node["name"].strip(),
        "covered by a window": not is_uncovered(node, windows)
        or (not is_window and covered_share(node, windows) > _MAX_COVERED),
        "scrolled away": not is_in_menu and (is_outside or any(_holds_middle(bar, node["box"]) for bar in bars)),
        "in a list that is closed": node["role"] in {"list item", "menu item"} and "combo box" in node["path"],
    }
    return next((why for why, is_so in reasons.items() if is_so), "")


def _why_not_element(element: LabelledElement, node: Node, pixels: NDArray[np.uint8], scale: float) -> str:
    """Why an element is left out: the picture does not show it, or nothing is known of it."""
    if node["role"] in _WINDOWS:
        return ""
    x1, y1, x2, y2 = element.bbox
    ink = ink_in(pixels, element.bbox)
    is_line = element.kind is ElementKind.TEXT and y2 - y1 < _ONE_LINE_PX * scale
    is_area = node["role"] == "text" and y2 - y1 > 2 * _ONE_LINE_PX * scale
    is_known = element.name or element.text or element.icons or element.label
    reasons = {
        "nothing is drawn there": is_blank(pixels, element.bbox),
        "nameless": (element.kind not in _LABELLED or is_area) and not is_known,
        "a picture, no icon": element.kind is ElementKind.ICON and max(x2 - x1, y2 - y1) > _MAX_ICON_PX * scale,
        "another text is drawn there": is_line and not ink.can_be(element.text, is_button=False, scale=scale),
        "text goes over its box": is_line and crosses_side(pixels, node["box"]),
    }
    return next((why for why, is_so in reasons.items() if is_so), "")


def _element(
    node: Node, nodes: Sequence[Node], pixels: NDArray[np.uint8], scale: float, style: TextStyle
) -> LabelledElement:
    kind = _KINDS[node["role"]]
    if kind is ElementKind.CHECKBOX and "tool bar" in node["path"]:
        kind = ElementKind.BUTTON  # Qt calls buttons so that stay pressed
    name = _clean(node["name"])
    x1, y1, x2, y2 = node["box"]
    margin = _TAB_MARGIN_PX if kind is ElementKind.TAB and _is_gtk(node) else 0
    text, label = name, ""
    icons: tuple[str, ...] = ()
    if node["role"] in _HAVE_CONTENTS:
        text = _clean(node["text"]) or (name if node["role"] == "combo box" else "")
        text = "" if node["role"] == "password text" else text
    elif node["role"] in _WINDOWS:
        text = ""
    elif kind is ElementKind.ICON or (kind is ElementKind.BUTTON and not _shows(node, name, pixels, scale)):
        # A button that shows no text shows an icon; what it is called is what the icon means.
        kind, text = ElementKind.ICON, ""
        words = [_clean(node["image"]), name, _clean(node["description"])]
        name = name or words[0] or words[2]
        icons = tuple(dict.fromkeys(word for word in words[:2] if word)) or ((name,) if name else ())
    if kind in _LABELLED and node["role"] not in _WINDOWS:
        label = _label(node, nodes, scale)
        name = label if node["role"] == "combo box" and name == text else name  # GTK names them by what is chosen
    elif kind in {ElementKind.CHECKBOX, ElementKind.RADIO}:
        label = text
    ink = ink_in(pixels, node["box"], inset_px=_FRAME_PX if node["role"] in _HEADERS else 0)
    if kind is ElementKind.TEXT and ink.is_there:
        x1, y1, x2, y2 = ink.box  # a label may be as wide as its window
        margin = _TEXT_MARGIN_PX
    element = LabelledElement(
        bbox=(
            max(0, x1 - margin),
            max(0, y1 - margin),
            min(pixels.shape[1], x2 + margin),
            min(pixels.shape[0], y2 + margin),
        ),
        kind=kind,
        name=name,
        text=text,
        icons=icons,
        label=label,
        window=_clean(node["top"]) if node["role"] not in _WINDOWS else "",
    )
    return _corrected(replace(element, text_bbox=_text_box(element, pixels, style)), node, pixels)


def _corrected(element: LabelledElement, node: Node, pixels: NDArray[np.uint8]) -> LabelledElement:
    """The element as what the place of its text shows it to be."""
    if element.kind is ElementKind.BUTTON and element.text_bbox is None and "tool bar" in node["path"]:
        # Dots stand for a name that did not fit, an arrow beside the icon for more.
        return replace(element, kind=ElementKind.ICON, text="", icons=(element.name,))
    if element.kind is ElementKind.CHECKBOX and element.text_bbox is not None:
        x1, y1, _, y2 = element.bbox
        before = (x1 + _FRAME_PX, y1 + _FRAME_PX, element.text_bbox[0] - _TEXT_MARGIN_PX, y2 - _FRAME_PX)
        if is_even(pixels, before):  # a button that stays pressed
            return replace(element, kind=ElementKind.BUTTON, label="")
    return element


def _text_box(element: LabelledElement, pixels: NDArray[np.uint8], style: TextStyle) -> Box | None:
    if not element.text or len(element.text) == _MAX_NAME:
        return None  # a longer text was cut
    insets = (
        (0,) if element.kind is ElementKind.TEXT else (0, _FRAME_PX) if element.kind in _UNFRAMED else (_FRAME_PX, 1)
    )
    reach_px = _MENU_REACH_EM * style.size_px if element.kind is ElementKind.MENU else inf
    places = (
        text_box(pixels, element.bbox, element.text, style, inset_px=inset_px, reach_px=reach_px) for inset_px in insets
    )
    return next((place for place in places if place is not None), None)


def _is_gtk(node: Node) -> bool:
    return "gtk" in node["toolkit"].casefold()


def _shows(node: Node, name: str, pixels: NDArray[np.uint8], scale: float) -> bool:
    """Whether a button shows its name, and not an icon only."""
    x1, y1, x2, y2 = node["box"]
    is_square = x2 - x1 < _TEXT_SHAPE * (y2 - y1)
    if not name or (is_square and ("tool bar" in node["path"] or len(name) > _SQUARE_CHARS)):
        return False
    return ink_in(pixels, node["box"], inset_px=4).can_be(name, is_button=True, scale=scale)


def _label(node: Node, nodes: Sequence[Node], scale: float) -> str:
    """The text that labels a field: as the program says, else the nearest one to its left or above it."""
    if node["label"]:
        return _clean(node["label"]).rstrip(":")
    x1, y1, _, y2 = node["box"]
    nearest: list[tuple[float, str]] = []
    for other in nodes:
        a1, b1, a2, b2 = other["box"]
        if other["role"] not in {"label", "static"} or other["top"] != node["top"] or not other["name"].strip():
            continue
        is_beside = b1 < (y1 + y2) / 2 < b2 and 0 <= x1 - a2 < _LABEL_GAP_PX * scale
        is_above = 0 <= y1 - b2 < _ABOVE_GAP_PX * scale and abs(a1 - x1) < _ABOVE_GAP_PX * scale
        if is_beside or is_above:
            nearest.append((x1 - a2 if is_beside else y1 - b2, _clean(other["name"]).rstrip(":")))
    return min(nearest, default=(0.0, ""))[1]


def _is_part(element: LabelledElement, elements: Sequence[LabelledElement]) -> bool:
    """Whether it is the text or icon of a button, tab or the like, or the entry inside a spin button or drop-down."""
    for other in elements:
        if other is element or other.kind not in _WHOLE | {ElementKind.ICON, ElementKind.FIELD}:
            continue
        if not is_inside(element.bbox, other.bbox):
            continue
        if other.kind in _WHOLE and element.kind in {ElementKind.TEXT, ElementKind.ICON}:
            return True
        if other.kind is ElementKind.ICON and element.kind in {ElementKind.TEXT, ElementKind.ICON}:
            return True
        is_small = other.bbox[3] - other.bbox[1] < 2 * (element.bbox[3] - element.bbox[1])
        if other.kind is ElementKind.FIELD and element.kind is ElementKind.FIELD and is_small:
            return True
    return False


def _holds_middle(outer: Sequence[float], box: Sequence[float]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x < outer[2] and outer[1] <= y < outer[3]


def _worth(element: LabelledElement) -> int:
    """How much is known of it; of two at one place the better known one is kept."""
    is_control = element.kind not in {ElementKind.TEXT, ElementKind.OTHER}
    return 2 * is_control + bool(element.name) + bool(element.text) + bool(element.label)


def _clean(text: str) -> str:
    """On one line, without tags and characters that no font draws, and not longer than a person would write."""
    return " ".join(_TAGS.sub("", text).replace("\ufffc", " ").split())[:_MAX_NAME]

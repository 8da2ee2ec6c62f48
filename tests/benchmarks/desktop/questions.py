"""Instructions made by rule from what an accessibility tree says: what is asked, and where a click is right."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data.collect.ink import ink_in

Box = tuple[float, float, float, float]
Node = dict[str, Any]

N_PER_KIND = 8
"""Names asked for per picture and kind; each in at most two phrasings."""

N_ABSENT = 8
_LABEL_GAP_PX, _BUTTON_GAP_PX = 200, 12
_TITLE_BAR_PX, _TITLE_BUTTON_PX = 26, 30

_KINDS = {
    "push button": "button",
    "toggle button": "button",
    "check box": "checkbox",
    "radio button": "radio",
    "page tab": "tab",
    "menu": "menu",
    "menu item": "menu item",
    "check menu item": "menu item",
    "radio menu item": "menu item",
    "label": "text",
    "static": "text",
    "link": "link",
    "list item": "list item",
    "entry": "field",
    "text": "field",
    "password text": "field",
    "spin button": "field",
    "combo box": "drop-down",
}
_PHRASES = {
    "button": ("{}", "the {} button"),
    "checkbox": ("{}", "the checkbox {}"),
    "radio": ("{}", "the {} radio button"),
    "tab": ("{}", "the {} tab"),
    "menu": ("{}", "the {} menu"),
    "menu item": ("{}", "click {} in the menu"),
    "text": ("{}", "the text {}"),
    "link": ("{}", "the {} link"),
    "list item": ("{}", "the item {}"),
    "field": ("the {} field", "type hello into the {} field"),
    "drop-down": ("the {} drop-down",),
}
_NOUNS = {"checkbox": "checkbox", "radio": "radio button", "tab": "tab", "field": "field"}
_ORDINALS = ("first", "second", "third")
# Whatever is on the screen by one of these words may be meant by another.
_SAME = (
    {"quit", "exit", "close", "dismiss", "cancel", "abort", "leave"},
    {"preferences", "settings", "options", "configure", "configuration", "properties", "setup", "customize"},
    {"delete", "remove", "clear", "erase", "trash", "reset", "empty"},
    {"add", "new", "create", "insert", "plus", "append"},
    {"find", "search", "look", "filter", "locate", "replace"},
    {"ok", "accept", "apply", "done", "confirm", "yes"},
    {"help", "about", "manual", "contents", "documentation", "info", "information", "details"},
    {"back", "previous", "left", "backward"},
    {"forward", "next", "right"},
    {"open", "load", "import", "browse", "choose", "select"},
    {"save", "store", "export", "write"},
    {"refresh", "reload", "update", "rescan"},
    {"show", "view", "display", "visible", "hide"},
    {"minimize", "maximize", "restore", "iconify", "shade", "stick"},
    {"zoom", "scale", "enlarge", "larger", "smaller", "size"},
    {"name", "title", "label", "caption"},
    {"folder", "directory", "path", "location"},
    {"copy", "duplicate", "clone"},
    {"start", "run", "execute", "play", "go", "launch", "begin"},
    {"stop", "halt", "end", "terminate", "kill"},
    {"print", "printer"},
    {"edit", "modify", "change", "rename", "alter"},
    {"font", "typeface", "text"},
    {"user", "account", "profile", "person"},
    {"file", "document", "files"},
)
_ALWAYS_THERE = {"close", "minimize", "maximize", "menu", "button", "the", "and", "for", "with", "all", "window"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An instruction.

    Attributes:
        kind: what is asked for.
        instruction: as given to the grounder.
        boxes: where a click is right; none if it is not on the picture.
    """

    kind: str
    instruction: str
    boxes: tuple[Box, ...]


def questions(truth: dict[str, Any], image: NDArray[np.uint8], others: Iterable[str], seed: int) -> list[Question]:
    """What can be asked about one picture.

    Args:
        truth: what the collector saved beside the picture.
        image: [height, width, 3] the picture.
        others: names of elements of other programs.
        seed: of the choice among many names.
    """
    nodes = [node for node in _visible(truth["nodes"]) if _kind(node)]
    rng = random.Random(seed)
    asked: list[Question] = []
    by_kind: dict[str, list[Question]] = {}
    for node in nodes:
        shows_name = _shows(node, image)
        for question in _named(node, nodes, truth["nodes"], shows_name=shows_name):
            by_kind.setdefault(question.kind, []).append(question)
    for kind, found in sorted(by_kind.items()):
        names = sorted({q.boxes for q in found})
        chosen = set(rng.sample(names, min(N_PER_KIND, len(names))))
        asked += [q for q in found if q.boxes in chosen and q.kind == kind]
    asked += _ordinals(nodes)
    asked += _title_bar(truth)
    return asked + _absent(truth["nodes"], sorted(others), rng)


def names_of(truth: dict[str, Any]) -> set[str]:
    """Names of a picture's elements, to ask for on other programs' pictures."""
    nodes = [node for node in truth["nodes"] if _kind(node)]
    asked = [(q, node) for node in nodes for q in _named(node, nodes, truth["nodes"], shows_name=True)]
    return {q.instruction for q, node in asked if _is_plain(q, node)}


def _is_plain(question: Question, node: Node) -> bool:
    return question.instruction == _name(node) and question.kind in {"button", "checkbox", "tab", "menu item", "menu"}


def _visible(nodes: Sequence[Node]) -> list[Node]:
    """Without what scrolled away over the edge of its window, which some toolkits call showing all the same."""
    bars = [n["box"] for n in nodes if n["role"] == "menu bar"]
    return [n for n in nodes if "menu" in " ".join(n["path"]) or not _is_hidden(n, bars)]


def _is_hidden(node: Node, bars: Sequence[Sequence[float]]) -> bool:
    is_outside = node["top_box"] and not _holds_middle(node["top_box"], node["box"])
    return bool(is_outside) or any(_holds_middle(bar, node["box"]) for bar in bars)


def _holds_middle(outer: Sequence[float], box: Sequence[float]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x < outer[2] and outer[1] <= y < outer[3]


def _kind(node: Node) -> str | None:
    kind = _KINDS.get(node["role"])
    if node["path"][-1:] == ["menu bar"] and kind == "menu item":
        return "menu"
    if node["role"] == "text" and _height(node) > 60:
        return None
    if kind == "list item" and "combo box" in node["path"]:
        return None  # of a list that is not open
    return kind


def _name(node: Node) -> str:
    name = node["label"] if _KINDS.get(node["role"]) in {"field", "drop-down"} else node["name"]
    return " ".join(str(name).split()).strip().rstrip(":")


def _key(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold())) or name


def _named(node: Node, nodes: Sequence[Node], everything: Sequence[Node], *, shows_name: bool) -> list[Question]:
    kind, name = _kind(node), _name(node)
    if not kind or not name or len(name) > 60 or len(name.split()) > 9:
        return []
    peers = [n for n in nodes if _key(_name(n)) == _key(name) and n is not node and n["label_box"] != node["box"]]
    is_label_of = [n for n in nodes if n["label_box"] and _is_close(n["label_box"], node["box"])]
    is_label_of = is_label_of or [n for n in nodes if kind in {"text", "button"} and _is_beside(n, node)]
    inputs = [n["box"] for n in is_label_of]
    if kind == "text":
        same = [n for n in everything if _key(n["name"]) == _key(name) and n["box"] not in (node["box"], *inputs)]
        peers = peers or same
    boxes = (_box(node), *(_box(n) for n in is_label_of))
    phrases = list(_PHRASES[kind])
    if kind in {"field", "drop-down"}:
        peers = [n for n in peers if _kind(n) in {"field", "drop-down"}]
    elif peers:
        phrases = phrases[1:] if all(_kind(n) != kind for n in peers) and kind not in {"text", "menu item"} else []
        peers = []
    if peers:
        return []
    if kind not in {"field", "drop-down"} and not shows_name:
        return [Question(kind="icon by name", instruction=phrase.format(name), boxes=boxes) for phrase in phrases[-1:]]
    if sum(c.isalnum() and c.isascii() for c in name) < 2:
        kind = "sign"  # a key of a calculator, a symbol of a palette
    return [Question(kind=kind, instruction=phrase.format(name), boxes=boxes) for phrase in phrases]


def _is_beside(other: Node, label: Node) -> bool:
    """Whether an input stands beside or under a text that names it, though the tree does not say so."""
    gap = other["box"][0] - label["box"][2]
    middle = (label["box"][1] + label["box"][3]) / 2
    is_input = _kind(other) in {"field", "drop-down"} or other["role"] == "text"
    is_near = 0 <= gap < (_LABEL_GAP_PX if _kind(label) == "text" else _BUTTON_GAP_PX)
    is_below = 0 <= other["box"][1] - label["box"][3] < _BUTTON_GAP_PX and _kind(label) == "text"
    if is_below and other["box"][0] - _BUTTON_GAP_PX <= label["box"][0] < other["box"][2]:
        return is_input
    return is_input and is_near and other["box"][1] <= middle < other["box"][3]


def _shows(node: Node, image: NDArray[np.uint8]) -> bool:
    """Whether something as wide as the name is drawn where a button is, or an icon at most."""
    x1, y1, x2, y2 = (max(0, int(v)) for v in node["box"])
    if "tool bar" in node["path"] and x2 - x1 < 1.5 * (y2 - y1):
        return False
    is_button = _kind(node) == "button"
    return ink_in(image, node["box"], inset_px=4 if is_button else 0).can_be(_name(node), is_button=is_button)


def _ordinals(nodes: Sequence[Node]) -> list[Question]:
    """The first and second of a kind; where the order is clear, in one column or row of one window."""
    asked = []
    for kind, noun in _NOUNS.items():
        of_kind = [n for n in nodes if _kind(n) == kind and "tool bar" not in n["path"]]
        if len(of_kind) < 2 or len({n["top"] for n in of_kind}) > 1:
            continue
        columns = {round(n["box"][0] / 8) for n in of_kind}
        rows = {round(n["box"][1] / 8) for n in of_kind}
        if len(columns) > 1 and len(rows) > 1:
            continue
        of_kind.sort(key=lambda n: (n["box"][1], n["box"][0]) if len(columns) == 1 else (n["box"][0], 0))
        boxes = [_box(n) for n in of_kind]
        asked += [
            Question(kind="ordinal", instruction=f"the {word} {noun}", boxes=(box,))
            for word, box in zip(_ORDINALS, boxes, strict=False)
        ]
        asked.append(Question(kind="ordinal", instruction=f"the last {noun}", boxes=(boxes[-1],)))
    return asked


def _title_bar(truth: dict[str, Any]) -> list[Question]:
    """The button at the right end of a frame that the window manager drew around the uppermost window."""
    frames = [w["box"] for w in truth["windows"] if w["box"][2] - w["box"][0] > 200]
    if len(truth["windows"]) != 1 or not frames:
        return []
    _, top, right, _ = frames[0]
    inside = [n for n in truth["nodes"] if _kind(n) and n["box"][1] < top + 18]
    if inside or top < 0 or right > truth["size_px"][0]:
        return []
    box: Box = (right - _TITLE_BUTTON_PX, top, right, top + _TITLE_BAR_PX)
    phrases = ["close the window", "the close button of the window"]
    phrases = phrases[: 1 if any(_key(_name(n)) == "close" for n in truth["nodes"]) else 2]
    return [Question(kind="title bar", instruction=phrase, boxes=(box,)) for phrase in phrases]


def _absent(nodes: Sequence[Node], others: Sequence[str], rng: random.Random) -> list[Question]:
    shown = " ".join(f"{n['name']} {n['label']} {n['text']} {n['top']}" for n in nodes)
    here = _stems(shown)
    fitting = []
    for name in others:
        words = re.findall(r"[^\W\d_]+", name.casefold())
        stems = _stems(name)
        if not stems or len("".join(words)) < 4 or stems & here or set(words) & _ALWAYS_THERE:
            continue
        if len(name.split()) <= 5:
            fitting.append(name)
    return [
        Question(kind="absent", instruction=phrase.format(name), boxes=())
        for i, name in enumerate(rng.sample(fitting, min(N_ABSENT, len(fitting))))
        for phrase in [("{}", "the {} button")[i % 2]]
    ]


def _stems(text: str) -> set[str]:
    words = set(re.findall(r"[^\W\d_]{2,}", text.casefold()))
    words |= {word for group in _SAME if group & words for word in group}
    return {word[:4] for word in words if len(word) >= 3}


def _box(node: Node) -> Box:
    x1, y1, x2, y2 = node["box"]
    # GTK reports the label of a tab alone.
    margin = 6 if node["role"] == "page tab" else 0
    return (x1 - margin, y1 - margin, x2 + margin, y2 + margin)


def _height(node: Node) -> float:
    return float(node["box"][3] - node["box"][1])


def _is_close(a: Sequence[float], b: Sequence[float]) -> bool:
    return all(abs(x - y) <= 3 for x, y in zip(a, b, strict=True))

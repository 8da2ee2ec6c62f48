"""From what the browser tells about a page, and its picture, to labelled elements."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data.collect.ink import ink_in, is_blank
from model.data.collect.labelled import Labelled, is_inside, reading_order
from model.data.collect.web.icons import icon_names
from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind

_KINDS = {kind.value: kind for kind in ElementKind} | {"choice": ElementKind.FIELD}
_ICON_ALONE = frozenset({ElementKind.BUTTON, ElementKind.LINK, ElementKind.TAB})
_TICKED = frozenset({ElementKind.CHECKBOX, ElementKind.RADIO})
_MIN_PX, _MAX_ICON_PX = 4, 96
_GAP_EM = 1.5  # words that are farther apart are two texts
_MAX_NAME = 200
_MIN_WIDTH, _EDGE_PX = 0.85, 2.0  # of letters there are margins, and edges that fade


def label_page(truth: dict[str, Any], pixels: NDArray[np.uint8], *, zoom: float) -> Labelled:
    """All elements of a page, as far as the picture bears them out.

    Args:
        truth: what ``truth.js`` returns.
        pixels: [height, width, 3] uint8 RGB.
        zoom: pixels of the picture per pixel of the page.
    """
    dropped = Counter(truth["dropped"])
    drawn = [_without_blank_glyphs(control, pixels) for control in truth["controls"]]
    n_told = len(drawn)
    # A button that only had an icon shows nothing now.
    drawn = [new for old, new in zip(truth["controls"], drawn, strict=True) if new["glyphs"] or not _is_icon(old)]
    dropped["nothing is drawn there"] += n_told - len(drawn)
    told = [*_dialogs(truth["dialogs"]), *(_control(control, truth["words"], pixels) for control in drawn)]
    told += [*_icons(truth["icons"], zoom), *_lines(truth["words"], pixels)]
    seen: dict[Box, LabelledElement] = {}
    for element in told:
        x1, y1, x2, y2 = element.bbox
        if min(x2 - x1, y2 - y1) < _MIN_PX:
            dropped["too small"] += 1
        elif is_blank(pixels, element.bbox):
            dropped["nothing is drawn there"] += 1
        elif not (element.name or element.text or element.icons) and element.kind is not ElementKind.FIELD:
            dropped["nameless"] += 1
        elif element.bbox in seen:
            dropped["twice at one place"] += 1
        else:
            seen[element.bbox] = element
    elements = list(seen.values())
    whole = [e for e in elements if e.kind in {ElementKind.BUTTON, ElementKind.ICON, ElementKind.TAB, ElementKind.MENU}]
    alone = [e for e in elements if not (e.kind is ElementKind.LINK and any(is_inside(e.bbox, w.bbox) for w in whole))]
    dropped["part of another element"] += len(elements) - len(alone)
    return Labelled(elements=tuple(sorted(alone, key=reading_order)), dropped=+dropped)


def _without_blank_glyphs(control: dict[str, Any], pixels: NDArray[np.uint8]) -> dict[str, Any]:
    """A font may lack an icon that its style sheet has, or it can hardly be seen."""
    return control | {"glyphs": [glyph for glyph in control["glyphs"] if ink_in(pixels, glyph["box"]).is_there]}


def _is_icon(control: dict[str, Any]) -> bool:
    return bool(control["glyphs"]) and not control["name"] and _KINDS[control["kind"]] in _ICON_ALONE


def _control(control: dict[str, Any], words: Sequence[dict[str, Any]], pixels: NDArray[np.uint8]) -> LabelledElement:
    kind = _KINDS[control["kind"]]
    text = _clean(control["name"])
    names = _names(control["glyphs"])
    name = _clean(control["accessible"]) or next((g["name"] for g in control["glyphs"] if g["name"]), "")
    if _is_icon(control):
        # A button that shows no text shows an icon; what it is called is what the icon means.
        kind, names = ElementKind.ICON, names or ((name,) if name else ())
    text = "" if kind in _TICKED else text
    return LabelledElement(
        bbox=_box(control["box"]),
        kind=kind,
        name=name or _clean(control["name"]),
        text=text,
        text_bbox=_value_box(control, pixels) or _text_box([words[idx] for idx in control["words"]], text, pixels),
        icons=names,
        label=_clean(control["label"]),
        window=_clean(control["window"]),
    )


def _icons(icons: Iterable[dict[str, Any]], zoom: float) -> Iterator[LabelledElement]:
    for icon in icons:
        names = _names([icon])
        box = _box(icon["box"])
        if (names or icon["name"]) and max(box[2] - box[0], box[3] - box[1]) <= _MAX_ICON_PX * zoom:
            yield LabelledElement(
                bbox=box,
                kind=ElementKind.ICON,
                name=_clean(icon["name"]),
                icons=names or (_clean(icon["name"]),),
                window=_clean(icon["window"]),
            )


def _dialogs(dialogs: Iterable[dict[str, Any]]) -> Iterator[LabelledElement]:
    for dialog in dialogs:
        yield LabelledElement(bbox=_box(dialog["box"]), kind=ElementKind.OTHER, name=_clean(dialog["name"]))


def _lines(words: Sequence[dict[str, Any]], pixels: NDArray[np.uint8]) -> Iterator[LabelledElement]:
    """Texts, line by line; of a text of several lines no line has a name. What controls show is theirs."""
    by_block: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for word in words:
        if not word["is_in_control"] or word["role"] == "link":
            by_block[word["block"]].append(word)
    for block in by_block.values():
        lines = list(_broken(block))
        for line in lines:
            if all(word["is_in_control"] for word in line):
                continue
            text = " ".join(word["text"] for word in line)
            yield LabelledElement(
                bbox=_around(line),
                kind=ElementKind.TEXT,
                name=text if len(lines) == 1 else "",
                text=text,
                text_bbox=_text_box(line, text, pixels),
                window=_clean(line[0]["window"]),
            )


def _broken(words: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Words in the order of the page, as they stand on lines."""
    line: list[dict[str, Any]] = []
    for word in words:
        if line and not _goes_on(line[-1], word):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _goes_on(before: dict[str, Any], word: dict[str, Any]) -> bool:
    middle = (word["box"][1] + word["box"][3]) / 2
    gap = word["box"][0] - before["box"][2]
    return bool(before["box"][1] < middle < before["box"][3] and -1 <= gap < _GAP_EM * word["font_px"])


def _text_box(words: Sequence[dict[str, Any]], text: str, pixels: NDArray[np.uint8]) -> Box | None:
    """The strokes of words, if they are the whole text, on one line."""
    if not words or " ".join(word["text"] for word in words) != text or not _is_line(words):
        return None
    box = _around(words)
    return _strokes(box, box[2] - box[0], pixels)


def _is_line(words: Sequence[dict[str, Any]]) -> bool:
    _, top, _, bottom = words[0]["box"]
    return all(top < (word["box"][1] + word["box"][3]) / 2 < bottom for word in words) and all(
        before["box"][2] <= word["box"][0] + 1 for before, word in pairwise(words)
    )


def _value_box(control: dict[str, Any], pixels: NDArray[np.uint8]) -> Box | None:
    """The strokes of what a field holds."""
    value = control["value"]
    if value is None or not control["is_whole"]:
        return None
    return _strokes(_box(value["box"]), value["width_px"], pixels)


def _strokes(box: Box, width_px: float, pixels: NDArray[np.uint8]) -> Box | None:
    """The outline of what is drawn in a box, if that is as wide as the text, and no frame or picture goes through."""
    x1, y1, x2, y2 = box
    rounded = (floor(x1), floor(y1), ceil(x2), ceil(y2))
    ink = ink_in(pixels, rounded)
    is_text = _MIN_WIDTH * width_px - _EDGE_PX <= ink.width_px <= width_px + 2 * _EDGE_PX
    is_cut = ink.box[1] <= rounded[1] and ink.box[3] >= rounded[3]
    if not ink.is_there or not is_text or is_cut:
        return None
    left, top, right, bottom = ink.box
    return (float(left), float(top), float(right), float(bottom))


def _around(words: Sequence[dict[str, Any]]) -> Box:
    boxes = [word["box"] for word in words]
    return _box([*(min(b[i] for b in boxes) for i in (0, 1)), *(max(b[i] for b in boxes) for i in (2, 3))])


def _names(glyphs: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for g in glyphs for name in icon_names(g["classes"], g["ligature"])))


def _box(box: Sequence[float]) -> Box:
    x1, y1, x2, y2 = (round(value, 1) for value in box)
    return (x1, y1, x2, y2)


def _clean(text: str) -> str:
    return " ".join(text.split())[:_MAX_NAME]

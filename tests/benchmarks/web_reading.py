"""How well web pages are read, judged by the browser's own account of what is on them.

Make the pages first, then run it on them::

    python -m tests.model.ocr.web.collect out/web
    python -m tests.benchmarks.web_reading out/web
"""

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image
from rapidfuzz import fuzz

from model.grounder import Box, ElementKind
from model.ocr.boxes import overlap
from model.ocr.page import Control, Page, Word
from model.ocr.reader import ScreenReader

_NEAR_RATIO = 80
_FONT_STEPS_PX = (12, 14, 17, 24)
_MIN_SHARED = 0.45
_MIN_SHARED_SMALL = 0.25
# A <select> may be taken for a button with its value or for a field.
_RIGHT_KINDS = {
    "button": {ElementKind.BUTTON},
    "field": {ElementKind.FIELD},
    "choice": {ElementKind.FIELD, ElementKind.BUTTON},
    "checkbox": {ElementKind.CHECKBOX},
    "radio": {ElementKind.RADIO},
    "tab": {ElementKind.TAB},
    "link": {ElementKind.LINK},
}
_JUDGED = frozenset(kind for kinds in _RIGHT_KINDS.values() for kind in kinds)


@dataclass(slots=True)
class Tally:
    """Counts over pages.

    Attributes:
        words: per font size step: how many words there are, were read exactly, and nearly.
        found: per kind: how many there are, were found, and have their name or state right.
        made: per kind of ours: how many were reported, and are right.
        misses: what went wrong, for a person to look at.
    """

    words: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    found: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    made: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    misses: list[str] = field(default_factory=list)


def main() -> None:
    """Read all pages and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--only", default="", help="names that begin so: dev, heldout, dev-bulma")
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    arguments = parser.parse_args()
    groups: dict[str, Tally] = defaultdict(Tally)
    times_ms: list[float] = []
    reader = ScreenReader()
    for path in sorted(arguments.pages.glob(f"{arguments.only}*.json")):
        if not path.with_suffix(".png").is_file():
            continue
        picture = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"))
        start = perf_counter()
        page = reader.read(picture)
        times_ms.append((perf_counter() - start) * 1e3)
        judge(path.stem, page, json.loads(path.read_text(encoding="utf-8")), groups[path.stem.partition("-")[0]])
    reader.close()
    for name, tally in groups.items():
        _print(name, tally, show_misses=arguments.misses)
    print(f"\n{len(times_ms)} pages, median {median(times_ms):.0f} ms each")


def judge(name: str, page: Page, truth: dict[str, Any], tally: Tally) -> None:
    """Compare a page with the browser's account of it."""
    read = [word for line in page.lines for word in line.words]
    for word in truth["words"]:
        got = _text_at(read, word["box"])
        step = next((f"under {px} px" for px in _FONT_STEPS_PX if word["font_px"] < px), "larger")
        is_near = fuzz.ratio(got.casefold(), word["text"].casefold()) >= _NEAR_RATIO
        for group in (step, "all"):
            _count(tally.words[group], True, got == word["text"], is_near)
        if got != word["text"]:
            tally.misses.append(f"{name}: word {word['text']!r} read as {got!r}")
    used: set[int] = set()
    for expected in truth["controls"]:
        kind = expected["kind"]
        idx = _matching(page, expected, used)
        if idx is None:
            near = Counter(c.kind.value for c in page.controls if overlap(c.bbox, expected["box"]) > _MIN_SHARED)
            box = [round(v) for v in expected["box"]]
            tally.misses.append(f"{name}: {kind} {expected['name']!r} {box} not found; there: {dict(near)}")
        else:
            used.add(idx)
        is_right = idx is not None and _is_told_right(page, page.controls[idx], expected)
        if idx is not None and not is_right:
            tally.misses.append(f"{name}: {kind} {expected['name']!r} {expected['state']} is {page.controls[idx]}")
        _count(tally.found[kind], True, idx is not None, is_right)
    for idx, control in enumerate(page.controls):
        if control.kind in _JUDGED and not _is_cut_off(control.bbox, page):
            _count(tally.made[control.kind.value], True, idx in used)
            if idx not in used:
                box = [round(v) for v in control.bbox]
                text = " | ".join(page.lines[i].text for i in control.line_idxs)
                tally.misses.append(f"{name}: no {control.kind.value} at {box} {text!r}")


def _count(counts: list[int], *are_true: bool) -> None:
    for idx, is_true in enumerate(are_true):
        counts[idx] += is_true


def _text_at(read: list[Word], box: list[float]) -> str:
    hits = [word for word in read if _shares_middle(word.bbox, box)]
    return " ".join(word.text for word in sorted(hits, key=lambda word: word.bbox[0]))


def _shares_middle(read: Box, box: list[float]) -> bool:
    middle_x, middle_y = (read[0] + read[2]) / 2, (read[1] + read[3]) / 2
    is_read_inside = box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3]
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return is_read_inside or (read[0] <= x <= read[2] and read[1] <= y <= read[3])


def _matching(page: Page, expected: dict[str, Any], used: set[int]) -> int | None:
    kinds = _RIGHT_KINDS[expected["kind"]]
    is_small = expected["kind"] in {"checkbox", "radio"}
    is_text = expected["kind"] in {"tab", "link"}
    shared = [
        (overlap(control.bbox, expected["box"]) if is_text else _iou(control.bbox, expected["box"]), idx)
        for idx, control in enumerate(page.controls)
        if control.kind in kinds and idx not in used
    ]
    best = max(shared, default=(0.0, -1))
    return best[1] if best[0] >= (_MIN_SHARED_SMALL if is_small else _MIN_SHARED) else None


def _iou(a: Box, b: list[float]) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def _is_told_right(page: Page, control: Control, expected: dict[str, Any]) -> bool:
    """Whether its name is read and, for a checkbox or radio, its state too."""
    if expected["state"] is not None and control.is_checked is not expected["state"]:
        return False
    box = control.bbox if expected["state"] is None else None
    words = [
        word.text
        for idx in control.line_idxs
        for word in page.lines[idx].words
        if box is None or _shares_middle(word.bbox, list(box))
    ]
    return " ".join(words) == expected["name"]


def _is_cut_off(box: Box, page: Page) -> bool:
    """The browser's account leaves out what the edge of the window cuts."""
    return box[0] < 4 or box[1] < 4 or box[2] > page.width_px - 4 or box[3] > page.height_px - 4


def _print(name: str, tally: Tally, *, show_misses: bool) -> None:
    if show_misses:
        print("\n".join(tally.misses))
    print(f"\n{name}\n{'words':<16}{'n':>7}{'exact':>9}{'near':>9}")
    for group, (n, exact, near) in sorted(tally.words.items()):
        print(f"{group:<16}{n:>7}{_share(exact, n)}{_share(near, n)}")
    print(f"{'controls':<16}{'n':>7}{'found':>9}{'and told':>9}{'reported':>10}{'right':>9}")
    for kind in sorted(set(tally.found) | set(tally.made)):
        n, n_found, n_told = tally.found[kind]
        n_made, n_right = tally.made[kind]
        print(f"{kind:<16}{n:>7}{_share(n_found, n)}{_share(n_told, n)}{n_made:>10}{_share(n_right, n_made)}")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:>7.1f} %" if whole else f"{'-':>9}"


if __name__ == "__main__":
    main()

"""Tabs, which reading does not tell from text: short texts in a row on top of a pane that is about as wide."""

from itertools import pairwise

from model.grounder import Box, ElementKind
from model.ocr.rects import shared_height
from model.ocr.scene import Scene, Target

_N_WORDS = 4
_GAP_UNITS = 12.0  # between two tabs of a row
_BELOW_UNITS = 2.2  # from the row down to the pane
_MIN_PANE_UNITS = 4.0
_UNEVEN_UNITS = 1.5  # by which gaps between tabs differ at most; those between column headings differ more
_MENU_WORDS = frozenset({"file", "edit", "view", "help"})


def tab_row(scene: Scene) -> list[int]:
    """The targets that are most likely the tabs of a notebook, left to right; none if nothing looks like one."""
    seen = [i for i, target in enumerate(scene.targets) if target.kind is ElementKind.TAB]
    if seen:
        return seen
    best: list[int] = []
    best_gap = _BELOW_UNITS * scene.unit_px
    for row in _rows(scene):
        gap = _gap_to_pane([scene.targets[i].bbox for i in row], scene)
        if gap is not None and (gap, -len(row)) < (best_gap, -len(best)):
            best, best_gap = row, gap
    return best


def _rows(scene: Scene) -> list[list[int]]:
    """Short texts side by side, without menu bars."""
    able = [i for i, target in enumerate(scene.targets) if _may_be_tab(target)]
    able.sort(key=lambda i: scene.targets[i].bbox[0])
    rows: list[list[int]] = []
    for i in able:
        box = scene.targets[i].bbox
        for row in rows:
            last = scene.targets[row[-1]].bbox
            if shared_height(last, box) > 0.6 and 0 <= box[0] - last[2] < _GAP_UNITS * scene.unit_px:
                row.append(i)
                break
        else:
            rows.append([i])
    return [row for row in rows if len(row) > 1 and _is_even(row, scene) and not _is_menu_bar(row, scene)]


def _may_be_tab(target: Target) -> bool:
    n_words = len(target.label.split())
    is_name = any(c.isalpha() for c in target.label) and not target.label.endswith(":")
    return target.kind is ElementKind.TEXT and 0 < n_words <= _N_WORDS and is_name and not target.is_title


def _is_even(row: list[int], scene: Scene) -> bool:
    boxes = [scene.targets[i].bbox for i in row]
    gaps = [b[0] - a[2] for a, b in pairwise(boxes)]
    is_high = min(box[3] - box[1] for box in boxes) > 0.6 * scene.unit_px
    return is_high and max(gaps) - min(gaps) <= _UNEVEN_UNITS * scene.unit_px


def _is_menu_bar(row: list[int], scene: Scene) -> bool:
    words = {name.text for i in row for name in scene.targets[i].names}
    return len(words & _MENU_WORDS) > 1 or "file" in words


def _gap_to_pane(row: list[Box], scene: Scene) -> float | None:
    """Pixels from a row down to the pane that hangs on it; None if none does."""
    unit = scene.unit_px
    left, right, bottom = row[0][0], row[-1][2], max(box[3] for box in row)
    gaps = [
        pane[1] - bottom
        for pane in scene.page.panes
        if pane[0] <= left + unit
        and pane[2] >= right - unit
        and pane[3] - pane[1] > _MIN_PANE_UNITS * unit
        and -0.3 * unit <= pane[1] - bottom < _BELOW_UNITS * unit
    ]
    return max(0.0, min(gaps)) if gaps else None

"""From what was read to what can be pointed at: controls with their names and labels, and texts of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from statistics import median

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.ocr.labels import LABEL_INSIDE, Labels
from model.ocr.names import Name, name_of
from model.ocr.page import Control, Line, Page, Word
from model.ocr.rects import area, center, gaps, holds, is_same, shared_height
from model.ocr.swallowed import with_swallowed_boxes

_N_LINES_OF_A_BUTTON = 3
_MAX_FRAME_SHARE = 0.8
_FRAME_SCORE = 0.5
_MOST_WORDS_IN_BAR = 2
_NAMED_INSIDE = {
    ElementKind.BUTTON,
    ElementKind.TAB,
    ElementKind.MENU,
    ElementKind.ICON,
    ElementKind.LINK,
    ElementKind.CHECKBOX,
    ElementKind.RADIO,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that can be pointed at.

    Attributes:
        bbox: its box.
        point: (x, y) where a click goes.
        kind: what it looks like; TEXT for text in no control.
        names: what it may be asked by, possibly none.
        label: the text that it shows, or that stands beside it; "" if there is none.
        score: confidence that it is there and of this kind.
        is_checked: for a checkbox or radio whether it is on; None for others or when one cannot tell.
        is_title: it stands in the title bar of a window.
        is_in_bar: it is one of several short texts in a row, as menus are.
        is_label_of_control: a control beside it carries its name too, and is what one would click.
        meaning: what its icon means, see ``Control``.
    """

    bbox: Box
    point: tuple[float, float]
    kind: ElementKind
    names: tuple[Name, ...] = ()
    label: str = ""
    score: float = 1.0
    is_checked: bool | None = None
    is_title: bool = False
    is_in_bar: bool = False
    is_label_of_control: bool = False
    meaning: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All targets of a page.

    Attributes:
        page: what was read.
        targets: controls and texts.
        unit_px: usual height of a line, the measure for distances.
        title_bars: boxes of title bars that are drawn as such.
    """

    page: Page
    targets: tuple[Target, ...]
    unit_px: float
    title_bars: tuple[Box, ...] = ()

    def texts(self) -> list[str]:
        """The normalised texts whose meaning may matter."""
        return sorted({name.text for target in self.targets for name in target.names if not name.is_prose})


def build_scene(page: Page) -> Scene:
    """Find out what belongs together on a page."""
    unit_px = median([line.bbox[3] - line.bbox[1] for line in page.lines] or [16.0])
    page = with_swallowed_boxes(page)
    bars = [control for control in page.controls if _is_title_bar(page, control, unit_px)]
    kept = tuple(control for control in page.controls if control not in bars)
    page = replace(page, controls=(*kept, *_frames(page)))
    owners = _owned_lines(page)
    labels = Labels(page, owners, unit_px)
    targets = []
    for index, control in enumerate(page.controls):
        targets.append(_control_target(page, control, labels.of(index)))
    for index, line in enumerate(page.lines):
        if index not in owners:
            targets.append(_text_target(page, line, is_label=index in labels.used, unit_px=unit_px))
    title_bars = tuple(bar.bbox for bar in bars)
    targets = [replace(t, is_title=True) if _is_in_title_bar(t, title_bars) else t for t in targets]
    return Scene(page=page, targets=tuple(targets), unit_px=unit_px, title_bars=title_bars)


def _frames(page: Page) -> list[Control]:
    """Panes that frame nothing but text and are no window: text areas, lists, displays, for all that one can tell."""
    whole = float(page.width_px * page.height_px)
    frames = []
    for pane in page.panes:
        has_parts = any(
            other != pane and holds(pane, center(other)) and area(other) < area(pane) for other in page.panes
        )
        has_controls = sum(holds(pane, center(control.bbox)) for control in page.controls) > 2
        is_known = any(is_same(pane, control.bbox) for control in page.controls)
        if not (has_parts or has_controls or is_known or area(pane) > _MAX_FRAME_SHARE * whole):
            lines = tuple(i for i, line in enumerate(page.lines) if holds(pane, center(line.bbox)))
            frames.append(Control(bbox=pane, kind=ElementKind.OTHER, line_idxs=lines, score=_FRAME_SCORE))
    return frames


def _is_title_bar(page: Page, control: Control, unit_px: float) -> bool:
    """Whether what looks like a field is a title bar: its text stands in the middle, a field's begins at its left."""
    x1, y1, x2, y2 = control.bbox
    if control.kind is not ElementKind.FIELD or x2 - x1 < 10 * unit_px or y2 - y1 > 3.5 * unit_px:
        return False
    lines = [page.lines[i].bbox for i in control.line_idxs]
    return any(
        abs(center(box)[0] - center(control.bbox)[0]) < 0.08 * (x2 - x1) and box[0] - x1 > 4 * unit_px for box in lines
    )


def _is_in_title_bar(target: Target, title_bars: Sequence[Box]) -> bool:
    return (
        target.kind is ElementKind.TEXT
        and len(target.label) > 1
        and any(holds(bar, target.point) for bar in title_bars)
    )


def _owned_lines(page: Page) -> set[int]:
    """Lines that are the name of the control around them, so that they are no targets of their own."""
    owned: set[int] = set()
    for control in page.controls:
        is_small = len(control.line_idxs) <= _N_LINES_OF_A_BUTTON
        if control.kind is ElementKind.LINK:
            owned.update(i for i in control.line_idxs if len(_words_of(page, control)) == len(page.lines[i].words))
        elif is_small and (
            control.kind in _NAMED_INSIDE or (control.kind is ElementKind.FIELD and len(control.line_idxs) == 1)
        ):
            owned.update(control.line_idxs)
    return owned


def _words_of(page: Page, control: Control) -> list[Word]:
    """The words inside a control; a link may be a part of its line."""
    words = [word for i in control.line_idxs for word in page.lines[i].words]
    return [word for word in words if holds(control.bbox, center(word.bbox))]


def _control_target(page: Page, control: Control, labels: list[Name]) -> Target:
    lines = [page.lines[i] for i in control.line_idxs]
    names = list(labels)
    if control.kind is ElementKind.FIELD:
        if len(lines) in {1, 2}:
            names.append(name_of(lines[0].words, weight=LABEL_INSIDE if len(lines) == 1 else LABEL_INSIDE - 0.05))
    elif control.kind is ElementKind.LINK:
        names.append(name_of(_words_of(page, control)))
    elif control.kind is not ElementKind.OTHER and len(lines) <= _N_LINES_OF_A_BUTTON:
        names += [name_of(line.words, is_line=len(lines) > 1) for line in lines]
        if len(lines) > 1:
            names.append(name_of([word for line in lines for word in line.words]))
    shown = " ".join(word.text for word in _words_of(page, control)) if control.kind is ElementKind.LINK else ""
    shown = shown or " ".join(line.text for line in lines) or next((name.shown for name in labels), "")
    return Target(
        bbox=control.bbox,
        point=center(control.bbox),
        kind=control.kind,
        names=tuple(name for name in names if name.text),
        label=shown,
        score=control.score,
        is_checked=control.is_checked,
        meaning=control.meaning,
    )


def _text_target(page: Page, line: Line, *, is_label: bool, unit_px: float) -> Target:
    name = name_of(line.words)
    return Target(
        bbox=line.bbox,
        point=center(line.bbox),
        kind=ElementKind.TEXT,
        names=(name,) if name.text else (),
        label=line.text,
        score=line.score,
        is_title=_is_title(page, line, unit_px),
        is_in_bar=_is_in_bar(page, line, unit_px),
        is_label_of_control=is_label,
    )


def _is_in_bar(page: Page, line: Line, unit_px: float) -> bool:
    if len(line.words) > _MOST_WORDS_IN_BAR or line.text.endswith(":"):
        return False
    beside = (
        other
        for other in page.lines
        if other is not line
        and len(other.words) <= _MOST_WORDS_IN_BAR
        and gaps(other.bbox, line.bbox)[0] < 12 * unit_px
        and shared_height(other.bbox, line.bbox) > 0.5
    )
    return len(list(islice(beside, 2))) == 2


def _is_title(page: Page, line: Line, unit_px: float) -> bool:
    """Whether a line stands in the uppermost strip of a window, with nothing but small print beside it."""
    for pane in page.panes:
        is_window = pane[2] - pane[0] > 20 * unit_px and pane[3] - pane[1] > 6 * unit_px
        is_top = pane[1] - unit_px / 2 <= line.bbox[1] and line.bbox[3] <= pane[1] + 2.5 * unit_px
        if is_window and is_top and pane[0] <= line.bbox[0] and line.bbox[2] <= pane[2]:
            beside = [other for other in page.lines if other is not line and shared_height(other.bbox, line.bbox) > 0.5]
            # Beside a title there are its buttons at most, of which one may be read as a letter: "x".
            return not any(len(other.text) > 1 and holds(pane, center(other.bbox)) for other in beside)
    return False

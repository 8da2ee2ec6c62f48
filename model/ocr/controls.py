"""Shapes that look like something to click or to type into.

Judged by outline and content alone, so every verdict has a score: a rectangle with a centred label is a button, one
that is empty or has its text at the left is a field, a small square or circle left of a label is a check box or a
radio button, and compact drawings that are no text are icons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.grounder import ElementKind
from model.ocr.blobs import Blobs
from model.ocr.boxes import are_inside, clipped, outline_with_border, overlap
from model.ocr.icons import find_icons, joined_icons
from model.ocr.links import find_links
from model.ocr.page import Control, Line
from model.ocr.surfaces import Drawing, IntBox, Surface
from model.ocr.tabs import find_tabs
from model.ocr.toggles import find_toggles

_MAX_CONTROLS = 1500
_BUTTON_HEIGHT_PX = (14, 120)
_MAX_BUTTON_WIDTH_PX = 640
_MAX_WIDE_BUTTON_HEIGHT_PX = 64
_MAX_PART_GAP_PER_HEIGHT = 2.6
_FIELD_HEIGHT_PX = (14, 64)
_MIN_FIELD_WIDTH_PX = 48
_MIN_AREA_WIDTH_PX = 140
_MIN_BORDER_STEP = 7
_MIN_KEY_FILL = 0.25
_MAX_TEXTS_PER_ROW = 1.25
_MIN_CELL_WIDTH_PX = 40
_MAX_CELL_STEP = 12
_DARK = 110
_TITLE_BAR_PX = (180, 44)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What lies on a surface: its lines, and the boxes of these lines, then of icons."""

    line_idxs: tuple[int, ...]
    boxes: NDArray[np.float64]

    @property
    def n_icons(self) -> int:
        return len(self.boxes) - len(self.line_idxs)

    def n_handles(self, surface: Surface) -> int:
        """How many icons are none: the text cursor, or a grip to resize with in the lower right corner."""
        icons = self.boxes[len(self.line_idxs) :]
        width, height = icons[:, 2] - icons[:, 0], icons[:, 3] - icons[:, 1]
        is_cursor = (width <= 6) & (height >= 2.2 * width)
        is_grip = (icons[:, 2] > surface.bbox[2] - 6) & (icons[:, 3] > surface.bbox[3] - 6)
        return int((is_cursor | is_grip).sum())

    def span_x(self) -> tuple[float, float]:
        return float(self.boxes[:, 0].min()), float(self.boxes[:, 2].max())

    def widest_gap_px(self) -> float:
        order = self.boxes[np.argsort(self.boxes[:, 0])]
        return float(np.max(order[1:, 0] - np.maximum.accumulate(order[:-1, 2]), initial=0.0))

    def is_at_middle(self, surface: Surface) -> bool:
        """Whether it stands as far from the top as from the bottom."""
        _, top, _, bottom = surface.bbox
        above, below = float(self.boxes[:, 1].min()) - top, bottom - float(self.boxes[:, 3].max())
        return abs(above - below) <= max(8.0, 0.2 * surface.height_px)

    def n_rows(self) -> int:
        middles = np.sort((self.boxes[:, 1] + self.boxes[:, 3]) / 2)
        return 1 + int((np.diff(middles) > 9).sum()) if len(middles) else 0


def find_controls(
    image: NDArray[np.uint8], drawing: Drawing, blobs: Blobs, lines: Sequence[Line], unread: Sequence[IntBox]
) -> tuple[Control, ...]:
    """Controls in reading order, at most 1500.

    Args:
        image: [height, width, 3] uint8 RGB.
        drawing: its surfaces.
        blobs: its icons and marks.
        lines: its text.
        unread: strips of ink that turned out to be no text.
    """
    toggles = find_toggles(image, blobs, lines)
    idle = [mark for mark in blobs.marks if not any(overlap(mark, toggle.bbox) > 0.3 for toggle in toggles)]
    icons = joined_icons([*blobs.icons, *idle, *unread])
    keys = _keys(image, drawing, lines, icons)
    tabs = find_tabs(image, lines, keys)
    are_tabs = {idx for tab in tabs for idx in tab.line_idxs}
    taken = [control.bbox for control in toggles]
    keys = [
        key
        for key in keys
        if not any(overlap(key.bbox, box) > 0.6 for box in taken)
        and not (key.kind is ElementKind.BUTTON and are_tabs.intersection(key.line_idxs))
    ]
    labelled = [key.bbox for key in keys if key.kind is ElementKind.BUTTON]
    found = [
        *toggles,
        *keys,
        *tabs,
        *find_links(image, lines, [*labelled, *(tab.bbox for tab in tabs)]),
        *find_icons(drawing, lines, icons, [*taken, *labelled]),
    ]
    found.sort(key=lambda control: (control.bbox[1] + control.bbox[3], control.bbox[0]))
    height, width = image.shape[:2]
    return tuple(replace(control, bbox=clipped(control.bbox, width, height)) for control in found[:_MAX_CONTROLS])


def find_fields(image: NDArray[np.uint8], drawing: Drawing, lines: Sequence[Line]) -> list[Control]:
    """Fields alone, as far as they can be told without icons; as ``find_controls``."""
    return [key for key in _keys(image, drawing, lines, []) if key.kind is ElementKind.FIELD]


def _keys(image: NDArray[np.uint8], drawing: Drawing, lines: Sequence[Line], icons: Sequence[IntBox]) -> list[Control]:
    """Buttons and fields."""
    line_boxes = np.array([line.bbox for line in lines], dtype=np.float64).reshape(-1, 4)
    icon_boxes = np.array(icons, dtype=np.float64).reshape(-1, 4)
    surface_boxes = np.array([surface.bbox for surface in drawing.surfaces], dtype=np.float64).reshape(-1, 4)
    is_solid = np.array([s.width_px >= 20 and s.height_px >= 12 for s in drawing.surfaces], dtype=bool)
    found = []
    for surface in drawing.surfaces:
        box = surface.bbox
        if min(surface.height_px, surface.width_px) < _BUTTON_HEIGHT_PX[0] or surface.fill < _MIN_KEY_FILL:
            continue
        holds_others = bool((are_inside(surface_boxes, box) & is_solid).sum() > 1)
        idxs = np.flatnonzero(are_inside(line_boxes, box))
        on_it = icon_boxes[are_inside(icon_boxes, box, margin_px=-1)]
        contents = _Contents(tuple(idxs.tolist()), np.concatenate([line_boxes[idxs], on_it]))
        if holds_others:
            continue
        control = _button(surface, contents, drawing) or _field(image, surface, contents, drawing)
        if control is not None:
            found.append(control)
    return found


def _button(surface: Surface, contents: _Contents, drawing: Drawing) -> Control | None:
    left, _, right, _ = surface.bbox
    height, width = surface.height_px, surface.width_px
    is_wide = width > _MAX_BUTTON_WIDTH_PX
    # As wide as its form: one label in the very middle of a low bar.
    is_sized = _BUTTON_HEIGHT_PX[0] <= height <= (_MAX_WIDE_BUTTON_HEIGHT_PX if is_wide else _BUTTON_HEIGHT_PX[1])
    if not is_sized or not contents.line_idxs or contents.n_rows() > 2 or _is_title_bar(surface, drawing):
        return None
    first, last = contents.span_x()
    before, after = first - left, right - last
    is_centred = abs(before - after) <= (7.0 if is_wide else max(7.0, 0.16 * (width - (last - first))))
    is_compact = contents.widest_gap_px() <= _MAX_PART_GAP_PER_HEIGHT * height
    if _is_choice(surface, contents):
        return Control(
            bbox=outline_with_border(surface), kind=ElementKind.BUTTON, line_idxs=contents.line_idxs, score=0.7
        )
    if not is_centred or min(before, after) < 0 or not is_compact or not contents.is_at_middle(surface):
        return None
    score = 0.9 if width <= 12 * height and min(before, after) >= 3 else 0.6
    return Control(
        bbox=outline_with_border(surface), kind=ElementKind.BUTTON, line_idxs=contents.line_idxs, score=score
    )


def _is_choice(surface: Surface, contents: _Contents) -> bool:
    """A drop-down list: its text at the left, a small arrow at the right end."""
    left, _, right, _ = surface.bbox
    order = contents.boxes[np.argsort(contents.boxes[:, 0])]
    if len(contents.line_idxs) != 1 or len(order) != 2 or surface.height_px > _FIELD_HEIGHT_PX[1]:
        return False
    arrow = order[1]
    is_small = arrow[2] - arrow[0] <= 20 and arrow[3] - arrow[1] <= 20
    is_level = abs((arrow[1] + arrow[3]) / 2 - (order[0][1] + order[0][3]) / 2) <= 6
    is_at_ends = right - arrow[2] <= 0.8 * surface.height_px and order[0][0] - left <= surface.height_px
    return bool(is_small and is_level and is_at_ends)


def _field(image: NDArray[np.uint8], surface: Surface, contents: _Contents, drawing: Drawing) -> Control | None:
    left = surface.bbox[0]
    height, width = surface.height_px, surface.width_px
    is_row = _FIELD_HEIGHT_PX[0] <= height <= _FIELD_HEIGHT_PX[1] and width >= _MIN_FIELD_WIDTH_PX
    is_area = height > _FIELD_HEIGHT_PX[1] and width >= _MIN_AREA_WIDTH_PX
    is_part = _is_title_bar(surface, drawing) or _is_in_grid(surface, drawing)
    if not (is_row or is_area) or is_part or (contents.line_idxs and _is_heading(surface, drawing)):
        return None
    inside = np.array(surface.color, dtype=np.float64)
    sides = _colors_around(image, surface.bbox)
    around = np.median(sides, axis=0)
    is_coloured = float(inside.max() - inside.min()) > 70
    is_lighter = inside.mean() >= around.mean() - 4
    is_on_dark = float(sides.mean(axis=1).min()) < _DARK
    if is_coloured or not (is_lighter or is_on_dark):
        return None
    if not _has_border(image, surface) or (is_row and width < 2.2 * height):
        return None
    n_icons = contents.n_icons - contents.n_handles(surface)
    if n_icons and (is_area or not contents.line_idxs):
        return None
    if contents.line_idxs:
        margin = 2.5 * min(height, 24)
        starts = contents.boxes[: len(contents.line_idxs), 0]
        # Menus have a column of keys at the right, lists have several columns; text has a wide gap now and then.
        n_most = 1 if is_row else _MAX_TEXTS_PER_ROW * contents.n_rows()
        is_text = len(contents.line_idxs) <= n_most
        if float(starts.min()) - left > margin or not is_text:
            return None
    is_page = width * height > 0.45 * image.shape[0] * image.shape[1]
    # A tool bar without tools looks like an empty field of the colour around it.
    is_hollow = is_row and not contents.line_idxs and float(np.abs(inside - around).max()) < _MIN_BORDER_STEP
    score = 0.4 if is_page or is_hollow else 0.8 if is_row else 0.6
    return _control(ElementKind.FIELD, surface, contents, score=score)


def _control(kind: ElementKind, surface: Surface, contents: _Contents, *, score: float) -> Control:
    return Control(bbox=outline_with_border(surface), kind=kind, line_idxs=contents.line_idxs, score=score)


def _has_border(image: NDArray[np.uint8], surface: Surface) -> bool:
    """Whether there is another colour within three pixels all around."""
    left, top, right, bottom = surface.bbox
    height, width = image.shape[:2]
    if left < 3 or top < 3 or right > width - 3 or bottom > height - 3:
        return False
    inside = np.array(surface.color, dtype=np.int16)
    sides = (
        image[top - 3 : top, left:right],
        image[bottom : bottom + 3, left:right],
        image[top:bottom, left - 3 : left].transpose(1, 0, 2),
        image[top:bottom, right : right + 3].transpose(1, 0, 2),
    )
    return all(
        float((np.abs(side.astype(np.int16) - inside).max(axis=2).max(axis=0) > _MIN_BORDER_STEP).mean()) > 0.8
        for side in sides
    )


def _is_title_bar(surface: Surface, drawing: Drawing) -> bool:
    """A wide low surface with a larger one of the same width right below."""
    left, _, right, bottom = surface.bbox
    if surface.width_px < _TITLE_BAR_PX[0] or surface.height_px > _TITLE_BAR_PX[1]:
        return False
    return any(
        -2 <= other.bbox[1] - bottom <= 8
        and abs(other.bbox[0] - left) <= 8
        and abs(other.bbox[2] - right) <= 8
        and other.height_px > 1.5 * surface.height_px
        for other in drawing.surfaces
    )


def _is_heading(surface: Surface, drawing: Drawing) -> bool:
    """The heading of a list's first column: it stands on something wider and much higher, flush at the left."""
    left, _, right, bottom = surface.bbox
    return any(
        0 <= other.bbox[1] - bottom <= 3
        and abs(other.bbox[0] - left) <= 3
        and other.bbox[2] > right + _MIN_CELL_WIDTH_PX
        and other.height_px > 3 * surface.height_px
        for other in drawing.surfaces
    )


def _is_in_grid(surface: Surface, drawing: Drawing) -> bool:
    """Whether neighbours right beside it, of its colour and size, make it a cell or a row of a table or a list."""
    left, top, right, bottom = surface.bbox
    for other in drawing.surfaces:
        x1, y1, x2, y2 = other.bbox
        is_level = abs(y1 - top) <= 3 and abs(y2 - bottom) <= 3
        is_alike = max(abs(a - b) for a, b in zip(surface.color, other.color, strict=True)) <= _MAX_CELL_STEP
        # Narrow neighbours are the buttons of a field: arrows, plus and minus.
        is_cell = is_alike and other.width_px >= _MIN_CELL_WIDTH_PX
        if is_level and is_cell and (0 < x1 - right <= 7 or 0 < left - x2 <= 7):
            return True
        is_stacked = abs(x1 - left) <= 3 and abs(x2 - right) <= 3 and abs(other.height_px - surface.height_px) <= 3
        if is_stacked and (0 < y1 - bottom <= 3 or 0 < top - y2 <= 3):
            return True
    return False


def _colors_around(image: NDArray[np.uint8], box: IntBox) -> NDArray[np.float64]:
    """[4, 3] median colour six pixels above, below, left and right of a box."""
    height, width = image.shape[:2]
    x1, y1 = max(box[0] - 6, 0), max(box[1] - 6, 0)
    x2, y2 = min(box[2] + 5, width - 1), min(box[3] + 5, height - 1)
    sides = (image[y1, x1 : x2 + 1], image[y2, x1 : x2 + 1], image[y1 : y2 + 1, x1], image[y1 : y2 + 1, x2])
    return np.array([np.median(side, axis=0) for side in sides])

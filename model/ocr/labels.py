"""Which lines are labels of which fields, checkboxes, radio buttons and drop-downs."""

from model.grounder import Box, ElementKind
from model.ocr.names import Name, name_of
from model.ocr.page import Page
from model.ocr.rects import area, center, gaps, holds, shared_height, shared_width

_TALL_UNITS = 4.0
LABEL_LEFT = 1.0
LABEL_ABOVE = 0.97
LABEL_INSIDE = 0.95
LABEL_OF_DROP_DOWN = 0.9
"""How far a text names a field: beside it, above it, in it (a placeholder, or what was typed); beside a button."""


class Labels:
    """Which lines are labels of which fields, checkboxes and radio buttons."""

    def __init__(self, page: Page, owned: set[int], unit_px: float) -> None:
        self._page = page
        self._unit_px = unit_px
        free = [i for i in range(len(page.lines)) if i not in owned]
        self._free = [i for i in free if not self._is_in_field(page.lines[i].bbox)]
        self._found: dict[int, list[tuple[int, float]]] = {}
        for index, control in enumerate(page.controls):
            if control.kind in {ElementKind.FIELD, ElementKind.OTHER}:
                self._found[index] = self._of_field(control.bbox)
            elif control.kind in {ElementKind.CHECKBOX, ElementKind.RADIO} and not control.line_idxs:
                self._found[index] = self._of_checkbox(control.bbox)
            elif control.kind is ElementKind.BUTTON and control.line_idxs:
                # A closed drop-down looks like a button and shows its value; its name stands at its left.
                self._found[index] = self._of_drop_down(control.bbox)
        self.used = {line for found in self._found.values() for line, weight in found if weight > LABEL_OF_DROP_DOWN}

    def of(self, control: int) -> list[Name]:
        """Names from the labels of a control, the surest first."""
        found = self._found.get(control, [])
        return [name_of(self._page.lines[i].words, weight=weight, is_label=True) for i, weight in found]

    def _is_in_field(self, box: Box) -> bool:
        fields = (control.bbox for control in self._page.controls if control.kind is ElementKind.FIELD)
        return any(holds(field, center(box)) for field in fields)

    def _nearest(self, lines: list[int], box: Box) -> int:
        return min(lines, key=lambda i: sum(gaps(self._page.lines[i].bbox, box)))

    def _of_field(self, field: Box) -> list[tuple[int, float]]:
        unit, lines = self._unit_px, self._page.lines
        top_row: Box = (field[0], field[1], field[2], min(field[3], field[1] + 2.5 * unit))
        is_cell = self._is_cell(field)
        left = [
            i
            for i in self._free
            if lines[i].bbox[2] <= field[0] + unit / 2
            and shared_height(lines[i].bbox, top_row) > 0.5
            and field[0] - lines[i].bbox[2] < (3 if is_cell and not lines[i].text.endswith(":") else 14) * unit
            and not self._is_cut_off(lines[i].bbox, field)
            and self._is_with(lines[i].bbox, field)
        ]
        above = [
            i
            for i in self._free
            if lines[i].bbox[3] <= field[1] + unit / 3
            and field[1] - lines[i].bbox[3] < 1.3 * unit
            and (abs(lines[i].bbox[0] - field[0]) < 1.5 * unit or shared_width(lines[i].bbox, field) > 0.9)
            and not self._is_in_bar(i, field)
        ]
        found = [(self._nearest(left, field), LABEL_LEFT)] if left else []
        if above:
            # Where labels stand at the left, what is above belongs to the field above.
            # What is above a tall one may as well be a tab or a heading, and is then meant itself.
            is_doubtful = left or field[3] - field[1] > _TALL_UNITS * unit
            found.append((self._nearest(above, field), LABEL_ABOVE - 0.1 if is_doubtful else LABEL_ABOVE))
        return found

    def _of_drop_down(self, box: Box) -> list[tuple[int, float]]:
        lines = self._page.lines
        row = [i for i in self._free if shared_height(lines[i].bbox, box) > 0.5 and self._is_with(lines[i].bbox, box)]
        row = [
            i
            for i in row
            if 0 <= box[0] - lines[i].bbox[2] < (14 if lines[i].text.endswith(":") else 2.5) * self._unit_px
            and not self._is_cut_off(lines[i].bbox, box)
        ]
        return [(self._nearest(row, box), LABEL_OF_DROP_DOWN)] if row else []

    def _is_cell(self, field: Box) -> bool:
        """Whether what looks like a field is one of several that touch, such as column headers."""
        return any(
            control.line_idxs
            and control.bbox != field
            and shared_height(control.bbox, field) > 0.8
            and abs(control.bbox[0] - field[2]) < 4
            for control in self._page.controls
        )

    def _is_in_bar(self, label: int, field: Box) -> bool:
        """Whether a line is one of several side by side above a field: a menu bar, column headers."""
        lines = self._page.lines
        row = [i for i in self._free if shared_height(lines[i].bbox, lines[label].bbox) > 0.5]
        return sum(shared_width(lines[i].bbox, field) > 0.5 for i in row) > 1

    def _of_checkbox(self, box: Box) -> list[tuple[int, float]]:
        unit, lines = self._unit_px, self._page.lines
        row = [i for i in self._free if shared_height(lines[i].bbox, box) > 0.5]
        right = [i for i in row if -unit / 2 <= lines[i].bbox[0] - box[2] < 3 * unit]
        left = [i for i in row if -unit / 2 <= box[0] - lines[i].bbox[2] < 20 * unit]
        beside = right or [i for i in left if not self._is_cut_off(lines[i].bbox, box)]
        return [(self._nearest(beside, box), LABEL_LEFT)] if beside else []

    def _is_with(self, label: Box, box: Box) -> bool:
        """Whether a control begins in the innermost pane around a label: a menu's entry names nothing behind it."""
        around = [pane for pane in self._page.panes if holds(pane, center(label))]
        inner = min(around, key=area, default=None)
        return inner is None or holds(inner, (box[0] + self._unit_px / 2, center(box)[1]))

    def _is_cut_off(self, label: Box, box: Box) -> bool:
        """Whether another control stands between a label and what it would name."""
        between = (label[2], max(label[1], box[1]), box[0], max(label[3], max(label[1], box[1]) + 1))
        return any(
            control.bbox != box
            and between[0] <= center(control.bbox)[0] < between[2]
            and shared_height(control.bbox, between) > 0.5
            for control in self._page.controls
            if area(control.bbox) < 60 * self._unit_px**2
        )

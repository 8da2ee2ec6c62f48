"""Lists, trees and tables."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from model.data.boxes import PixelBox
from model.data.drawing.colours import Colour, mix, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.buttons import sign
from model.data.drawing.widgets.toggles import toggle_side
from model.grounder import ElementKind


def listing(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Rows of names, with icons or without, one of them chosen; as in a sidebar or a folder."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    has_icons, is_folder = pen.chance(0.6), pen.chance(0.5)
    style = rng.choice((theme.body, theme.body, theme.small))
    row, indent = _row_height(pen), theme.px(rng.choice((4, 8, 14)))
    chosen, has_stripes = rng.randint(0, 12), pen.chance(0.15)
    has_counts, has_heads = pen.chance(0.15), pen.chance(0.3)
    folder_icon = pen.some_icon()
    for index, y in enumerate(range(y1 + theme.px(3), y2 - row // 2, row)):
        line = (x1, y, x2, y + row)
        if not pen.canvas.shows(line):
            continue
        if has_heads and index % 6 == 0:
            head = pen.kit.phrases.label(rng)
            pen.label(
                x1 + indent,
                y + (row - style.line_px) // 2,
                head,
                theme.strong,
                readable_on(ground, theme.muted),
                width_px=x2 - x1 - 2 * indent,
            )
            continue
        under = _row_ground(pen, line, ground, is_chosen=index == chosen, is_striped=has_stripes and index % 2 == 1)
        colour = readable_on(under, theme.on_accent if under == theme.accent else theme.text)
        x = x1 + indent
        icon = (folder_icon if is_folder and pen.chance(0.6) else pen.some_icon()) if has_icons else None
        if icon:
            pen.icon(x, y + (row - theme.icon) // 2, theme.icon, icon, colour, under)
            x += theme.icon + theme.px(6)
        right = x2 - theme.px(6)
        if has_counts and pen.chance(0.5):
            count = str(rng.randint(1, 400))
            right -= theme.small.width_px(count)
            pen.label(right, y + (row - theme.small.line_px) // 2, count, theme.small, readable_on(under, theme.muted))
            right -= theme.px(6)
        name = pen.kit.phrases.file_name(rng) if is_folder and pen.chance(0.7) else pen.kit.phrases.label(rng)
        written = pen.text(x, y + (row - style.line_px) // 2, name, style, colour, width_px=right - x)
        if written:
            shown = style.fitted(name, right - x)
            outer = (
                written
                if icon is None
                else (
                    x1 + indent,
                    min(written[1], y + (row - theme.icon) // 2),
                    written[2],
                    max(written[3], y + (row + theme.icon) // 2),
                )
            )
            pen.enter(ElementKind.TEXT, outer, name=name, text=shown, icon=icon, ink=written)


def tree(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Rows that can be opened, indented by depth."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    row, step = _row_height(pen), theme.px(rng.choice((12, 16, 20)))
    depth, chosen, has_icons = 0, rng.randint(0, 14), pen.chance(0.6)
    open_icon, leaf_icon = pen.some_icon(), pen.some_icon()
    for index, y in enumerate(range(y1 + theme.px(2), y2 - row // 2, row)):
        is_leaf = depth > 0 and pen.chance(0.6)
        line = (x1, y, x2, y + row)
        under = _row_ground(pen, line, ground, is_chosen=index == chosen, is_striped=False)
        colour = readable_on(under, theme.on_accent if under == theme.accent else theme.text)
        x = x1 + theme.px(4) + depth * step
        side = theme.px(12)
        if not is_leaf:
            is_open = pen.chance(0.5)
            sign(
                pen,
                (x, y + (row - side) // 2, x + side, y + (row + side) // 2),
                "down" if is_open else "right",
                colour,
                is_solid=theme.is_bevelled,
            )
        x += side + theme.px(4)
        icon = (leaf_icon if is_leaf else open_icon) if has_icons else None
        if icon:
            pen.icon(x, y + (row - theme.icon) // 2, theme.icon, icon, colour, under)
            x += theme.icon + theme.px(5)
        name = pen.kit.phrases.file_name(rng) if is_leaf and pen.chance(0.5) else pen.kit.phrases.label(rng)
        pen.label(x, y + (row - theme.body.line_px) // 2, name, theme.body, colour, width_px=x2 - x - theme.px(4))
        depth = max(0, min(4, depth + (rng.choice((0, 0, 0, -1, -1)) if is_leaf else rng.choice((0, 1, 1)))))


def table(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Columns under a head; grids or stripes; some with checkboxes at the start of each row."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    columns = _columns(pen, x1, x2)
    row, style = _row_height(pen), rng.choice((theme.body, theme.body, theme.small))
    has_grid, has_stripes, has_boxes = pen.chance(0.35), pen.chance(0.4), pen.chance(0.2)
    head = mix(ground, theme.text, rng.choice((0.0, 0.06, 0.12)))
    pen.canvas.fill((x1, y1, x2, y1 + row), head)
    is_sorted = rng.randrange(len(columns))
    for index, (left, right) in enumerate(columns):
        name = pen.kit.phrases.label(rng)
        arrow = theme.px(10) if index == is_sorted else 0
        room = right - left - theme.px(10) - arrow
        text_style = rng.choice((style, theme.strong))
        box_ = pen.label(
            left + theme.px(5),
            y1 + (row - text_style.line_px) // 2,
            name,
            text_style,
            readable_on(head, theme.text),
            width_px=room,
        )
        if arrow and box_:
            sign(
                pen,
                (box_[2] + theme.px(4), y1, box_[2] + theme.px(4) + arrow, y1 + row),
                "down",
                readable_on(head, theme.muted),
            )
        pen.canvas.fill((right - 1, y1 + 2, right, y1 + row - 2), theme.edge)
    pen.canvas.fill((x1, y1 + row - 1, x2, y1 + row), theme.edge)
    cells = [rng.choice(_CELLS) for _ in columns]
    chosen = rng.randint(0, 15)
    for index, y in enumerate(range(y1 + row, y2 - row // 2, row)):
        line = (x1, y, x2, y + row)
        if not pen.canvas.shows(line):
            continue
        under = _row_ground(pen, line, ground, is_chosen=index == chosen, is_striped=has_stripes and index % 2 == 1)
        colour = readable_on(under, theme.on_accent if under == theme.accent else theme.text)
        for number, ((left, right), cell) in enumerate(zip(columns, cells, strict=True)):
            x = left + theme.px(5)
            if number == 0 and has_boxes:
                x = _row_box(pen, x, y, row, under)
            text = cell(pen)
            pen.label(x, y + (row - style.line_px) // 2, text, style, colour, width_px=right - x - theme.px(5))
            if has_grid:
                pen.canvas.fill((right - 1, y, right, y + row), theme.edge)
        if has_grid:
            pen.canvas.fill((x1, y + row - 1, x2, y + row), theme.edge)


_CELLS: Final[tuple[Callable[[Pen], str], ...]] = (
    lambda pen: pen.kit.phrases.value(pen.rng),
    lambda pen: pen.kit.phrases.label(pen.rng),
    lambda pen: pen.kit.phrases.file_name(pen.rng),
    lambda pen: pen.kit.phrases.value(pen.rng),
)


def _row_box(pen: Pen, x: int, y: int, row: int, ground: Colour) -> int:
    side = toggle_side(pen)
    top = y + (row - side) // 2
    edge = readable_on(ground, pen.theme.edge, 2.0)
    pen.canvas.frame((x, top, x + side, top + side), edge, pen.theme.surface)
    if pen.chance(0.3):
        sign(
            pen, (x + 1, top + 1, x + side - 1, top + side - 1), "tick", readable_on(pen.theme.surface, pen.theme.text)
        )
    pen.enter(ElementKind.CHECKBOX, (x, top, x + side, top + side), name="")
    return x + side + pen.theme.px(6)


def _columns(pen: Pen, x1: int, x2: int) -> list[tuple[int, int]]:
    edges = [x1]
    while edges[-1] < x2 and len(edges) < 9:
        edges.append(min(x2, edges[-1] + pen.theme.px(pen.rng.randint(60, 240))))
    return list(pairwise(edges))


def _row_height(pen: Pen) -> int:
    return pen.theme.body.line_px + pen.theme.px(pen.rng.choice((2, 4, 6, 8, 12, 18)))


def _row_ground(pen: Pen, line: PixelBox, ground: Colour, *, is_chosen: bool, is_striped: bool) -> Colour:
    theme = pen.theme
    if is_chosen:
        under = pen.rng.choice((theme.accent, mix(ground, theme.accent, 0.25)))
        pen.canvas.fill(line, under, radius=pen.rng.choice((0, theme.radius)))
        return under
    if is_striped:
        under = mix(ground, theme.text, 0.05)
        pen.canvas.fill(line, under)
        return under
    return ground

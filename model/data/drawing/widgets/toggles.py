"""Checkboxes, radio buttons, switches, sliders, progress bars."""

from model.data.boxes import PixelBox
from model.data.drawing.canvas import disc
from model.data.drawing.colours import WHITE, Colour, mix, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.buttons import plate, sign
from model.grounder import ElementKind


def toggle_side(pen: Pen) -> int:
    """Side of the square of a checkbox or of the circle of a radio button."""
    return max(9, round(min(pen.theme.control, pen.theme.body.line_px) * 0.85))


def checkbox(pen: Pen, box: PixelBox, name: str, ground: Colour, *, is_on: bool) -> None:
    """A square with a name beside it, at the left of the box; both are the element, as for whoever clicks it."""
    theme = pen.theme
    width_px = box[2] - box[0]
    box = _start(pen, box)
    side = box[2] - box[0]
    if is_on and not theme.is_bevelled:
        pen.canvas.fill(box, theme.accent, radius=min(theme.radius, side // 4))
        sign(pen, _within(box), "tick", theme.on_accent)
    else:
        edge = readable_on(theme.surface, theme.edge, 1.5)
        if theme.is_bevelled:
            plate(pen, box, theme.surface, is_sunken=True)
        else:
            pen.canvas.frame(
                box, edge, theme.surface, radius=min(theme.radius, side // 4), width_px=max(1, theme.edge_px)
            )
        if is_on:
            sign(pen, _within(box), "tick", theme.text)
    _named(pen, box, name, ground, width_px=width_px, kind=ElementKind.CHECKBOX)


def radio(pen: Pen, box: PixelBox, name: str, ground: Colour, *, is_on: bool) -> None:
    """A circle with a name beside it, at the left of the box."""
    theme = pen.theme
    width_px = box[2] - box[0]
    x, top, right, foot = _start(pen, box)
    side = right - x
    pen.canvas.blend(x, top, disc(side), theme.accent if is_on else readable_on(theme.surface, theme.edge, 1.5))
    inner = max(3, side - 2 * theme.px(1.2))
    inset = (side - inner) // 2
    if not is_on or pen.chance(0.5):
        pen.canvas.blend(x + inset, top + inset, disc(inner), theme.surface)
        dot, dot_colour = max(3, side // 2), readable_on(theme.surface, theme.accent, 2.0)
    else:
        dot, dot_colour = max(3, side * 2 // 5), theme.on_accent
    if is_on:
        pen.canvas.blend(x + (side - dot) // 2, top + (side - dot) // 2, disc(dot), dot_colour)
    _named(pen, (x, top, right, foot), name, ground, width_px=width_px, kind=ElementKind.RADIO)


def switch(pen: Pen, x: int, y: int, label: str, ground: Colour, *, is_on: bool) -> None:
    """A switch that stands apart from the text that names it."""
    theme = pen.theme
    height = max(10, round(theme.body.line_px * 0.95))
    width, top = round(height * 1.8), y + (theme.control - height) // 2
    box = (x, top, x + width, top + height)
    track = theme.accent if is_on else readable_on(ground, mix(ground, theme.text, 0.3), 1.3)
    pen.canvas.fill(box, track, radius=height // 2 if theme.radius or pen.chance(0.5) else 0)
    knob = height - 2 * theme.px(2)
    at = x + width - knob - theme.px(2) if is_on else x + theme.px(2)
    pen.canvas.blend(at, top + theme.px(2), disc(max(3, knob)), readable_on(track, WHITE, 1.5))
    pen.enter(ElementKind.CHECKBOX, box, name=label, label=label)


def switch_width(pen: Pen) -> int:
    """Width of a switch."""
    return round(max(10, round(pen.theme.body.line_px * 0.95)) * 1.8)


def slider(pen: Pen, box: PixelBox, *, name: str) -> None:
    """A track with a knob."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    middle, thick = (y1 + y2) // 2, theme.px(pen.rng.choice((2, 3, 4, 6)))
    knob = max(8, min(y2 - y1, theme.px(pen.rng.choice((12, 14, 18)))))
    at = pen.rng.randint(x1, max(x1, x2 - knob))
    track = (x1, middle - thick // 2, x2, middle - thick // 2 + thick)
    pen.canvas.fill(track, mix(theme.ground, theme.text, 0.25), radius=thick // 2)
    pen.canvas.fill((track[0], track[1], at + knob // 2, track[3]), theme.accent, radius=thick // 2)
    pen.canvas.blend(at, middle - knob // 2, disc(knob), theme.edge)
    pen.canvas.blend(
        at + 1, middle - knob // 2 + 1, disc(knob - 2), pen.rng.choice((theme.raised, theme.accent, WHITE))
    )
    pen.enter(ElementKind.OTHER, (x1, middle - knob // 2, x2, middle - knob // 2 + knob), name=name, label=name)


def progress(pen: Pen, box: PixelBox, name: str) -> None:
    """A bar that is partly full."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    pen.canvas.fill(box, mix(theme.ground, theme.text, 0.15), radius=theme.radius)
    pen.canvas.fill((x1, y1, x1 + round((x2 - x1) * pen.rng.uniform(0.05, 1.0)), y2), theme.accent, radius=theme.radius)
    pen.enter(ElementKind.OTHER, box, name=name, label=name)


def _start(pen: Pen, box: PixelBox) -> PixelBox:
    """Where the square of a checkbox comes: at the left, in the middle of the height."""
    side = toggle_side(pen)
    top = (box[1] + box[3] - side) // 2
    return box[0], top, box[0] + side, top + side


def _within(box: PixelBox) -> PixelBox:
    return box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1


def _named(pen: Pen, box: PixelBox, name: str, ground: Colour, *, width_px: int, kind: ElementKind) -> None:
    theme = pen.theme
    x = box[2] + theme.px(6)
    shown = theme.body.fitted(name, width_px - (x - box[0]))
    y = (box[1] + box[3] - theme.body.line_px) // 2
    written = pen.text(x, y, shown, theme.body, readable_on(ground, theme.text, 3.0))
    outer = (
        box if written is None else (box[0], min(box[1], written[1]), max(box[2], written[2]), max(box[3], written[3]))
    )
    pen.enter(kind, outer, name=name, text=shown, label=name, ink=written)

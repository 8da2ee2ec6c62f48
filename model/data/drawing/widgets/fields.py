"""Fields, dropdowns, number fields, search fields."""

from model.data.boxes import PixelBox
from model.data.drawing.colours import mix, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.phrases import Command
from model.data.drawing.widgets.buttons import plate, sign
from model.grounder import ElementKind


def field(pen: Pen, box: PixelBox, *, name: str, label: str = "", placeholder: str = "") -> None:
    """A field to type in: with content, with a placeholder, or empty; sometimes focused, or a bare line."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    if pen.chance(0.08) and not theme.is_bevelled:
        pen.canvas.fill((x1, y2 - theme.px(1.5), x2, y2), theme.edge)
    else:
        plate(pen, box, theme.surface, is_sunken=True)
    if pen.chance(0.1):
        pen.canvas.frame(box, theme.accent, theme.surface, radius=theme.radius, width_px=theme.px(1.6))
    text = "" if placeholder or pen.chance(0.25) else pen.kit.phrases.value(rng)
    shown = text or placeholder
    style = theme.mono if text and pen.chance(0.05) else theme.body
    wished = theme.text if text else mix(theme.text, theme.surface, 0.45)
    left = x1 + theme.px(6)
    ink = None
    if shown:
        shown = style.fitted(shown, x2 - left - theme.px(4))
        with pen.canvas.clipped(box):
            colour = readable_on(theme.surface, wished, 2.0)
            ink = pen.text(left, (y1 + y2 - style.line_px) // 2, shown, style, colour)
    if pen.chance(0.06):
        caret = left + (style.width_px(shown) if text else 0) + 1
        pen.canvas.fill((caret, y1 + theme.px(4), caret + theme.px(1), y2 - theme.px(4)), theme.text)
    pen.enter(ElementKind.FIELD, box, name=name, text=shown, label=label, ink=ink)


def dropdown(pen: Pen, box: PixelBox, *, name: str, label: str = "", value: str = "") -> None:
    """A field that shows one of several choices, with an arrow."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    ground = pen.rng.choice((theme.raised, theme.surface))
    plate(pen, box, ground)
    arrow = min(theme.px(14), y2 - y1 - 2)
    colour = readable_on(ground, theme.text, 3.0)
    right = x2 - arrow - theme.px(4)
    sign(
        pen,
        (right, (y1 + y2 - arrow) // 2, right + arrow, (y1 + y2 + arrow) // 2),
        "down",
        colour,
        is_solid=theme.is_bevelled,
    )
    shown = theme.body.fitted(value or pen.kit.phrases.label(pen.rng), right - x1 - theme.px(8))
    ink = pen.text(x1 + theme.px(6), (y1 + y2 - theme.body.line_px) // 2, shown, theme.body, colour)
    pen.enter(ElementKind.FIELD, box, name=name, text=shown, label=label, ink=ink)


def number_field(pen: Pen, box: PixelBox, *, name: str, label: str = "") -> None:
    """A field for a number with arrows or plus and minus at its end."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    plate(pen, box, theme.surface, is_sunken=True)
    shown = str(pen.rng.choice((0, 1, 5, 10, pen.rng.randint(2, 999))))
    ink = pen.text(x1 + theme.px(6), (y1 + y2 - theme.body.line_px) // 2, shown, theme.body, theme.text)
    side = min(theme.px(18), (x2 - x1) // 4)
    colour = readable_on(theme.surface, theme.muted, 2.5)
    if pen.chance(0.5):
        middle = (y1 + y2) // 2
        sign(pen, (x2 - side, y1 + 1, x2 - 2, middle), "up", colour, is_solid=theme.is_bevelled)
        sign(pen, (x2 - side, middle, x2 - 2, y2 - 1), "down", colour, is_solid=theme.is_bevelled)
    else:
        inset = (y2 - y1) // 4
        sign(pen, (x2 - 2 * side, y1 + inset, x2 - side, y2 - inset), "line", colour)
        sign(pen, (x2 - side, y1 + inset, x2 - 2, y2 - inset), "plus", colour)
    pen.enter(ElementKind.FIELD, box, name=name, text=shown, label=label, ink=ink)


def search_field(pen: Pen, box: PixelBox) -> None:
    """A field with a placeholder that says what it is for, and a magnifier if the pack has one."""
    theme = pen.theme
    icon = pen.icon_for(Command(name="", icons=("search", "magnifying glass", "system search", "edit find", "magnify")))
    name = pen.rng.choice(("Search", "Find", "Search…", f"Search {pen.kit.phrases.label(pen.rng).lower()}", "Filter"))
    if not pen.kit.phrases.is_allowed(name) or (icon and not pen.kit.phrases.is_icon_allowed(icon.names)):
        name, icon = pen.kit.phrases.label(pen.rng), None
    plate(pen, box, theme.surface, is_sunken=True)
    x1, y1, x2, y2 = box
    x = x1 + theme.px(6)
    colour = readable_on(theme.surface, mix(theme.text, theme.surface, 0.4), 2.0)
    side = min(theme.icon, y2 - y1 - 2)
    if icon:
        pen.icon(x, (y1 + y2 - side) // 2, side, icon, colour, theme.surface)
        x += side + theme.px(5)
    shown = theme.body.fitted(name, x2 - x - theme.px(4))
    ink = pen.text(x, (y1 + y2 - theme.body.line_px) // 2, shown, theme.body, colour)
    pen.enter(ElementKind.FIELD, box, name=name, text=shown, icon=icon, ink=ink)

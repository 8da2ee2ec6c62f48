"""Buttons with text, with icons, with both; links."""

from enum import StrEnum

from model.data.boxes import PixelBox
from model.data.drawing.colours import BLACK, WHITE, Colour, mix, readable_on
from model.data.drawing.icons.bank import BankIcon
from model.data.drawing.pen import Pen
from model.data.drawing.phrases import Command
from model.data.drawing.widgets.marks import mark
from model.grounder import ElementKind


class Emphasis(StrEnum):
    """How much a button wants to be pressed."""

    NORMAL = "normal"
    PRIMARY = "primary"
    FLAT = "flat"
    DISABLED = "disabled"


def plate(pen: Pen, box: PixelBox, colour: Colour, *, is_sunken: bool = False) -> None:
    """The body of a raised or sunken control in the theme's shape."""
    theme, canvas = pen.theme, pen.canvas
    if theme.is_bevelled:
        light, dark = mix(colour, WHITE, 0.6), mix(colour, BLACK, 0.45)
        x1, y1, x2, y2 = box
        canvas.fill(box, light if is_sunken else dark)
        canvas.fill((x1, y1, x2 - 1, y2 - 1), dark if is_sunken else light)
        canvas.fill((x1 + 1, y1 + 1, x2 - 1, y2 - 1), colour)
    elif theme.edge_px:
        canvas.frame(box, theme.edge, colour, radius=theme.radius, width_px=theme.edge_px)
    else:
        canvas.fill(box, colour, radius=theme.radius)


def button_width(pen: Pen, command: Command, *, has_icon: bool = False) -> int:
    """How wide a button has to be for its name."""
    theme = pen.theme
    width = theme.body.width_px(_written(pen, command.name)) + 2 * theme.padding
    return width + (theme.icon + theme.px(6) if has_icon else 0)


def button(
    pen: Pen, box: PixelBox, command: Command, *, emphasis: Emphasis = Emphasis.NORMAL, icon: BankIcon | None = None
) -> None:
    """A button with a text, and an icon before it."""
    theme = pen.theme
    ground = {Emphasis.PRIMARY: theme.accent, Emphasis.FLAT: theme.ground}.get(emphasis, theme.raised)
    if emphasis is not Emphasis.FLAT:
        plate(pen, box, ground)
    wished = {Emphasis.PRIMARY: theme.on_accent, Emphasis.DISABLED: theme.disabled}.get(emphasis, theme.text)
    least = 1.5 if emphasis is Emphasis.DISABLED else 3.0
    colour = readable_on(ground, wished, least)
    x1, y1, x2, y2 = box
    text = _written(pen, command.name)
    icon_px = theme.icon + theme.px(6) if icon else 0
    room = x2 - x1 - 2 * min(theme.padding, theme.px(8)) - icon_px
    shown = theme.body.fitted(text, room)
    x = x1 + (x2 - x1 - theme.body.width_px(shown) - icon_px) // 2
    if icon:
        opacity = 0.5 if emphasis is Emphasis.DISABLED else 1.0
        pen.icon(x, (y1 + y2 - theme.icon) // 2, theme.icon, icon, colour, ground, opacity=opacity)
    ink = pen.text(x + icon_px, (y1 + y2 - theme.body.line_px) // 2, shown, theme.body, colour)
    pen.enter(ElementKind.BUTTON, box, name=command.name, text=shown, icon=icon, ink=ink)


def tool_button(
    pen: Pen, box: PixelBox, icon: BankIcon, name: str, ground: Colour, *, text: str = "", is_beside: bool = False
) -> None:
    """A button of a toolbar: an icon, with its name beneath or beside it if ``text`` is given.

    Looks are drawn here: most are bare, some have a plate, some are pressed, some disabled.
    """
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    look = rng.random()
    under = ground
    if look < 0.06:
        under = mix(ground, theme.text, 0.15)
        pen.canvas.fill(box, under, radius=theme.radius)
    elif look < 0.12 and theme.edge_px:
        plate(pen, box, under := theme.raised)
    opacity = rng.uniform(0.4, 0.6) if rng.random() < 0.08 else 1.0
    wished = theme.accent if rng.random() < 0.1 else theme.text
    colour = readable_on(under, wished, 3.0)
    side = min(theme.tool, x2 - x1, y2 - y1)
    x, y = x1 + (x2 - x1 - side) // 2, y1 + (y2 - y1 - side) // 2
    shown, ink = "", None
    if text and is_beside:
        x = x1 + theme.px(4)
        shown = theme.body.fitted(text, x2 - x - side - theme.px(6))
        ink = pen.text(
            x + side + theme.px(4), (y1 + y2 - theme.body.line_px) // 2, shown, theme.body, colour, opacity=opacity
        )
    elif text:
        y = y1 + theme.px(3)
        shown = theme.small.fitted(text, x2 - x1)
        at = x1 + (x2 - x1 - theme.small.width_px(shown)) // 2
        ink = pen.text(at, y + side + theme.px(1), shown, theme.small, colour, opacity=opacity)
    pen.icon(x, y, side, icon, colour, under, opacity=opacity)
    if shown:
        pen.enter(ElementKind.BUTTON, box, name=name, text=shown, icon=icon, ink=ink)
    else:
        pen.enter(ElementKind.ICON, box, name=name, icon=icon)


def link(pen: Pen, x: int, y: int, text: str, *, width_px: int, ground: Colour) -> int:
    """A link; returns its width."""
    theme = pen.theme
    colour = readable_on(ground, pen.rng.choice((theme.accent, (20, 80, 210), (110, 170, 255))), 3.0)
    box = pen.label(x, y, text, theme.body, colour, width_px=width_px, kind=ElementKind.LINK)
    if box is None:
        return min(width_px, theme.body.width_px(text))
    if pen.chance(0.5):
        base = min(box[3], y + theme.body.line_px - theme.px(2)) + 1
        pen.canvas.fill((box[0], base, box[2], base + theme.px(0.8)), colour)
    return box[2] - x


def sign(pen: Pen, box: PixelBox, name: str, colour: Colour, *, is_solid: bool = False) -> None:
    """A little sign in the middle of a box."""
    x1, y1, x2, y2 = box
    side = min(x2 - x1, y2 - y1)
    if side > 2:
        pen.canvas.blend((x1 + x2 - side) // 2, (y1 + y2 - side) // 2, mark(name, side, is_solid=is_solid), colour)


def _written(pen: Pen, name: str) -> str:
    return name.upper() if pen.theme.is_upper else name

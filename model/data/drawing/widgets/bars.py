"""Bars along the edges of a window: title, menus, tools, tabs, status."""

from typing import Final

from model.data.boxes import PixelBox
from model.data.drawing.canvas import disc
from model.data.drawing.colours import Colour, mix, readable_on
from model.data.drawing.icons.bank import BankIcon
from model.data.drawing.pen import Pen
from model.data.drawing.phrases import Command
from model.data.drawing.widgets.buttons import sign, tool_button
from model.data.drawing.widgets.fields import dropdown, search_field
from model.grounder import ElementKind

_MENUS: Final = """
File Edit View Insert Format Tools Window Help Search Go Bookmarks History Options Settings Actions Tabs Document Game
Image Layer Record Project Build Debug Message Contacts Tracks Playback Session Data Table Arrange
"""
_CONTROLS: Final = (("Minimize", "line"), ("Maximize", "square"), ("Close", "cross"))
_LIGHTS: Final[tuple[tuple[str, Colour], ...]] = (
    ("Close", (255, 95, 87)),
    ("Minimize", (254, 188, 46)),
    ("Maximize", (40, 200, 64)),
)


def title_bar(pen: Pen, box: PixelBox, title: str, *, is_dialog: bool) -> None:
    """A window's title and its buttons."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    pen.canvas.fill(box, theme.bar)
    has_lights = pen.chance(0.15)
    left, right = (
        (_lights(pen, box), x2) if has_lights else (x1 + theme.px(8), _controls(pen, box, is_dialog=is_dialog))
    )
    style = pen.rng.choice((theme.body, theme.strong))
    shown = style.fitted(title, right - left - theme.px(8))
    width = style.width_px(shown)
    x = max(left, min((x1 + x2 - width) // 2, right - width)) if has_lights or pen.chance(0.6) else left
    pen.label(x, (y1 + y2 - style.line_px) // 2, title, style, theme.on_bar, width_px=right - left - theme.px(8))


def _controls(pen: Pen, box: PixelBox, *, is_dialog: bool) -> int:
    theme = pen.theme
    _, y1, x2, y2 = box
    side = min(y2 - y1, theme.px(pen.rng.choice((20, 24, 28, 36))))
    glyph = max(8, min(side - 4, theme.px(pen.rng.choice((10, 12, 14)))))
    has_plate = pen.chance(0.2)
    for name, shape in reversed(_CONTROLS[-1:] if is_dialog and pen.chance(0.8) else _CONTROLS):
        if not pen.kit.phrases.is_allowed(name):
            continue
        x2 -= side
        middle = (y1 + y2) // 2
        if has_plate:
            plate = (x2 + 2, middle - side // 2 + 2, x2 + side - 2, middle + side // 2 - 2)
            pen.canvas.fill(plate, mix(theme.bar, theme.on_bar, 0.15), radius=side if theme.radius else 0)
        at = (x2 + (side - glyph) // 2, middle - glyph // 2)
        sign(pen, (*at, at[0] + glyph, at[1] + glyph), shape, theme.on_bar)
        _enter_control(pen, (x2, middle - side // 2, x2 + side, middle - side // 2 + side), name)
    return x2


def _lights(pen: Pen, box: PixelBox) -> int:
    theme = pen.theme
    x, y1, _, y2 = box
    side = theme.px(12)
    x += theme.px(8)
    for name, colour in _LIGHTS:
        if pen.kit.phrases.is_allowed(name):
            pen.canvas.blend(x, (y1 + y2 - side) // 2, disc(side), colour)
            _enter_control(pen, (x, (y1 + y2 - side) // 2, x + side, (y1 + y2 - side) // 2 + side), name)
        x += side + theme.px(8)
    return x


def _enter_control(pen: Pen, box: PixelBox, name: str) -> None:
    icon = BankIcon(pack="", row=0, names=(f"window {name.lower()}",), is_mono=True, is_held_out=False)
    pen.enter(ElementKind.ICON, box, name=name, icon=icon)


def menu_bar(pen: Pen, box: PixelBox) -> tuple[tuple[str, PixelBox], ...]:
    """Menus side by side; returns their names and boxes, of which one may be opened."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    pen.canvas.fill(box, theme.ground)
    names = [name for name in _MENUS.split() if pen.kit.phrases.is_allowed(name)]
    chosen = names[: pen.rng.randint(2, 5)] + pen.rng.sample(names[5:], k=min(len(names[5:]), pen.rng.randint(0, 4)))
    padding = theme.px(pen.rng.choice((4, 6, 8, 10)))
    menus: list[tuple[str, PixelBox]] = []
    for name in chosen:
        width = theme.body.width_px(name) + 2 * padding
        if x1 + width > x2:
            break
        menu = (x1, y1, x1 + width, y2)
        ink = pen.text(x1 + padding, (y1 + y2 - theme.body.line_px) // 2, name, theme.body, theme.text)
        pen.enter(ElementKind.MENU, menu, name=name, text=name, ink=ink)
        menus.append((name, menu))
        x1 += width
    return tuple(menus)


def tool_bar(pen: Pen, box: PixelBox, ground: Colour, *, is_named: bool) -> None:
    """Icons side by side (or beneath each other), in groups, with or without names."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    pen.canvas.fill(box, ground)
    is_upright = y2 - y1 > 2 * (x2 - x1)
    is_beside = is_named and pen.chance(0.4)
    space = rng.choice((0, theme.px(2), theme.px(4), theme.px(8)))
    thick = x2 - x1 if is_upright else y2 - y1
    at, end = (y1, y2) if is_upright else (x1, x2)
    at += theme.px(3)
    is_line = True
    while at < end - thick:
        if not is_line and (is_line := pen.chance(0.12)):
            line = (
                (x1 + thick // 4, at + 2, x2 - thick // 4, at + 3)
                if is_upright
                else (at + 2, y1 + thick // 4, at + 3, y2 - thick // 4)
            )
            pen.canvas.fill(line, theme.edge)
            at += theme.px(6)
            continue
        is_line = False
        if not is_upright and pen.chance(0.03):
            width = theme.px(rng.randint(50, 130))
            inset = max(1, (thick - theme.control) // 2)
            if at + width < end:
                dropdown(pen, (at, y1 + inset, at + width, y2 - inset), name="")
            at += width + theme.px(4)
            continue
        command, icon = some_tool(pen)
        if icon is None:
            continue
        text = command.name if is_named and not is_upright else ""
        long = thick
        if is_beside and text:
            long = theme.tool + theme.body.width_px(text) + theme.px(14)
        elif text:
            long = max(thick, min(theme.px(96), theme.small.width_px(text) + theme.px(6)))
        if at + long > end:
            break
        tool = (x1, at, x2, at + long) if is_upright else (at, y1, at + long, y2)
        if pen.canvas.shows(tool):
            tool_button(pen, tool, icon, command.name, ground, text=text, is_beside=is_beside)
        at += long + space
        if pen.chance(0.04):
            break
    if not is_upright and end - at > theme.px(140) and pen.chance(0.4):
        inset = max(1, (thick - theme.control) // 2)
        search_field(pen, (end - theme.px(rng.randint(100, 135)), y1 + inset, end - theme.px(4), y2 - inset))


def some_tool(pen: Pen) -> tuple[Command, BankIcon | None]:
    """Something to do that has an icon: known to the lexicon, or called as its icon is."""
    command = pen.kit.phrases.command(pen.rng)
    icon = pen.icon_for(command) if command.icons else None
    if icon is None or not pen.kit.phrases.is_icon_allowed(icon.names):
        icon = pen.some_icon()
        name = icon.names[0].capitalize() if icon else ""
        command = Command(name=name)
    return command, icon


def tab_bar(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Tabs of which one is chosen."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    pen.canvas.fill(box, ground)
    is_framed = pen.chance(0.6)
    can_close = pen.chance(0.3) and pen.kit.phrases.is_allowed("Close")
    chosen = rng.randrange(4)
    pen.canvas.fill((x1, y2 - 1, x2, y2), theme.edge)
    x = x1 + theme.px(rng.choice((0, 4, 10)))
    for index in range(rng.randint(2, 7)):
        name = pen.kit.phrases.label(rng)
        icon = pen.some_icon() if pen.chance(0.15) else None
        extra = (theme.icon + theme.px(4) if icon else 0) + (theme.px(18) if can_close else 0)
        width = min(theme.body.width_px(name), theme.px(160)) + 2 * theme.padding + extra
        if x + width > x2:
            break
        tab = (x, y1, x + width, y2)
        is_chosen = index == chosen
        under = theme.surface if is_chosen and is_framed else ground
        if is_framed:
            pen.canvas.frame(
                (x, y1 + (0 if is_chosen else theme.px(2)), x + width, y2 + theme.radius),
                theme.edge,
                under,
                radius=theme.radius,
            )
        if is_chosen and pen.chance(0.7):
            pen.canvas.fill((x, y2 - theme.px(2), x + width, y2), theme.accent)
        colour = readable_on(under, theme.text if is_chosen else theme.muted, 3.0)
        text_x = x + theme.padding
        if icon:
            pen.icon(text_x, (y1 + y2 - theme.icon) // 2, theme.icon, icon, colour, under)
            text_x += theme.icon + theme.px(4)
        right = x + width - theme.padding // 2 - (theme.px(18) if can_close else 0)
        shown = theme.body.fitted(name, right - text_x)
        ink = pen.text(text_x, (y1 + y2 - theme.body.line_px) // 2, shown, theme.body, colour)
        pen.enter(ElementKind.TAB, tab, name=name, text=shown, icon=icon, ink=ink)
        if can_close:
            side = theme.px(12)
            at = (x + width - side - theme.px(6), (y1 + y2 - side) // 2)
            sign(pen, (*at, at[0] + side, at[1] + side), "cross", colour)
        x += width + (0 if is_framed else theme.px(4))


def status_bar(pen: Pen, box: PixelBox) -> None:
    """Remarks at the foot of a window."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    pen.canvas.fill(box, theme.ground)
    pen.canvas.fill((x1, y1, x2, y1 + 1), theme.edge)
    colour = readable_on(theme.ground, theme.muted, 3.0)
    x = x1 + theme.px(6)
    while x < x2 - theme.px(40):
        text = pen.kit.phrases.status(pen.rng)
        pen.label(x, (y1 + y2 - theme.small.line_px) // 2, text, theme.small, colour, width_px=x2 - x - theme.px(4))
        x += theme.small.width_px(text) + theme.px(pen.rng.randint(16, 160))

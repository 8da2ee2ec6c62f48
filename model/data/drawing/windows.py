"""Windows, dialogs and open menus: frames, bars, and contents inside."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from model.data.boxes import PixelBox
from model.data.drawing.colours import BLACK, Colour, mix, readable_on
from model.data.drawing.contents.forms import button_pad, form, settings
from model.data.drawing.contents.lists import listing, table, tree
from model.data.drawing.contents.pages import cards, conversation, editor, icon_grid, picture, prose, web_page
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.bars import menu_bar, some_tool, status_bar, tab_bar, title_bar, tool_bar
from model.data.drawing.widgets.buttons import Emphasis, button, button_width, sign
from model.data.drawing.widgets.toggles import toggle_side
from model.grounder import ElementKind

Content = Callable[[Pen, PixelBox, Colour], None]

_CONTENTS: Final[tuple[tuple[Content, float], ...]] = (
    (form, 0.2),
    (settings, 0.12),
    (listing, 0.08),
    (table, 0.12),
    (tree, 0.05),
    (cards, 0.08),
    (conversation, 0.07),
    (icon_grid, 0.09),
    (prose, 0.06),
    (editor, 0.03),
    (web_page, 0.08),
    (button_pad, 0.05),
    (picture, 0.01),
)
_SHADOW_STEPS = 6


def window(pen: Pen, box: PixelBox) -> None:
    """A program's window with some of: title, menus, tools, tabs, sidebar, contents, status; a menu may be open."""
    theme = pen.theme
    x1, y1, x2, y2 = open_frame(pen, box)
    menus: tuple[tuple[str, PixelBox], ...] = ()
    if pen.chance(0.85):
        height = max(theme.body.line_px + theme.px(4), theme.px(pen.rng.choice((22, 26, 30, 36, 42))))
        title_bar(pen, (x1, y1, x2, y1 + height), pen.window, is_dialog=False)
        y1 += height
    if pen.chance(0.6):
        height = theme.body.line_px + theme.px(pen.rng.choice((2, 4, 8)))
        menus = menu_bar(pen, (x1, y1, x2, y1 + height))
        y1 += height
    for _ in range(pen.rng.choice((0, 1, 1, 1, 2, 3))):
        is_named = pen.chance(0.3)
        height = theme.tool + theme.px(pen.rng.randint(6, 16)) + (theme.small.line_px if is_named else 0)
        tool_bar(pen, (x1, y1, x2, y1 + height), theme.ground, is_named=is_named)
        y1 += height
    if pen.chance(0.3):
        height = theme.body.line_px + theme.px(pen.rng.choice((6, 10, 16)))
        tab_bar(pen, (x1, y1, x2, y1 + height), mix(theme.ground, theme.text, 0.06))
        y1 += height
    if pen.chance(0.5):
        height = theme.small.line_px + theme.px(6)
        y2 -= height
        status_bar(pen, (x1, y2, x2, y2 + height))
    if pen.chance(0.15):
        width = theme.tool + theme.px(pen.rng.randint(8, 20))
        tool_bar(pen, (x1, y1, x1 + width, y2), theme.ground, is_named=False)
        x1 += width
    _panes(pen, (x1, y1, x2, y2))
    if menus and pen.chance(0.25):
        _, menu = pen.rng.choice(menus)
        pen.canvas.fill(menu, theme.accent, opacity=0.25)
        open_menu(pen, menu[0], menu[3])


def dialog(pen: Pen, box: PixelBox) -> None:
    """A small window with a question or a form, and its buttons at the foot."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = open_frame(pen, box)
    if pen.chance(0.85):
        height = theme.body.line_px + theme.px(rng.choice((6, 10, 18)))
        title_bar(pen, (x1, y1, x2, y1 + height), pen.window, is_dialog=True)
        y1 += height
    foot = y2 - theme.control - 2 * theme.gap
    right = x2 - theme.gap - theme.px(4)
    emphasis = rng.choice((Emphasis.PRIMARY, Emphasis.NORMAL))
    for _ in range(rng.randint(1, 3)):
        command = pen.kit.phrases.command(rng)
        name = rng.choice(("OK", "Cancel", "Apply", "Yes", "No", "Close", command.name))
        command = (
            command
            if name == command.name or not pen.kit.phrases.is_allowed(name)
            else replace(command, name=name, icons=())
        )
        width = max(theme.px(60), button_width(pen, command))
        if right - width < x1:
            break
        button(
            pen, (right - width, foot + theme.gap, right, foot + theme.gap + theme.control), command, emphasis=emphasis
        )
        right -= width + theme.gap
        emphasis = Emphasis.NORMAL
    with pen.canvas.clipped((x1, y1, x2, foot)):
        rng.choice((form, form, form, prose, settings, listing, table))(pen, (x1, y1, x2, foot), theme.ground)


def open_frame(pen: Pen, box: PixelBox) -> PixelBox:
    """A shadow, an edge and the ground of a new window; returns what is inside."""
    theme, canvas = pen.theme, pen.canvas
    if pen.chance(0.7):
        reach = theme.px(pen.rng.choice((4, 8, 14)))
        x1, y1, x2, y2 = box
        for step in range(_SHADOW_STEPS):
            grow = max(1, round(reach * (1 - step / _SHADOW_STEPS)))
            for side in (
                (x1 - grow, y2, x2 + grow, y2 + grow),
                (x1 - grow, y1, x1, y2),
                (x2, y1, x2 + grow, y2),
                (x1 - grow, y1 - grow // 2, x2 + grow, y1),
            ):
                canvas.fill(side, BLACK, opacity=0.06)
    canvas.open_level(box)
    canvas.frame(box, theme.edge, theme.ground, width_px=theme.px(1))
    edge = theme.px(1)
    return box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge


def open_menu(pen: Pen, x: int, y: int) -> None:
    """The list of an open menu, or a context menu: commands with icons, keys, ticks, lines between, arrows."""
    theme, rng, canvas = pen.theme, pen.rng, pen.canvas
    row = theme.body.line_px + theme.px(rng.choice((2, 4, 8, 12)))
    commands = [pen.kit.phrases.command(rng) for _ in range(rng.randint(3, 14))]
    has_icons, has_keys = pen.chance(0.5), pen.chance(0.6)
    lead = theme.icon + theme.px(10) if has_icons or pen.chance(0.4) else theme.px(10)
    names_px = max(theme.body.width_px(command.name) for command in commands)
    tail = theme.body.width_px("Shift+Ctrl+W") + theme.px(20) if has_keys else theme.px(24)
    ground = rng.choice((theme.surface, theme.ground, theme.raised))
    box = (x, y, x + lead + names_px + tail, y + row * len(commands) + 2 * theme.px(3))
    open_frame(pen, box)
    canvas.fill((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), ground)
    chosen = rng.randint(-4, len(commands))
    top = y + theme.px(3)
    for index, command in enumerate(commands):
        line = (box[0] + 1, top, box[2] - 1, top + row)
        if pen.chance(0.14) and 0 < index < len(commands) - 1:
            canvas.fill((line[0] + theme.px(4), top, line[2] - theme.px(4), top + 1), theme.edge)
        under = ground
        if index == chosen:
            canvas.fill(line, under := theme.accent, radius=theme.radius)
        is_off = pen.chance(0.1)
        colour = (
            theme.disabled if is_off else readable_on(under, theme.on_accent if under == theme.accent else theme.text)
        )
        ink = _menu_row(pen, line, command.name, colour, lead=lead, has_keys=has_keys)
        icon = pen.icon_for(command) if command.icons else pen.some_icon() if pen.chance(0.2) else None
        icon = icon if has_icons and icon and pen.kit.phrases.is_icon_allowed(icon.names) else None
        if icon:
            pen.icon(x + theme.px(5), top + (row - theme.icon) // 2, theme.icon, icon, colour, under)
        pen.enter(ElementKind.MENU, line, name=command.name, text=command.name, icon=icon, ink=ink)
        top += row


def _menu_row(pen: Pen, line: PixelBox, name: str, colour: Colour, *, lead: int, has_keys: bool) -> PixelBox | None:
    """Draw what a row of a menu holds; returns the box of its name."""
    theme = pen.theme
    x1, y1, x2, y2 = line
    y = (y1 + y2 - theme.body.line_px) // 2
    ink = pen.text(x1 + lead, y, name, theme.body, colour)
    if has_keys and pen.chance(0.6):
        key = pen.rng.choice(("Ctrl+", "Alt+", "Shift+Ctrl+", "F")) + pen.rng.choice("123456789ABCDEFGHKNOPSTVWXZ")
        pen.text(x2 - theme.px(8) - theme.body.width_px(key), y, key, theme.body, mix(colour, theme.surface, 0.35))
    elif pen.chance(0.12):
        side = theme.px(12)
        sign(pen, (x2 - side - theme.px(4), y1, x2 - theme.px(4), y2), "right", colour, is_solid=theme.is_bevelled)
    elif lead > toggle_side(pen) and pen.chance(0.05):
        sign(pen, (x1 + 2, y1 + 2, x1 + lead - 2, y2 - 2), "tick", colour)
    return ink


def _panes(pen: Pen, box: PixelBox) -> None:
    """One content, or a sidebar and a content, or two."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    if x2 - x1 < theme.px(40) or y2 - y1 < theme.px(20):
        return
    if x2 - x1 > theme.px(360) and pen.chance(0.45):
        split = x1 + round((x2 - x1) * pen.rng.uniform(0.18, 0.4))
        under = pen.rng.choice((theme.ground, theme.surface, mix(theme.ground, theme.text, 0.05)))
        _content(pen, (x1, y1, split, y2), under, pen.rng.choice((listing, listing, tree, form)))
        pen.canvas.fill((split, y1, split + theme.px(1), y2), theme.edge)
        x1 = split + theme.px(1)
    content = pen.rng.choices([content for content, _ in _CONTENTS], weights=[weight for _, weight in _CONTENTS])[0]
    _content(pen, (x1, y1, x2, y2), pen.rng.choice((theme.ground, theme.surface)), content)


def _content(pen: Pen, box: PixelBox, ground: Colour, content: Content) -> None:
    with pen.canvas.clipped(box):
        pen.canvas.fill(box, ground)
        content(pen, box, ground)
        if pen.chance(0.3):
            _scroll_bar(pen, box, ground)


def _scroll_bar(pen: Pen, box: PixelBox, ground: Colour) -> None:
    width = pen.theme.px(pen.rng.choice((5, 8, 12, 14)))
    x1, y1, x2, y2 = box[2] - width, box[1], box[2], box[3]
    pen.canvas.cover((x1, y1, x2, y2))
    pen.canvas.fill((x1, y1, x2, y2), mix(ground, pen.theme.text, 0.06))
    top = pen.rng.randint(y1, max(y1, y2 - 20))
    knob = (x1 + 1, top, x2 - 1, min(y2, top + pen.rng.randint(20, 200)))
    pen.canvas.fill(knob, mix(ground, pen.theme.text, 0.35), radius=width // 2 if pen.theme.radius else 0)


def panel(pen: Pen, box: PixelBox) -> None:
    """A desktop's bar: launchers, windows, tray icons, a clock."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    pen.canvas.open_level(box)
    ground = theme.bar
    pen.canvas.fill(box, ground)
    colour = readable_on(ground, theme.text, 3.5)
    time = f"{pen.rng.randint(0, 23):02}:{pen.rng.randint(0, 59):02}"
    right = x2 - theme.body.width_px(time) - theme.px(8)
    pen.label(right, (y1 + y2 - theme.body.line_px) // 2, time, theme.body, colour)
    side = min(theme.icon, y2 - y1 - 2)
    for _ in range(pen.rng.randint(2, 7)):
        right -= side + theme.px(8)
        command, icon = some_tool(pen)
        if icon and right > x1:
            place = (right - theme.px(2), y1 + 1, right + side + theme.px(2), y2 - 1)
            pen.icon(right, (y1 + y2 - side) // 2, side, icon, colour, ground)
            pen.enter(ElementKind.ICON, place, name=command.name, icon=icon)
    if right - x1 > theme.px(80):
        tool_bar(pen, (x1, y1, x1 + (right - x1) // 2, y2), ground, is_named=False)

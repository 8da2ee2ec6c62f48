"""Forms, settings and pads of buttons."""

from model.data.boxes import PixelBox
from model.data.drawing.colours import Colour, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.buttons import Emphasis, button, button_width, sign
from model.data.drawing.widgets.fields import dropdown, field, number_field
from model.data.drawing.widgets.toggles import checkbox, progress, radio, slider, switch, switch_width


def form(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Fields with labels to their left, above them or inside them; checkboxes, radio buttons, sliders between."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    place = rng.choices(("left", "above", "inside"), weights=(0.45, 0.4, 0.15))[0]
    width = min(x2 - x1 - 2 * theme.gap, theme.px(rng.choice((240, 320, 420, 600))))
    column = round(width * rng.uniform(0.25, 0.45)) if place == "left" else 0
    is_right = pen.chance(0.3)
    x, y = x1 + theme.gap + theme.px(4), y1 + theme.gap
    while y < y2:
        room = x + width
        row = rng.random()
        name = pen.kit.phrases.label(rng)
        if row < 0.5:
            y = _labelled(pen, (x, y, room, y2), name, ground, place=place, column=column, is_right=is_right)
        elif row < 0.68:
            checkbox(pen, (x + column, y, room, y + theme.control), name, ground, is_on=pen.chance(0.5))
            y += theme.control + theme.gap // 2
        elif row < 0.78:
            y = _choices(pen, (x + column, y, room, y2), ground)
        elif row < 0.84:
            pen.label(x, y, name, theme.strong, readable_on(ground, theme.text), width_px=width)
            y += theme.strong.line_px + theme.gap
        elif row < 0.9:
            y = _buttons(pen, (x + column, y, room, y2))
        elif row < 0.95:
            slider(pen, (x + column, y, room, y + theme.control), name=name)
            _beside(pen, (x, y), column, name, ground, is_right=is_right)
            y += theme.control + theme.gap
        else:
            progress(pen, (x, y, room, y + theme.px(rng.choice((4, 8, 16)))), name)
            y += theme.px(16) + theme.gap


def settings(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Rows with what can be set on the left, and a switch, a dropdown or an arrow on the right."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    has_icons, has_plates, has_hints = pen.chance(0.35), pen.chance(0.4), pen.chance(0.6)
    x1, x2 = x1 + theme.gap, x2 - theme.gap
    y = y1 + theme.gap
    while y < y2:
        height = theme.body.line_px + (theme.small.line_px if has_hints else 0) + 2 * theme.gap
        height = max(height, theme.control + theme.px(4))
        under = theme.raised if has_plates else ground
        if has_plates:
            pen.canvas.frame(
                (x1, y, x2, y + height), theme.edge, under, radius=theme.radius, width_px=max(1, theme.edge_px)
            )
        else:
            pen.canvas.fill((x1, y + height, x2, y + height + 1), theme.edge)
        x = x1 + theme.gap
        if has_icons and (icon := pen.some_icon()):
            pen.icon(x, y + (height - theme.tool) // 2, theme.tool, icon, readable_on(under, theme.text), under)
            x += theme.tool + theme.gap
        name = pen.kit.phrases.label(rng)
        right = _setting(pen, (x + (x2 - x) // 2, y, x2 - theme.gap, y + height), name, under)
        top = y + theme.gap if has_hints else y + (height - theme.body.line_px) // 2
        pen.label(x, top, name, theme.body, readable_on(under, theme.text), width_px=right - x - theme.gap)
        if has_hints:
            hint, muted = pen.kit.phrases.sentence(rng), readable_on(under, theme.muted, 2.5)
            pen.label(x, top + theme.body.line_px, hint, theme.small, muted, width_px=right - x - theme.gap)
        y += height + (theme.gap if has_plates else 0)


def button_pad(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """A grid of buttons as on a calculator or a remote control."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    width, height = theme.px(rng.randint(40, 110)), max(theme.control, theme.px(rng.randint(26, 56)))
    space = max(1, theme.gap // 2)
    numbers_only = pen.chance(0.4)
    for y in range(y1 + space, y2 - height, height + space):
        for x in range(x1 + space, x2 - width, width + space):
            plate = (x, y, x + width, y + height)
            if not pen.canvas.shows(plate):
                continue
            command = pen.kit.phrases.command(rng)
            if numbers_only:
                command = type(command)(name=rng.choice("0123456789+-×÷=().%"))
            elif button_width(pen, command) > width + 2 * theme.padding:
                continue
            icon = pen.icon_for(command) if pen.chance(0.3) else None
            if icon and theme.icon + theme.px(20) > width - theme.body.width_px(command.name):
                icon = None
            button(pen, plate, command, emphasis=_some_emphasis(pen), icon=icon)


def _labelled(pen: Pen, box: PixelBox, name: str, ground: Colour, *, place: str, column: int, is_right: bool) -> int:
    theme = pen.theme
    x1, y1, x2, _ = box
    label = name + ":" if place == "left" and pen.chance(0.5) else name
    if place == "above":
        pen.label(
            x1, y1, label, pen.rng.choice((theme.body, theme.small)), readable_on(ground, theme.text), width_px=x2 - x1
        )
        y1 += theme.body.line_px + theme.px(2)
    elif place == "left":
        _beside(pen, (x1, y1), column, label, ground, is_right=is_right)
        x1 += column
    rest = (x1, y1, x2, y1 + theme.control)
    shown = "" if place == "inside" else name
    sort = pen.rng.random()
    if place == "inside" or sort < 0.6:
        placeholder = name if place == "inside" else pen.kit.phrases.label(pen.rng) if pen.chance(0.15) else ""
        field(pen, rest, name=name, label=shown, placeholder=placeholder)
    elif sort < 0.85:
        dropdown(pen, rest, name=name, label=shown)
    else:
        number_field(pen, (x1, y1, min(x2, x1 + theme.px(120)), y1 + theme.control), name=name, label=shown)
    return y1 + theme.control + theme.gap


def _beside(pen: Pen, start: tuple[int, int], column: int, text: str, ground: Colour, *, is_right: bool) -> None:
    theme = pen.theme
    x, y = start
    if column:
        room = column - theme.px(8)
        left = x + max(0, room - theme.body.width_px(text)) if is_right else x
        top = y + (theme.control - theme.body.line_px) // 2
        pen.label(left, top, text, theme.body, readable_on(ground, theme.text), width_px=room)


def _choices(pen: Pen, box: PixelBox, ground: Colour) -> int:
    theme, rng = pen.theme, pen.rng
    x, y, x2, _ = box
    chosen, is_row = rng.randrange(3), pen.chance(0.3)
    for index in range(rng.randint(2, 4)):
        name = pen.kit.phrases.label(rng)
        needed = theme.body.width_px(name) + theme.body.line_px + theme.px(24)
        if is_row and x + needed > x2:
            break
        radio(pen, (x, y, x2, y + theme.control), name, ground, is_on=index == chosen)
        x, y = (x + needed, y) if is_row else (x, y + theme.control + theme.px(2))
    return y + theme.gap + (theme.control if is_row else 0)


def _buttons(pen: Pen, box: PixelBox) -> int:
    theme = pen.theme
    x, y, x2, _ = box
    for _ in range(pen.rng.randint(1, 3)):
        command = pen.kit.phrases.command(pen.rng)
        icon = pen.icon_for(command) if pen.chance(0.5) else None
        width = button_width(pen, command, has_icon=icon is not None)
        if x + width > x2:
            break
        button(pen, (x, y, x + width, y + theme.control), command, emphasis=_some_emphasis(pen), icon=icon)
        x += width + theme.gap
    return y + theme.control + theme.gap


def _setting(pen: Pen, box: PixelBox, name: str, ground: Colour) -> int:
    """The control at the end of a row; returns where it starts."""
    theme = pen.theme
    x1, y1, x2, y2 = box
    y = (y1 + y2 - theme.control) // 2
    sort = pen.rng.random()
    if sort < 0.45:
        left = x2 - switch_width(pen)
        switch(pen, left, y, name, ground, is_on=pen.chance(0.5))
    elif sort < 0.7:
        left = max(x1, x2 - theme.px(pen.rng.randint(90, 180)))
        dropdown(pen, (left, y, x2, y + theme.control), name=name, label=name)
    elif sort < 0.85:
        command = pen.kit.phrases.command(pen.rng)
        left = max(x1, x2 - button_width(pen, command))
        button(pen, (left, y, x2, y + theme.control), command)
    else:
        left = x2 - theme.px(14)
        sign(pen, (left, y, x2, y + theme.control), "right", readable_on(ground, theme.muted))
    return left


def _some_emphasis(pen: Pen) -> Emphasis:
    return pen.rng.choices(list(Emphasis), weights=(0.65, 0.15, 0.1, 0.1))[0]

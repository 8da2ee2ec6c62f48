"""Running text, code, cards, conversations, folders of icons, pictures."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray

from model.data.boxes import PixelBox
from model.data.drawing.canvas import disc
from model.data.drawing.colours import Colour, luminance, mix, random_colour, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.bars import some_tool
from model.data.drawing.widgets.buttons import Emphasis, button, button_width, link, tool_button
from model.grounder import ElementKind


def prose(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Headings, lines of text, links between."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    x, room = x1 + theme.gap + theme.px(6), x2 - x1 - 2 * theme.gap - theme.px(12)
    y = y1 + theme.gap
    while y < y2:
        kind = rng.random()
        if kind < 0.12:
            pen.label(x, y, pen.kit.phrases.label(rng), theme.heading, readable_on(ground, theme.text), width_px=room)
            y += theme.heading.line_px + theme.gap
        elif kind < 0.3:
            at = x
            for _ in range(rng.randint(1, 4)):
                text = pen.kit.phrases.label(rng)
                if at + theme.body.width_px(text) > x + room:
                    break
                at += link(pen, at, y, text, width_px=x + room - at, ground=ground) + theme.px(14)
            y += theme.body.line_px + theme.gap
        else:
            y = _paragraph(pen, (x, y, x + room, min(y2, y + 6 * theme.body.line_px)), ground)


def _paragraph(pen: Pen, box: PixelBox, ground: Colour) -> int:
    theme = pen.theme
    x, y, right, bottom = box
    room = right - x
    spacing = round(theme.body.line_px * pen.rng.uniform(1.0, 1.3))
    colour = readable_on(ground, theme.text)
    while y < bottom:
        line = pen.kit.phrases.sentence(pen.rng)
        while theme.body.width_px(line) < room * 0.7:
            line += " " + pen.kit.phrases.sentence(pen.rng)
        fitted = theme.body.fitted(line, room).removesuffix("…").rsplit(" ", maxsplit=1)[0]
        if fitted:
            pen.label(x, y, fitted, theme.body, colour)
        y += spacing
        if pen.chance(0.25):
            break
    return y + theme.gap


def editor(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Lines of code with colours and line numbers."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    style = theme.mono
    margin = style.width_px("0000") + theme.px(8) if pen.chance(0.7) else theme.px(4)
    tints = [readable_on(ground, random_colour(rng, saturation=(0.3, 0.9), value=(0.4, 1.0))) for _ in range(4)]
    indent = 0
    for number, y in enumerate(range(y1 + theme.px(3), y2 - style.line_px, style.line_px), start=rng.randint(1, 300)):
        if margin > theme.px(4):
            pen.text(x1 + theme.px(2), y, str(number), style, readable_on(ground, theme.muted, 2.0))
        indent = max(0, min(4, indent + rng.choice((-1, 0, 0, 0, 1))))
        if pen.chance(0.15):
            continue
        line = pen.kit.phrases.value(rng).replace(" ", rng.choice(("_", ".", " = ", "(")))
        x = x1 + margin + indent * style.width_px("    ")
        pen.label(x, y, line, style, rng.choice([readable_on(ground, theme.text), *tints]), width_px=x2 - x)


def cards(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """A grid of plates with a picture, a title, a text and something to press."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    width, height = theme.px(rng.randint(150, 280)), theme.px(rng.randint(120, 280))
    has_pictures, has_buttons = pen.chance(0.7), pen.chance(0.6)
    under = rng.choice((theme.surface, theme.raised))
    for y in range(y1 + theme.gap, y2, height + theme.gap):
        for x in range(x1 + theme.gap, x2 - width, width + theme.gap):
            card = (x, y, x + width, y + height)
            if not pen.canvas.shows(card):
                continue
            pen.canvas.frame(card, theme.edge, under, radius=theme.radius, width_px=max(1, theme.edge_px))
            with pen.canvas.clipped(card):
                _card(pen, card, under, has_picture=has_pictures, has_button=has_buttons)


def _card(pen: Pen, box: PixelBox, ground: Colour, *, has_picture: bool, has_button: bool) -> None:
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    if has_picture:
        split = y1 + round((y2 - y1) * 0.45)
        picture(pen, (x1 + 1, y1 + 1, x2 - 1, split), ground)
        y1 = split
    x, y, room = x1 + theme.px(8), y1 + theme.px(8), x2 - x1 - theme.px(16)
    pen.label(x, y, pen.kit.phrases.label(rng), theme.strong, readable_on(ground, theme.text), width_px=room)
    y += theme.strong.line_px + theme.px(4)
    foot = y2 - theme.control - theme.px(6)
    while y + theme.small.line_px < foot and pen.chance(0.75):
        pen.label(x, y, pen.kit.phrases.sentence(rng), theme.small, readable_on(ground, theme.muted), width_px=room)
        y += theme.small.line_px
    if not has_button or y > foot:
        return
    command = pen.kit.phrases.command(rng)
    if pen.chance(0.3):
        link(pen, x, foot, command.name, width_px=room, ground=ground)
    else:
        width = min(room, button_width(pen, command))
        button(
            pen,
            (x, foot, x + width, foot + theme.control),
            command,
            emphasis=rng.choice((Emphasis.PRIMARY, Emphasis.NORMAL)),
        )
        right = x2 - theme.control - theme.px(6)
        tool, icon = some_tool(pen)
        if icon and right > x + width:
            tool_button(pen, (right, foot, right + theme.control, foot + theme.control), icon, tool.name, ground)


def conversation(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Messages with a portrait, a sender, a time and a text; in bubbles or plain."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    face, has_bubbles = theme.px(rng.choice((24, 32, 40))), pen.chance(0.4)
    y = y1 + theme.gap
    while y < y2:
        x, own = x1 + theme.gap, has_bubbles and pen.chance(0.4)
        text = pen.kit.phrases.sentence(rng)
        room = x2 - x - face - 2 * theme.gap
        if has_bubbles:
            width = min(room, theme.body.width_px(text)) + 2 * theme.px(8)
            left = x2 - width - theme.gap if own else x + face + theme.px(6)
            under = theme.accent if own else theme.raised
            height = theme.body.line_px + theme.px(12)
            pen.canvas.fill((left, y, left + width, y + height), under, radius=theme.px(10))
            pen.label(
                left + theme.px(8),
                y + theme.px(6),
                text,
                theme.body,
                readable_on(under, theme.text),
                width_px=width - theme.px(14),
            )
            y += height + theme.gap
            continue
        tint = random_colour(rng, saturation=(0.3, 0.8), value=(0.4, 0.9))
        pen.canvas.blend(x, y, disc(face), tint)
        left = x + face + theme.px(8)
        sender = pen.kit.phrases.words(rng, rng.choice((1, 2)))
        pen.text(
            x + (face - theme.body.width_px(sender[0])) // 2,
            y + (face - theme.body.line_px) // 2,
            sender[0],
            theme.body,
            readable_on(tint, (255, 255, 255)),
        )
        time = f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}"
        pen.label(left, y, sender, theme.strong, readable_on(ground, theme.text), width_px=room // 2)
        pen.label(x2 - theme.gap - theme.small.width_px(time), y, time, theme.small, readable_on(ground, theme.muted))
        pen.label(left, y + theme.strong.line_px, text, theme.body, readable_on(ground, theme.muted), width_px=room)
        y += max(face, theme.strong.line_px + theme.body.line_px) + theme.gap


def icon_grid(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Large icons with names beneath, as in a folder or a launcher."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    side = rng.choice((32, 40, 48, 48)) if theme.scale < 1.5 else 48
    cell, height = side + theme.px(rng.randint(24, 60)), side + theme.small.line_px + theme.px(rng.randint(14, 36))
    is_folder = pen.chance(0.5)
    shared = pen.some_icon()
    colour = readable_on(ground, theme.text)
    for y in range(y1 + theme.px(6), y2 - height // 2, height):
        for x in range(x1 + theme.px(4), x2 - cell, cell):
            place = (x, y, x + cell, y + height)
            if not pen.canvas.shows(place):
                continue
            icon = shared if is_folder and pen.chance(0.7) else pen.some_icon()
            if icon is None:
                continue
            is_named_so = not is_folder and pen.chance(0.7)
            name = icon.names[0].capitalize() if is_named_so else pen.kit.phrases.file_name(rng)
            pen.icon(x + (cell - side) // 2, y, side, icon, colour, ground)
            shown = theme.small.fitted(name, cell - theme.px(4))
            left = x + (cell - theme.small.width_px(shown)) // 2
            written = pen.text(left, y + side + theme.px(3), shown, theme.small, colour)
            icon_left, icon_right = x + (cell - side) // 2, x + (cell + side) // 2
            outer = (icon_left, y, icon_right, y + side)
            if written:
                outer = (min(icon_left, written[0]), y, max(icon_right, written[2]), written[3])
            pen.enter(ElementKind.ICON, outer, name=name, text=shown, icon=icon, ink=written)


def picture(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """Something like a photograph: it means nothing and is nobody's target."""
    x1, y1, x2, y2 = box
    if x2 - x1 > 2 and y2 - y1 > 2 and pen.canvas.shows(box):
        with pen.canvas.clipped(box):
            pen.canvas.paste(x1, y1, photograph(pen.rng, x2 - x1, y2 - y1))


def photograph(rng: random.Random, width_px: int, height_px: int) -> NDArray[np.uint8]:
    """Smooth blots of a few colours, grained or not, [height, width, 3] uint8: like a photograph of nothing."""
    noise = np.random.default_rng(rng.getrandbits(32))
    rough = rng.choice((2, 3, 5, 9))
    blots = noise.integers(0, 256, (rough, rough + 1, 3), np.uint8)
    tint = random_colour(rng, saturation=(0.1, 0.7), value=(0.2, 0.95))
    blots = ((blots.astype(np.uint16) + np.array(tint, np.uint16) * 2) // 3).astype(np.uint8)
    smooth = np.asarray(cv2.resize(blots, (width_px, height_px), interpolation=cv2.INTER_CUBIC))
    grain = rng.choice((0, 0, 6, 14))
    if grain:
        small = noise.integers(-grain, grain + 1, (min(128, height_px), min(128, width_px), 1), np.int16)
        tiles = (-(-height_px // small.shape[0]), -(-width_px // small.shape[1]), 1)
        grained = np.tile(small, tiles)[:height_px, :width_px]
        smooth = np.clip(smooth.astype(np.int16) + grained, 0, 255)
    return smooth.astype(np.uint8)


def web_page(pen: Pen, box: PixelBox, ground: Colour) -> None:
    """A header with links, a heading, then cards or text."""
    theme, rng = pen.theme, pen.rng
    x1, y1, x2, y2 = box
    height = theme.control + theme.px(rng.randint(10, 30))
    head = rng.choice((theme.accent, theme.surface, mix(ground, theme.text, 0.9), ground))
    pen.canvas.fill((x1, y1, x2, y1 + height), head)
    on_head = readable_on(head, theme.text if luminance(head) > 0.3 else (255, 255, 255), 3.5)
    x = x1 + theme.px(12)
    title = pen.kit.phrases.words(rng, 1)
    pen.label(x, y1 + (height - theme.strong.line_px) // 2, title, theme.strong, on_head)
    x += theme.strong.width_px(title) + theme.px(24)
    command = pen.kit.phrases.command(rng)
    right = x2 - button_width(pen, command) - theme.px(10)
    while x < right - theme.px(60) and pen.chance(0.85):
        name = pen.kit.phrases.label(rng)
        box_ = pen.label(
            x,
            y1 + (height - theme.body.line_px) // 2,
            name,
            theme.body,
            on_head,
            width_px=right - x - theme.px(8),
            kind=ElementKind.LINK,
        )
        x = (box_[2] if box_ else x + theme.body.width_px(name)) + theme.px(18)
    if x < right:
        inset = (height - theme.control) // 2
        button(pen, (right, y1 + inset, x2 - theme.px(10), y1 + height - inset), command, emphasis=Emphasis.PRIMARY)
    y = y1 + height + theme.gap
    pen.label(
        x1 + theme.px(14),
        y,
        pen.kit.phrases.label(rng),
        theme.heading,
        readable_on(ground, theme.text),
        width_px=x2 - x1 - theme.px(28),
    )
    y += theme.heading.line_px + theme.gap
    rng.choice((cards, prose, cards))(pen, (x1 + theme.px(8), y, x2 - theme.px(8), y2), ground)

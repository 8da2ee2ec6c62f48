"""Rows of icons, or of keys with signs on them, and nothing else."""

from dataclasses import replace
from typing import Final

from model.data.drawing.colours import random_colour, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.bars import some_tool
from model.data.drawing.widgets.buttons import plate
from model.grounder import ElementKind

_SIDES_PX: Final = (12, 14, 16, 16, 16, 16, 18, 20, 20, 22, 24, 24, 24, 24, 28, 32, 32, 36, 40, 48)
_COLOURED_SHARE: Final = 0.15
_WELL_KNOWN_SHARE: Final = 0.5
_FADED_SHARE: Final = 0.06

_SIGNS: Final = (
    "0123456789" * 3 + "+-–×÷*/=" * 3 + "()[]<>%.,!?^#&:;|~@$_" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
_KEY_WORDS: Final = (
    "AC",
    "CE",
    "C",
    "MC",
    "MR",
    "M+",
    "M-",
    "sin",
    "cos",
    "tan",
    "log",
    "ln",
    "exp",
    "ans",
    "x=",
    "Del",
    "Esc",
    "Tab",
    "00",
)
_KEY_WORD_SHARE: Final = 0.12
_BARE_SHARE: Final = 0.15
_STRONG_SHARE: Final = 0.4
_LEAST_TEXT_PX: Final = 10
_MOST_TEXT_PX: Final = 26


def icon_rows(pen: Pen, top_px: int, width_px: int) -> int:
    """Draw a row or a few of icons of one size.

    Args:
        pen: its theme gives the colours, its pack the icons.
        top_px: of the first row.
        width_px: of the picture.

    Returns:
        Where the last row ends.
    """
    rng, theme = pen.rng, pen.theme
    side = rng.choice(_SIDES_PX)
    margin = rng.randint(2, 4 + side // 3)
    pitch = side + 2 * margin
    n_rows = rng.choice((1, 1, 2, 3))
    ground = rng.choice((theme.ground, theme.ground, theme.surface, theme.bar))
    if pen.chance(_COLOURED_SHARE):
        ground = random_colour(rng, saturation=(0.0, 1.0), value=(0.0, 1.0))
    pen.canvas.fill((0, top_px, width_px, top_px + n_rows * pitch), ground)
    for row in range(n_rows):
        y = top_px + row * pitch
        for x in range(rng.randint(0, pitch // 2), width_px - pitch + 1, pitch):
            command, icon = some_tool(pen) if pen.chance(_WELL_KNOWN_SHARE) else (None, pen.some_icon())
            if icon is None:
                continue
            colour = readable_on(ground, theme.accent if pen.chance(0.1) else theme.text, 2.5)
            opacity = rng.uniform(0.45, 0.7) if pen.chance(_FADED_SHARE) else 1.0
            pen.icon(x + margin, y + margin, side, icon, colour, ground, opacity=opacity)
            name = icon.names[0] if command is None else command.name
            pen.enter(ElementKind.ICON, (x, y, x + pitch, y + pitch), name=name, icon=icon)
    return top_px + n_rows * pitch


def key_rows(pen: Pen, top_px: int, width_px: int) -> int:
    """Draw a row or a few of keys of one size, as of a calculator: a sign or a short word on each.

    Args:
        pen: its theme gives colours and fonts.
        top_px: of the first row.
        width_px: of the picture.

    Returns:
        Where the last row ends.
    """
    rng, theme = pen.rng, pen.theme
    style = theme.strong if pen.chance(_STRONG_SHARE) else theme.body
    style = replace(style, size_px=rng.randint(_LEAST_TEXT_PX, _MOST_TEXT_PX))
    width, height = style.size_px + rng.randint(4, 60), style.line_px + rng.randint(0, 24)
    space, is_bare = rng.randint(0, 8), pen.chance(_BARE_SHARE)
    ground = rng.choice((theme.ground, theme.ground, theme.surface, theme.bar))
    under = ground if is_bare else theme.raised
    if pen.chance(_COLOURED_SHARE):
        under = random_colour(rng, saturation=(0.0, 1.0), value=(0.0, 1.0))
    colour = readable_on(under, theme.text)
    n_rows = rng.choice((1, 2, 3))
    pen.canvas.fill((0, top_px, width_px, top_px + n_rows * (height + space) + space), ground)
    for row in range(n_rows):
        y = top_px + space + row * (height + space)
        for x in range(rng.randint(0, width // 2), width_px - width + 1, width + space):
            key = (x, y, x + width, y + height)
            text = rng.choice(_KEY_WORDS) if pen.chance(_KEY_WORD_SHARE) else rng.choice(_SIGNS)
            if not is_bare:
                plate(pen, key, under)
            left = x + (width - style.width_px(text)) // 2
            ink = pen.text(left, y + (height - style.line_px) // 2, text, style, colour)
            pen.enter(ElementKind.BUTTON, key, name=text, text=text, ink=ink)
    return top_px + n_rows * (height + space) + space

"""Rows of icons and nothing else."""

from typing import Final

from model.data.drawing.colours import random_colour, readable_on
from model.data.drawing.pen import Pen
from model.data.drawing.widgets.bars import some_tool
from model.grounder import ElementKind

_SIDES_PX: Final = (12, 14, 16, 16, 16, 16, 18, 20, 20, 22, 24, 24, 24, 24, 28, 32, 32, 36, 40, 48)
_COLOURED_SHARE: Final = 0.15
_WELL_KNOWN_SHARE: Final = 0.5
_FADED_SHARE: Final = 0.06


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

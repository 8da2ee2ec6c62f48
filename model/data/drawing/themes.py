"""How a program looks: colours, fonts, measures, and how its controls are shaped; drawn anew for every program."""

import random
from dataclasses import dataclass
from typing import Final

from model.data.drawing.colours import WHITE, Colour, mix, random_colour, readable_on
from model.data.drawing.fonts import FontRole, FontShelf
from model.data.drawing.lettering import Lettering, TextStyle

SCALES: Final = (0.8, 0.9, 1.0, 1.0, 1.0, 1.0, 1.1, 1.25, 1.25, 1.5, 1.75, 2.0)
MIN_TEXT_PX, MAX_TEXT_PX = 9, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The looks of a program. Lengths are in pixels, scaled already.

    Attributes:
        name: "light", "dark" or "coloured".
        scale: of the interface.
        ground, surface, raised: of windows, of fields and lists, of buttons.
        text, muted, disabled, accent, on_accent, edge: of what is written, marked and drawn around.
        bar, on_bar: of the title bar.
        body, strong, small, heading, mono: text styles.
        radius: of corners.
        edge_px: width of outlines; 0 for controls without one.
        padding: beside the text of a button; ``gap`` between controls, ``control`` their height.
        icon: side of an icon beside text; ``tool`` on a toolbar.
        is_bevelled: whether raised controls have a light and a dark edge.
        is_upper: whether buttons are written in capitals.
    """

    name: str
    scale: float
    ground: Colour
    surface: Colour
    raised: Colour
    text: Colour
    muted: Colour
    disabled: Colour
    accent: Colour
    on_accent: Colour
    edge: Colour
    bar: Colour
    on_bar: Colour
    body: TextStyle
    strong: TextStyle
    small: TextStyle
    heading: TextStyle
    mono: TextStyle
    radius: int
    edge_px: int
    padding: int
    gap: int
    control: int
    icon: int
    tool: int
    is_bevelled: bool
    is_upper: bool

    def px(self, length: float) -> int:
        """A length at scale 1 as pixels of this theme, at least 1."""
        return max(1, round(length * self.scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grounds:
    name: str
    ground: Colour
    surface: Colour
    text: Colour


def random_theme(rng: random.Random, fonts: FontShelf, scale: float) -> Theme:
    """A look that a program could have."""
    grounds = _random_grounds(rng)
    ground, surface = grounds.ground, grounds.surface
    text = readable_on(surface, readable_on(ground, grounds.text, 4.5), 4.0)
    accent = readable_on(surface, random_colour(rng, saturation=(0.4, 1.0), value=(0.35, 1.0)), 1.6)
    bar = rng.choice((ground, surface, mix(ground, text, 0.12), accent, mix(ground, text, 0.8)))
    family, mono = fonts.choose(rng), fonts.choose(rng, FontRole.MONO)
    size = scale * rng.choice((11, 12, 13, 13, 14, 14, 15, 16))
    lettering = rng.choices(list(Lettering), weights=(0.4, 0.3, 0.27, 0.03))[0]

    def style(factor: float, *, is_bold: bool = False) -> TextStyle:
        size_px = min(MAX_TEXT_PX, max(MIN_TEXT_PX, round(size * factor)))
        return TextStyle(file=family.bold if is_bold else family.regular, size_px=size_px, lettering=lettering)

    body = style(1.0)
    is_bevelled = rng.random() < 0.15
    return Theme(
        name=grounds.name,
        scale=scale,
        ground=ground,
        surface=surface,
        raised=rng.choice((surface, mix(ground, text, 0.06), mix(surface, text, 0.1), mix(ground, WHITE, 0.3))),
        text=text,
        muted=readable_on(surface, mix(text, ground, 0.35), 2.5),
        disabled=mix(text, ground, rng.uniform(0.5, 0.65)),
        accent=accent,
        on_accent=readable_on(accent, rng.choice((WHITE, WHITE, grounds.text)), 3.5),
        edge=mix(ground, text, rng.uniform(0.12, 0.5)),
        bar=bar,
        on_bar=readable_on(bar, text, 4.0),
        body=body,
        strong=style(1.0, is_bold=True),
        small=style(rng.uniform(0.8, 0.92)),
        heading=style(rng.uniform(1.2, 2.2), is_bold=rng.random() < 0.7),
        mono=TextStyle(file=mono.regular, size_px=body.size_px, lettering=lettering),
        radius=0 if is_bevelled else round(scale * rng.choice((0, 0, 2, 3, 4, 5, 6, 8, 14))),
        edge_px=max(1, round(scale * rng.choice((0.6, 1.0)))) if rng.random() < 0.85 or is_bevelled else 0,
        padding=round(scale * rng.randint(5, 18)),
        gap=round(scale * rng.randint(3, 14)),
        control=max(body.line_px + 2, round(body.line_px + scale * rng.randint(2, 16))),
        icon=max(12, round(scale * rng.choice((14, 16, 16, 18, 20)))),
        tool=min(48, max(12, round(scale * rng.choice((14, 16, 16, 18, 20, 22, 24, 24, 32))))),
        is_bevelled=is_bevelled,
        is_upper=rng.random() < 0.06,
    )


def _random_grounds(rng: random.Random) -> _Grounds:
    name = rng.choices(("light", "dark", "coloured"), weights=(0.58, 0.32, 0.1))[0]
    if name == "light":
        ground = random_colour(rng, saturation=(0.0, 0.06), value=(0.86, 1.0))
        surface = rng.choice((WHITE, WHITE, mix(ground, WHITE, 0.6), ground))
        return _Grounds(
            name=name, ground=ground, surface=surface, text=random_colour(rng, saturation=(0.0, 0.4), value=(0.0, 0.28))
        )
    if name == "dark":
        ground = random_colour(rng, saturation=(0.0, 0.35), value=(0.08, 0.26))
        surface = rng.choice((mix(ground, (0, 0, 0), 0.3), mix(ground, WHITE, 0.06), ground))
        return _Grounds(
            name=name, ground=ground, surface=surface, text=random_colour(rng, saturation=(0.0, 0.1), value=(0.75, 1.0))
        )
    ground = random_colour(rng, saturation=(0.15, 0.9), value=(0.2, 1.0))
    surface = rng.choice((ground, mix(ground, WHITE, 0.5), mix(ground, (0, 0, 0), 0.35)))
    return _Grounds(name=name, ground=ground, surface=surface, text=readable_on(surface, ground, 5.0))

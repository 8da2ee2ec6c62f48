"""Colours of interfaces: mixing, contrast, and text that can be read on what is under it."""

import colorsys
import random
from typing import Final

Colour = tuple[int, int, int]
"""Red, green, blue from 0 to 255."""

BLACK: Final[Colour] = (0, 0, 0)
WHITE: Final[Colour] = (255, 255, 255)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The first colour with a share (0 to 1) of the second."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))  # type: ignore[return-value]  # three


def luminance(colour: Colour) -> float:
    """Brightness to the eye from 0 to 1, nearly: weights of Rec. 709 on squared channels, not on the exact curve."""
    red, green, blue = ((channel / 255) ** 2 for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Colour, second: Colour) -> float:
    """Contrast ratio from 1 to 21, as the Web Content Accessibility Guidelines define it."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def readable_on(ground: Colour, wish: Colour, at_least: float = 3.0) -> Colour:
    """The colour wished for, moved towards black or white until it can be told from the ground."""
    away = BLACK if contrast(ground, BLACK) > contrast(ground, WHITE) else WHITE
    for tenths in range(11):
        colour = mix(wish, away, tenths / 10)
        if contrast(ground, colour) >= at_least:
            return colour
    return away


def random_colour(rng: random.Random, *, saturation: tuple[float, float], value: tuple[float, float]) -> Colour:
    """A colour of any hue within limits of saturation and value (0 to 1)."""
    channels = colorsys.hsv_to_rgb(rng.random(), rng.uniform(*saturation), rng.uniform(*value))
    return tuple(round(255 * channel) for channel in channels)  # type: ignore[return-value]  # three

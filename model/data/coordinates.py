"""Points in the text of an action become pointer tokens, because the pointer head says where, not the text.

Source of the idea: coordinate-free grounding (GUI-Actor, arXiv 2506.03143, section 3.1).
"""

import re
from dataclasses import dataclass
from typing import Final

POINTER_TEXT: Final = "<|pointer_start|><|pointer_pad|><|pointer_end|>"

EDGE_NORM = 0.001
"""Points are kept this far from the edges of the picture, so that each lies in a cell."""

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"


_POINT = rf"{_NUMBER}\s*,\s*{_NUMBER}"
# The last swallows its parentheses; the published Qwen3-VL weights were trained on text without them, while their
# prompt has them.
_SPELLINGS = re.compile(
    rf"x\s*=\s*{_NUMBER}\s*,\s*y\s*=\s*{_NUMBER}"
    rf"|from_coord\s*=\s*\[\s*{_POINT}\s*\]\s*,\s*to_coord\s*=\s*\[\s*{_POINT}\s*\]"
    rf"|\(\s*{_POINT}\s*\)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointedText:
    """A text whose points have been taken out.

    Attributes:
        text: with ``POINTER_TEXT`` for each point.
        points_norm: (x, y) of each pointer, in the order of the pointers in the text.
    """

    text: str
    points_norm: tuple[tuple[float, float], ...]


def take_points(text: str, size_px: tuple[int, int] | None = None) -> PointedText:
    """Replace ``x=…, y=…``, ``from_coord=[…], to_coord=[…]`` and ``(x, y)`` by pointer tokens.

    Args:
        text: of an action.
        size_px: (width, height) of the screenshot if points are in its pixels; None if they are fractions of it.

    Raises:
        ValueError: a point is outside the screenshot.
    """
    width, height = (1, 1) if size_px is None else size_px
    points: list[tuple[float, float]] = []

    def take(match: re.Match[str]) -> str:
        numbers = [float(number) for number in match.groups() if number is not None]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        taken = [(_inside(x / width), _inside(y / height)) for x, y in pairs]
        points.extend(taken)
        return ", ".join([POINTER_TEXT] * len(taken))

    pointed = _SPELLINGS.sub(take, text)
    return PointedText(text=pointed, points_norm=tuple(points))


def _inside(value_norm: float) -> float:
    if not 0.0 <= value_norm <= 1.0:
        raise ValueError(f"a point is given as fractions from 0 to 1, not {value_norm}")
    return min(max(value_norm, EDGE_NORM), 1.0 - EDGE_NORM)

"""The box of an element, as fractions of its screenshot."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

PixelBox = tuple[int, int, int, int]
"""Half-open (x1, y1, x2, y2) in whole pixels."""

_TOO_LARGE = 1e9  # also for what is not a number at all: JSON in Python's dialect knows NaN and Infinity


@dataclass(frozen=True, slots=True)
class BoxNorm:
    """Left, top, right and lower edge of an element as fractions of the screenshot, with an extent.

    Raises:
        ValueError: a value is outside 0 to 1, or the box is empty.
    """

    x1_norm: float
    y1_norm: float
    x2_norm: float
    y2_norm: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.x1_norm < self.x2_norm <= 1.0 and 0.0 <= self.y1_norm < self.y2_norm <= 1.0):
            raise ValueError(
                f"a box is left, top, right and lower edge as fractions from 0 to 1, not {list(astuple(self))}"
            )

    @classmethod
    def from_pixels(
        cls, x1_px: float, y1_px: float, x2_px: float, y2_px: float, *, width_px: int, height_px: int
    ) -> "BoxNorm":
        """The box of an element whose edges are known in pixels of a screenshot of this size."""
        return cls(x1_px / width_px, y1_px / height_px, x2_px / width_px, y2_px / height_px)

    def truncated_px(self, width_px: int, height_px: int) -> PixelBox:
        """The box on a picture of this size, every edge cut to a whole pixel; thinner than a pixel, it may be empty."""
        return (
            int(self.x1_norm * width_px),
            int(self.y1_norm * height_px),
            int(self.x2_norm * width_px),
            int(self.y2_norm * height_px),
        )

    def contains(self, x_norm: float, y_norm: float) -> bool:
        """Is the point inside? Edges belong to the box."""
        return self.x1_norm <= x_norm <= self.x2_norm and self.y1_norm <= y_norm <= self.y2_norm


def four_numbers(values: Any, *, name: str) -> tuple[float, float, float, float]:
    """The edges of a box as a file gives them, in whatever unit.

    Args:
        values: as they stand there.
        name: of what was read, for messages.

    Raises:
        ValueError: they are not four numbers.
    """
    if not isinstance(values, Sequence) or len(values) != 4 or not all(_is_number(value) for value in values):
        raise ValueError(f"{name} must be four numbers, not {values!r}")
    x1, y1, x2, y2 = values
    return x1, y1, x2, y2


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _TOO_LARGE

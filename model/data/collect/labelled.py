"""What collecting from one picture gives."""

from collections import Counter
from dataclasses import dataclass

from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind

_ROW_PX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What is known of a screen.

    Attributes:
        elements: windows and dialogs first, the rest in reading order.
        dropped: why what the program told was left out, and how often.
    """

    elements: tuple[LabelledElement, ...]
    dropped: Counter[str]


def reading_order(element: LabelledElement) -> tuple[bool, float, float]:
    """Sorts windows, which are named and in no window, before what they hold; the rest by rows."""
    x1, y1, _, y2 = element.bbox
    is_window = element.kind is ElementKind.OTHER and bool(element.name) and not element.window
    return (not is_window, (y1 + y2) // (2 * _ROW_PX), x1)


def is_inside(inner: Box, outer: Box) -> bool:
    """Whether a box lies in another one and is not the same."""
    is_within = inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
    return is_within and inner != outer

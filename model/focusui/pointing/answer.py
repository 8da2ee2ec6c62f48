"""Reads places from what a model wrote: nothing is guessed, and no text is an error."""

import json
import re
from dataclasses import dataclass
from typing import Any

_FENCE = re.compile(r"\A```(?:json)?\s*(.*?)\s*```\Z", re.DOTALL)
_PAIR = r"\(\s*(\d{1,5}(?:\.\d{1,6})?)\s*,\s*(\d{1,5}(?:\.\d{1,6})?)\s*\)"
_PLACE = re.compile(
    rf"\A(?:<\|object_ref_start\|>[^<]*<\|object_ref_end\|>)?(?:<\|box_start\|>)?{_PAIR}(?:\s*,\s*{_PAIR})?(?:<\|box_end\|>)?\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as a fraction of the picture.

    Attributes:
        x_norm, y_norm: the point; of a box, its middle.
        box_norm: (x1, y1, x2, y2), or None for a point.
    """

    x_norm: float
    y_norm: float
    box_norm: tuple[float, float, float, float] | None = None


def read_places(text: str, *, width: float, height: float) -> tuple[Place, ...]:
    """The places that an answer names, in its order.

    It is understood as a whole or not at all: JSON with ``point_2d`` or ``bbox_2d``, bare or in a code fence, one
    object or a list of them; or one pair of coordinates, or two for a box, in round brackets.

    Args:
        text: what the model wrote.
        width: the greatest x.
        height: the greatest y.

    Returns:
        No place if the answer says so, is not of this form, or leaves the picture.
    """
    stripped = text.strip()
    if spoken := _PLACE.match(stripped):
        return _places([[float(number) for number in spoken.groups() if number is not None]], width, height)
    fenced = _FENCE.match(stripped)
    try:
        said = json.loads(fenced[1] if fenced else stripped)
    except (ValueError, RecursionError):
        return ()
    entries = said if isinstance(said, list) else [said]
    return _places([_coordinates(entry) for entry in entries], width, height)


def _coordinates(entry: Any) -> list[Any]:
    """Two numbers or four, as far as the names tell; [] if it names no place."""
    if not isinstance(entry, dict):
        return []
    for name, n_numbers in (("point_2d", 2), ("bbox_2d", 4)):
        numbers = entry.get(name)
        if isinstance(numbers, list) and len(numbers) == n_numbers:
            return numbers
    return []


def _places(all_numbers: list[list[Any]], width: float, height: float) -> tuple[Place, ...]:
    places = [_place(numbers, width, height) for numbers in all_numbers]
    return tuple(place for place in places if place is not None) if None not in places else ()


def _place(numbers: list[Any], width: float, height: float) -> Place | None:
    """A point or a box; None if it is neither, or not on the picture."""
    limits = [width, height] * (len(numbers) // 2)
    # A bool is an int to Python; NaN fails the comparison.
    if not limits or any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        return None
    if not all(0 <= number <= limit for number, limit in zip(numbers, limits, strict=True)):
        return None
    norms = [number / limit for number, limit in zip(numbers, limits, strict=True)]
    if len(norms) == 2:
        return Place(x_norm=norms[0], y_norm=norms[1])
    x1, y1, x2, y2 = norms
    if not (x1 < x2 and y1 < y2):
        return None
    return Place(x_norm=(x1 + x2) / 2, y_norm=(y1 + y2) / 2, box_norm=(x1, y1, x2, y2))

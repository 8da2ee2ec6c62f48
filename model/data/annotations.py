"""What a training record may know beyond its conversation: other phrasings of the request, all elements of the screen.

Both stand beside ``conversations`` in the row and may be missing:

- ``perspectives``: an object of up to four texts that ask for the same element, by what they describe: ``appearance``,
  ``function``, ``location``, ``intent``. The four are those of UI-Ins (arXiv 2510.20286), whose published prompt calls
  them appearance-based, function-based, spatial-based and goal-based. How UI-Ins stores them was not published; the
  layout is ours.
- ``elements``: a list of objects ``{"bbox", "kind", "text"}``, one for every element that can be seen, containers
  before what they hold; boxes are fractions of the screenshot, kinds those of ``ElementKind``, texts may be missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model.data.boxes import BoxNorm, four_numbers
from model.grounder import ElementKind


class Perspective(StrEnum):
    """From where a request looks at its element."""

    APPEARANCE = "appearance"
    FUNCTION = "function"
    LOCATION = "location"
    INTENT = "intent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """One of several requests for the same element.

    Attributes:
        perspective: what it describes.
        text: stripped, not empty.
    """

    perspective: Perspective
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenElement:
    """An element of the screenshot.

    Attributes:
        box: its visible outline.
        kind: what it is.
        text: what is written on it, "" if nothing.
    """

    box: BoxNorm
    kind: ElementKind
    text: str = ""


def parse_perspectives(row: Mapping[str, Any]) -> tuple[Phrasing, ...]:
    """The other phrasings of a row, in the order of ``Perspective``; () if it has none.

    Raises:
        ValueError: they are not such an object.
    """
    said = row.get("perspectives", {})
    if not isinstance(said, Mapping):
        raise ValueError("perspectives is not an object")  # noqa: TRY004 - about the file, not about our types
    known = {perspective.value: perspective for perspective in Perspective}
    if unknown := sorted(str(name) for name in said if name not in known):
        raise ValueError(f"there is no perspective {unknown[0]!r}; there are {', '.join(known)}")
    for name, text in said.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"the request from the perspective {name} must be a text, not {text!r}")
    return tuple(
        Phrasing(perspective=perspective, text=said[name].strip())
        for name, perspective in known.items()
        if name in said
    )


def parse_elements(row: Mapping[str, Any]) -> tuple[SeenElement, ...] | None:
    """All elements of the screenshot of a row; None if it does not know them.

    Raises:
        ValueError: they are not such a list; the number of the element is named.
    """
    said = row.get("elements")
    if said is None:
        return None
    if not isinstance(said, list):
        raise ValueError("elements is not a list")  # noqa: TRY004 - about the file, not about our types
    return tuple(_parse_element(element, number) for number, element in enumerate(said, start=1))


def _parse_element(element: Any, number: int) -> SeenElement:
    try:
        if not isinstance(element, Mapping):
            raise ValueError("it is not an object")  # noqa: TRY301, TRY004 - all complaints are named in one place
        text = element.get("text", "")
        if not isinstance(text, str):
            raise ValueError(f"its text is {text!r}")  # noqa: TRY301, TRY004 - as above
        return SeenElement(
            box=BoxNorm(*four_numbers(element.get("bbox"), name="bbox")),
            kind=ElementKind(str(element.get("kind"))),
            text=text,
        )
    except ValueError as exc:
        raise ValueError(f"element {number}: {exc}") from exc

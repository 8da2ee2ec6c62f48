"""Small screens to ask about."""

from typing import Any

from model.data.instructions.scene import Scene
from model.data.screens import LabelledElement, LabelledScreen, Source
from model.grounder import Box, ElementKind


def element(kind: ElementKind, box: Box, name: str = "", **known: Any) -> LabelledElement:
    """An element that shows its name, unless it is an icon, a field or a checkbox."""
    shows = kind not in {ElementKind.ICON, ElementKind.FIELD, ElementKind.CHECKBOX, ElementKind.OTHER}
    return LabelledElement(**{"bbox": box, "kind": kind, "name": name, "text": name if shows else ""} | known)


def screen_of(*elements: LabelledElement, source: Source = Source.DRAWN, program: str = "drawn") -> LabelledScreen:
    return LabelledScreen(
        picture="screen.png",
        width_px=800,
        height_px=600,
        source=source,
        program=program,
        theme="",
        scale=1.0,
        elements=elements,
    )


def scene_of(*elements: LabelledElement) -> Scene:
    return Scene(screen_of(*elements))


def row(kind: ElementKind, names: str, *, top: float = 10.0, left: float = 10.0) -> list[LabelledElement]:
    """Elements side by side, 60 px wide and 20 px high, 10 px apart; names are words."""
    return [
        element(kind, (left + 70 * i, top, left + 70 * i + 60, top + 20), name) for i, name in enumerate(names.split())
    ]


def column(kind: ElementKind, names: str, *, top: float = 50.0, left: float = 10.0) -> list[LabelledElement]:
    """Elements below each other, 120 px wide and 20 px high, 4 px apart; names are words."""
    return [
        element(kind, (left, top + 24 * i, left + 120, top + 24 * i + 20), name) for i, name in enumerate(names.split())
    ]

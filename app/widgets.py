"""Small helpers for building widgets."""

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """Give a widget the name that style sheets and tests know it by."""
    widget.setObjectName(name)
    return widget

"""The sign of the program and its tray icons, drawn at any size."""

from enum import StrEnum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
# Below this many pixels the faint outer ring is a smear: the rest is drawn larger instead.
_MIN_RINGED = 28
_ACCENT = QColor("#ff5a3c")
_PLATE = QColor("#1b1d29")
_STOPPED_INK = QColor("#c3c7d6")
_REMOTE = QColor("#ffc14d")


class ShellState(StrEnum):
    """What the program is doing, as the tray shows it; the value is said aloud in the tool tip."""

    IDLE = "ready"
    THINKING = "looking"
    ACTING = "acting"
    PAUSED = "paused"
    RECORDING = "recording"
    STOPPED = "stopped"


_DOTS = {
    ShellState.THINKING: QColor("#40e0ff"),
    ShellState.ACTING: QColor("#3ddc84"),
    ShellState.PAUSED: QColor("#ffc14d"),
    ShellState.RECORDING: QColor("#ff3b4e"),
    ShellState.STOPPED: QColor("#9aa0b5"),
}


def paint_fovea(painter: QPainter, area: QRectF, ink: QColor) -> None:
    """The sign of the program: sharp in the middle, coarse around."""
    side = area.width()
    faint = QColor(ink)
    faint.setAlphaF(0.4 * ink.alphaF())
    _paint_circle(painter, area, 0.44, QPen(faint, 0.06 * side))
    _paint_circle(painter, area, 0.28, QPen(ink, 0.085 * side))
    _paint_dot_at(painter, area, 0.12, ink)


def paint_app_icon(painter: QPainter, size: float, ink: QColor = _ACCENT) -> None:
    """The sign on its plate, in a square from the origin."""
    plate = QRectF(0, 0, size, size).adjusted(size * 0.03, size * 0.03, -size * 0.03, -size * 0.03)
    painter.setBrush(_PLATE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(plate, size * 0.24, size * 0.24)
    if size < _MIN_RINGED:
        _paint_circle(painter, plate, 0.33, QPen(ink, 0.11 * size))
        _paint_dot_at(painter, plate, 0.14, ink)
    else:
        inset = size * 0.1
        paint_fovea(painter, plate.adjusted(inset, inset, -inset, -inset), ink)


def _paint_circle(painter: QPainter, area: QRectF, radius: float, pen: QPen) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawEllipse(area.center(), radius * area.width(), radius * area.width())


def _paint_dot_at(painter: QPainter, area: QRectF, radius: float, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawEllipse(area.center(), radius * area.width(), radius * area.width())


def state_icon(state: ShellState, *, is_remote: bool = False) -> QIcon:
    """The tray icon of a state; readable on light and dark panels because it brings its own plate.

    Args:
        state: what the program is doing; a dot in the corner tells by colour, and a shape by pause and stop.
        is_remote: whether something leaves the machine (a remote planner): a ring around the plate.
    """
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_pixmap(state, size, is_remote=is_remote))
    return icon


def app_icon() -> QIcon:
    """The icon of the program's windows."""
    return state_icon(ShellState.IDLE)


def _pixmap(state: ShellState, size: int, *, is_remote: bool) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_app_icon(painter, size, _STOPPED_INK if state is ShellState.STOPPED else _ACCENT)
    if is_remote:
        inset = size * 0.055
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_REMOTE, size * 0.08))
        painter.drawRoundedRect(QRectF(0, 0, size, size).adjusted(inset, inset, -inset, -inset), size / 4, size / 4)
    if state in _DOTS:
        _paint_dot(painter, state, size)
    painter.end()
    return pixmap


def _paint_dot(painter: QPainter, state: ShellState, size: int) -> None:
    side = size * 0.42
    place = QRectF(size - side, size - side, side, side)
    painter.setPen(QPen(_PLATE, size * 0.06))
    painter.setBrush(_DOTS[state])
    painter.drawEllipse(place.adjusted(size * 0.02, size * 0.02, -size * 0.02, -size * 0.02))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    middle = place.center()
    match state:
        case ShellState.PAUSED:
            for dx in (-0.16, 0.06):
                painter.drawRect(QRectF(middle.x() + dx * side, middle.y() - 0.2 * side, 0.11 * side, 0.4 * side))
        case ShellState.STOPPED:
            painter.drawRect(QRectF(middle.x() - 0.16 * side, middle.y() - 0.16 * side, 0.32 * side, 0.32 * side))
        case _:
            return

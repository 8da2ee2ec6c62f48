"""The sheet that command bar and run panel are written on: frameless, rounded, with a shadow of its own."""

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QRegion, QResizeEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import Theme, colour

# Shares of the free width and height of a screen: (0, 0) is up left, (0.5, 1) in the middle of the lower edge.
Place = tuple[float, float]

RADIUS = 16
_AIR = 28
# What is to stay free around a target: its ring and its label.
_TARGET_AIR = 44
_SHADOW = 22
_SHADOW_DROP = 5


class Sheet(QWidget):
    """A top-level window that draws its own outline. Put content into ``content``.

    Args:
        flags: window flags beyond being a frameless tool window on top.
        theme: colours; ``set_theme`` changes them.
    """

    def __init__(self, flags: Qt.WindowType, theme: Theme) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.NoDropShadowWindowHint
            | flags,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.theme = theme
        self._outline = theme.line
        self._is_blended = True
        self.content = QVBoxLayout(self)
        self.content.setSpacing(0)
        self._apply_margins()

    def set_blended(self, is_blended: bool) -> None:
        """Whether a compositor blends windows; without one the corners are cut off and there is no shadow."""
        if is_blended != self._is_blended:
            self._is_blended = is_blended
            self._apply_margins()
            self._apply_mask()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.theme = theme
        self.set_outline(theme.line)

    def set_outline(self, css: str) -> None:
        """The colour of the hairline around the sheet: one that holds the keyboard says so with it."""
        self._outline = css
        self.update()

    @property
    def margin(self) -> int:
        """Width of the shadow around the sheet."""
        return _SHADOW if self._is_blended else 0

    @property
    def sheet_area(self) -> QRect:
        """Where the sheet itself lies on the desktop (Qt's coordinates), shadow left out."""
        return self.geometry().adjusted(self.margin, self.margin, -self.margin, -self.margin)

    def place(self, screen: QScreen, share: float) -> None:
        """Centre it on a screen, with its upper edge at a share of the height."""
        area = screen.availableGeometry()
        self.setScreen(screen)
        top = area.top() + round(area.height() * share) - self.margin
        self.move(QPoint(area.center().x() - self.width() // 2, top))

    def corner(self, place: Place) -> QPoint:
        """The upper left corner of the window, shadow included, when the sheet lies at a place of its screen."""
        area = self.screen().availableGeometry().adjusted(_AIR, _AIR, -_AIR, -_AIR)
        sheet = self.sheet_area.size()
        left = area.left() + round(place[0] * max(area.width() - sheet.width(), 0))
        top = area.top() + round(place[1] * max(area.height() - sheet.height(), 0))
        return QPoint(left - self.margin, top - self.margin)

    def covered(self, place: Place, targets: Sequence[QRect]) -> int:
        """How much of some targets (Qt's coordinates) and of what is drawn around them it would cover at a place."""
        return self._overlap(QRect(self.corner(place), self.size()), targets)

    def is_covering(self, targets: Sequence[QRect]) -> bool:
        """Whether it covers some of the targets where it is now."""
        return self._overlap(self.sheet_area, targets) > 0

    @staticmethod
    def _overlap(area: QRect, targets: Sequence[QRect]) -> int:
        air = QMargins(_TARGET_AIR, _TARGET_AIR, _TARGET_AIR, _TARGET_AIR)
        overlaps = [area.intersected(target.marginsAdded(air)) for target in targets]
        return sum(overlap.width() * overlap.height() for overlap in overlaps if overlap.isValid())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The cut follows the size."""
        super().resizeEvent(event)
        self._apply_mask()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Shadow, sheet, hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QRectF(self.rect()).adjusted(self.margin, self.margin, -self.margin, -self.margin)
        if self._is_blended:
            painter.setPen(Qt.PenStyle.NoPen)
            for grow in range(_SHADOW - _SHADOW_DROP, 0, -1):
                share = 1 - grow / (_SHADOW - _SHADOW_DROP)
                painter.setBrush(colour("#000000", 0.022 * share))
                shade = sheet.adjusted(-grow, -grow + _SHADOW_DROP, grow, grow + _SHADOW_DROP)
                painter.drawRoundedRect(shade, RADIUS + grow, RADIUS + grow)
        painter.setBrush(colour(self.theme.surface))
        painter.setPen(colour(self._outline))
        painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()

    def _apply_margins(self) -> None:
        self.content.setContentsMargins(self.margin, self.margin, self.margin, self.margin)

    def _apply_mask(self) -> None:
        if self._is_blended:
            self.clearMask()
            return
        self.setMask(round_region(self.rect()))


def round_region(area: QRect) -> QRegion:
    """The part of the desktop that a sheet covers, shadow left out."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(area), RADIUS, RADIUS)
    return QRegion(path.toFillPolygon().toPolygon())

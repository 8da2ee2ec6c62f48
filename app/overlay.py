"""The heatmap over the live screen: one window per monitor that lets every click and key through.

Where a compositor blends windows, the overlay is translucent over the live screen. Without one, translucent windows
come out black; there the overlay shows the screenshot itself with the heat blended into it. What is frozen that way
is exactly the picture that was looked at, it lasts only while a target is shown, and clicks still go through.
"""

from PySide6.QtCore import QEasingCurve, QObject, QPropertyAnimation, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QRegion, QResizeEvent, QScreen
from PySide6.QtWidgets import QWidget

from agent.geometry import Rect, ScreenTransform
from agent.types import Screenshot
from app.desktop import ShellDesktop
from app.heatmap import Drawing, marks_bounds, paint_marks, picture_of, render_heat
from app.own_windows import OwnWindowSet
from app.sheet import round_region

_FADE_IN_MS = 140
_FADE_OUT_MS = 180


def screen_of(bounds_pt: Rect) -> QScreen:
    """Qt's screen for a monitor. Qt scales sizes but leaves the origin of a screen where the system has it."""
    return min(
        QGuiApplication.screens(),
        key=lambda screen: (
            abs(screen.geometry().left() - bounds_pt.left) + abs(screen.geometry().top() - bounds_pt.top)
        ),
    )


def screen_area_of(transform: ScreenTransform, box_px: tuple[float, float, float, float]) -> QRect:
    """Where a box of a screenshot lies on the desktop, in Qt's coordinates."""
    area = screen_of(transform.bounds_pt).geometry()
    x1, y1, x2, y2 = box_px
    scale_x, scale_y = area.width() / transform.width_px, area.height() / transform.height_px
    box = QRectF(x1 * scale_x, y1 * scale_y, (x2 - x1) * scale_x, (y2 - y1) * scale_y)
    return box.toAlignedRect().translated(area.topLeft())


class Overlay(QObject):
    """Shows one drawing at a time, on the monitor of its screenshot. GUI thread only."""

    def __init__(self, own_windows: OwnWindowSet, desktop: ShellDesktop) -> None:
        super().__init__(own_windows)
        self._own_windows = own_windows
        self._desktop = desktop
        self._panes: dict[str, OverlayPane] = {}
        self._spared: QRect | None = None

    @property
    def is_shown(self) -> bool:
        """Whether anything is drawn over a monitor."""
        return any(self._own_windows.is_presented(pane) for pane in self._panes.values())

    def show_drawing(self, screenshot: Screenshot, drawing: Drawing) -> None:
        """Show a drawing over the monitor that the screenshot shows; fades in if nothing was there."""
        screen = screen_of(screenshot.monitor.bounds_pt)
        for name, pane in self._panes.items():
            if name != screen.name():
                pane.fade_out()
        pane = self._pane_on(screen)
        is_blended = self._desktop.has_compositor()
        pane.show_drawing(drawing, None if is_blended else picture_of(screenshot.pixels))

    def spare(self, area: QRect | None) -> None:
        """Leave a part of the desktop (Qt's coordinates) uncovered: the command bar stays bright. None covers all."""
        self._spared = area
        for pane in self._panes.values():
            pane.spare(area)

    def hide(self) -> None:
        """Fade out wherever something is shown."""
        for pane in self._panes.values():
            pane.fade_out()

    def close(self) -> None:
        """Destroy the windows."""
        for pane in self._panes.values():
            pane.close()
            pane.deleteLater()
        self._panes.clear()

    def _pane_on(self, screen: QScreen) -> "OverlayPane":
        pane = self._panes.get(screen.name())
        if pane is None:
            pane = self._panes[screen.name()] = OverlayPane(self._own_windows)
        pane.cover(screen)
        pane.spare(self._spared)
        return pane


class OverlayPane(QWidget):
    """The window over one monitor."""

    def __init__(self, own_windows: OwnWindowSet) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowTransparentForInput
            | Qt.WindowType.WindowDoesNotAcceptFocus
            | Qt.WindowType.X11BypassWindowManagerHint
            | Qt.WindowType.NoDropShadowWindowHint,
        )
        self.setObjectName("overlay")
        self.setWindowTitle("Foveal")
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._own_windows = own_windows
        self._drawing: Drawing | None = None
        self._backdrop: QImage | None = None
        self._layer: QImage | None = None
        self._fade = QPropertyAnimation(self, b"windowOpacity", self)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.finished.connect(self._on_fade_finished)

    def cover(self, screen: QScreen) -> None:
        """Lie over the whole of a screen."""
        if self.screen() is not screen:
            self.setScreen(screen)
        if self.geometry() != screen.geometry():
            self.setGeometry(screen.geometry())

    def spare(self, area: QRect | None) -> None:
        """Cut a hole, with the round corners of a sheet, for a part of the desktop."""
        hole = None if area is None else area.translated(-self.pos())
        if hole is None or not hole.intersects(self.rect()):
            self.clearMask()
        else:
            self.setMask(QRegion(self.rect()).subtracted(round_region(hole)))

    def show_drawing(self, drawing: Drawing, backdrop: QImage | None) -> None:
        """Show a drawing; with a backdrop, blend it into that picture instead of over the live screen."""
        old, self._drawing = self._drawing, drawing
        is_same_heat = (
            old is not None
            and self._layer is not None
            and old.scored is drawing.scored
            and old.pointer_probs is drawing.pointer_probs
            and (self._backdrop is None) == (backdrop is None)
        )
        if old is not None and is_same_heat:
            area = self._area()
            self.update(_dirty(marks_bounds(area, old)).united(_dirty(marks_bounds(area, drawing))))
        else:
            self._backdrop = backdrop
            self._layer = None
            self.update()
        self._fade_in()

    def fade_out(self) -> None:
        """Go, softly where windows are blended."""
        if self._own_windows.is_presented(self):
            self._run_fade(0.0, _FADE_OUT_MS)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The layer no longer fits."""
        self._layer = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Blit what changed of the layer, draw the marks over it."""
        if self._drawing is None:
            return
        if self._layer is None:
            self._layer = self._render(self._drawing)
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        rect = event.rect()
        source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
        painter.drawImage(QRectF(rect), self._layer, source)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setClipRect(rect)
        paint_marks(painter, self._area(), self._drawing)
        painter.end()

    def _render(self, drawing: Drawing) -> QImage:
        ratio = self.devicePixelRatioF()
        size = (self.size().toSizeF() * ratio).toSize()
        heat = render_heat(drawing, size.width(), size.height(), unit=ratio)
        if self._backdrop is None:
            return heat
        blended = self._backdrop.scaled(size, mode=Qt.TransformationMode.SmoothTransformation)
        painter = QPainter(blended)
        painter.drawImage(0, 0, heat)
        painter.end()
        return blended

    def _area(self) -> QRectF:
        return QRectF(self.rect())

    def _fade_in(self) -> None:
        if not self._own_windows.is_presented(self):
            self.setWindowOpacity(1.0 if self._backdrop else 0.0)
        self._own_windows.present(self)
        self._run_fade(1.0, _FADE_IN_MS)

    def _run_fade(self, opacity: float, duration_ms: int) -> None:
        if self._fade.state() == QPropertyAnimation.State.Running and self._fade.endValue() == opacity:
            return
        self._fade.stop()
        self._fade.setStartValue(self.windowOpacity())
        self._fade.setEndValue(opacity)
        # Without blending an opacity means nothing.
        self._fade.setDuration(0 if self._backdrop else duration_ms)
        self._fade.start()

    def _on_fade_finished(self) -> None:
        if self._fade.endValue() == 0.0:
            self._own_windows.dismiss(self)
            self._drawing = self._backdrop = self._layer = None  # up to 66 MB at 3840x2160


def _dirty(area: QRectF) -> QRect:
    return area.toAlignedRect().adjusted(-1, -1, 1, 1)

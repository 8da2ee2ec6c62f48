"""Our windows on the screen: they step aside together while a picture is taken, and come back as they were."""

import time

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

# Compositors may still be painting a window that was hidden this recently.
_AFTERGLOW_S = 0.5
# Where trays embed windows, Qt's icon is a top-level window like any other; once hidden, it never fills its place in
# the tray again. It covers nothing, so it stays.
_TRAY_ICON_CLASS = "QSystemTrayIconSys"


class OwnWindowSet(QObject):
    """Shows and hides the program's top-level windows. GUI thread only.

    ``present`` and ``dismiss`` replace ``show`` and ``hide`` for windows that appear during a run; while all are
    hidden for a picture, presenting only notes the wish.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._waiting: dict[QWidget, None] = {}  # a set that keeps its order
        self._is_hidden = False
        self._last_hidden_s = -1.0

    def present(self, window: QWidget) -> None:
        """Show a window, now or once the picture is taken."""
        if self._is_hidden:
            self._waiting[window] = None
        else:
            window.show()
            window.raise_()

    def dismiss(self, window: QWidget) -> None:
        """Hide a window for good."""
        self._waiting.pop(window, None)
        if window.isVisible():
            self._last_hidden_s = time.monotonic()
            window.hide()

    def is_presented(self, window: QWidget) -> bool:
        """Whether a window is shown, or would be if no picture were taken now."""
        return window.isVisible() or window in self._waiting

    def hide_all(self) -> tuple[int, ...] | None:
        """Unmap everything that is visible.

        Returns:
            handles of the windows that have to vanish, also none if one vanished a moment ago; None if there is
            nothing to wait for.
        """
        self._is_hidden = True
        gone: list[int] = []
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and not _belongs_to_desktop(widget):
                if widget.windowType() != Qt.WindowType.Popup:  # an open menu of the tray closes
                    self._waiting[widget] = None
                gone.append(int(widget.winId()))
                widget.hide()
        if not gone and time.monotonic() - self._last_hidden_s > _AFTERGLOW_S:
            return None
        return tuple(gone)

    def show_again(self) -> None:
        """Bring back what ``hide_all`` hid and what was presented meanwhile, without taking the focus."""
        self._is_hidden = False
        waiting, self._waiting = self._waiting, {}
        for widget in waiting:
            takes_focus = not widget.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            widget.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            widget.show()
            widget.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not takes_focus)


def _belongs_to_desktop(widget: QWidget) -> bool:
    return widget.windowType() == Qt.WindowType.Desktop or widget.metaObject().className() == _TRAY_ICON_CLASS

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.own_windows import OwnWindowSet

pytestmark = pytest.mark.gui


class QSystemTrayIconSys(QWidget):
    """Named like Qt's own window for an icon that is embedded in a tray."""


def test_tray_icon_stays_where_it_is(qapp: QApplication, qtbot: QtBot) -> None:
    """Once hidden for a picture, the icon was gone from the tray for good."""
    icon, window, windows = QSystemTrayIconSys(), QWidget(), OwnWindowSet(qapp)
    for widget in (icon, window):
        qtbot.addWidget(widget)
        widget.show()
    assert windows.hide_all() == (int(window.winId()),)
    assert icon.isVisible()
    assert not window.isVisible()
    windows.show_again()
    assert window.isVisible()

"""The only door to the person outside the bar: a message and a hint, as a balloon of the tray or a dialog."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

logger = logging.getLogger(__name__)

ShowBalloon = Callable[[str, str], bool]


class Notifier(QObject):
    """Tells the person something.

    Args:
        show_balloon: shows title and text at the tray; False if that is impossible here.
    """

    def __init__(self, show_balloon: ShowBalloon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show_balloon = show_balloon
        self._box: QMessageBox | None = None

    def tell(self, message: str, hint: str = "") -> None:
        """Something worth knowing, in passing; where there are no balloons, in a window that leaves the focus alone."""
        logger.info("%s %s", message, hint)
        if not self._show_balloon(message, hint):
            self._open(message, hint, "", is_activating=False)

    def show(self, message: str, hint: str = "", *, details: str = "") -> QMessageBox:
        """Something that must be read, with details to copy; does not block, and takes the place of an earlier one."""
        return self._open(message, hint, details, is_activating=True)

    def close(self) -> None:
        """Close what is still open."""
        if self._box is not None:
            self._box.close()

    def _open(self, message: str, hint: str, details: str, *, is_activating: bool) -> QMessageBox:
        if self._box is not None:
            self._box.close()
        box = self._box = QMessageBox()
        box.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not is_activating)
        box.setObjectName("notice")
        box.setWindowTitle("Foveal")
        box.setText(message)
        box.setInformativeText(hint)
        box.setDetailedText(details)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.show()
        return box

"""What is typed into the command bar: a line that grows when the command does, with the history on the arrow keys."""

from math import ceil

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit

from app.history import CommandHistory

MAX_CHARS = 4000
_MAX_LINES = 4


class CommandLine(QTextEdit):
    """Up to four lines high, then it scrolls. Shift+Enter begins a new line.

    Signals:
        entered: Enter (False), or with Ctrl (True) (bool).
        dismissed: Esc.
        height_changed: it takes more or less room.
    """

    entered = Signal(bool)
    dismissed = Signal()
    height_changed = Signal()

    def __init__(self, history: CommandHistory) -> None:
        super().__init__()
        self._history = history
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptRichText(False)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._on_text_changed)

    @property
    def text(self) -> str:
        """What is typed, without space around it."""
        return self.toPlainText().strip()

    def show_text(self, text: str) -> None:
        """Put a text there, with the caret behind it."""
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def fit(self) -> None:
        """Be as high as the text wants."""
        wanted = ceil(self.document().size().height())
        most = _MAX_LINES * self.fontMetrics().lineSpacing() + 2
        height = min(wanted, most)
        if (height, height) != (self.minimumHeight(), self.maximumHeight()):
            self.setFixedHeight(height)
            self.height_changed.emit()
        if wanted <= most:
            self.verticalScrollBar().setValue(0)  # it scrolled while it was lower

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter, Esc and, at the first and the last line, the arrow keys have a meaning of their own."""
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not is_shifted:
                self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            case Qt.Key.Key_Escape:
                self.dismissed.emit()
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                event.ignore()  # there is nowhere to go, and no place is named with a tab
            case Qt.Key.Key_Up if not is_shifted and self._is_at_edge(QTextCursor.MoveOperation.Up):
                self.show_text(self._history.older(self.toPlainText()))
            case Qt.Key.Key_Down if not is_shifted and self._is_at_edge(QTextCursor.MoveOperation.Down):
                self.show_text(self._history.newer(self.toPlainText()))
            case _:
                super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Paste plain text, no more than a command may hold."""
        room = MAX_CHARS - len(self.toPlainText()) + len(self.textCursor().selectedText())
        self.textCursor().insertText(source.text()[: max(room, 0)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width breaks lines elsewhere."""
        super().resizeEvent(event)
        self.fit()

    def _is_at_edge(self, move: QTextCursor.MoveOperation) -> bool:
        return not self.textCursor().movePosition(move)

    @Slot()
    def _on_text_changed(self) -> None:
        self.fit()

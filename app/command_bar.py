"""The command bar: one line to type into, right where the person looks."""

from collections.abc import Sequence
from enum import Enum
from itertools import cycle

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QPalette, QScreen
from PySide6.QtWidgets import QHBoxLayout, QLabel

from agent.types import RunStatus
from app.command_line import CommandLine
from app.desktop import ShellDesktop
from app.history import CommandHistory
from app.legend import answer_legend, has_likely_place, live_legend
from app.lens import Lens
from app.own_windows import OwnWindowSet
from app.sheet import Place, Sheet
from app.theme import Theme, colour
from app.widgets import named
from app.wording import rich
from model.grounder import Candidate, Grounding, PatchScores

_WIDTH = 700
_TOP_SHARE = 0.26
# Where it goes when it lies over what was found.
_ASIDE: tuple[Place, ...] = ((0.5, 1.0), (0.5, 0.0))
_DEBOUNCE_MS = 30


BAR_TITLE = "Command bar"


class BarMode(Enum):
    """What Enter does."""

    COMMAND = "command"
    GROUND = "ground"
    PAUSED = "paused"


# Another example each time the bar opens: what it can do is learned in passing.
_EXAMPLES = {
    BarMode.COMMAND: (
        "click Save, then type report.txt into Name",
        "open menu File > Export > PDF",
        "check “Remember me” and press Enter",
        "scroll down until you see Contact",
        "double-click notes.txt",
        "select German from Language",
        "right-click the second row, then click Copy",
    ),
    BarMode.GROUND: (
        "Where is … the Save button?",
        "Where is … the field below Name?",
        "Where is … the third checkbox?",
    ),
}
_KEYS = {
    BarMode.COMMAND: "Enter run  ·  Ctrl+Enter show where  ·  ↑ earlier  ·  Esc close",
    BarMode.GROUND: "Enter show where  ·  ↑ earlier  ·  Esc close",
    BarMode.PAUSED: "Enter continue  ·  Esc stop",
}


class CommandBar(Sheet):
    """Takes the focus when it opens, because the person asked for it.

    Signals:
        text_edited: what is typed so far, once typing rests for a moment (str).
        command_entered: run this (str).
        ground_requested: only show where this is (str).
        continue_requested, stop_requested: the answer while a run is paused.
        closed: the person closed it with Esc, or turned to another window.
        area_changed: it takes more or less of the desktop (``sheet_area``).
    """

    text_edited = Signal(str)
    command_entered = Signal(str)
    ground_requested = Signal(str)
    continue_requested = Signal()
    stop_requested = Signal()
    closed = Signal()
    area_changed = Signal()

    def __init__(self, own_windows: OwnWindowSet, desktop: ShellDesktop, theme: Theme, history: CommandHistory) -> None:
        super().__init__(Qt.WindowType.Widget, theme)
        self.setObjectName("command_bar")
        self.setWindowTitle(BAR_TITLE)
        self._own_windows = own_windows
        self._desktop = desktop
        self._history = history
        self._examples = {mode: cycle(examples) for mode, examples in _EXAMPLES.items()}
        self._mode = BarMode.COMMAND
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._on_debounce_timeout)
        self._build()
        self.set_theme(theme)

    @property
    def mode(self) -> BarMode:
        """What Enter does now."""
        return self._mode

    @property
    def text(self) -> str:
        """What is typed so far."""
        return self._line.text

    def open(self, mode: BarMode, screen: QScreen, *, message: str = "") -> None:
        """Show it on a screen with the focus, empty but for a message below the line."""
        self._mode = mode
        self._history.rewind()
        self._line.clear()
        self._debounce.stop()
        self._legend.clear()
        self._line.setVisible(mode is not BarMode.PAUSED)
        self._paused.setVisible(mode is BarMode.PAUSED)
        self._paused.setText(message)
        if mode is not BarMode.PAUSED:
            self._line.setPlaceholderText(next(self._examples[mode]))
        self._keys.setText(_KEYS[mode])
        self.show_message("" if mode is BarMode.PAUSED else message)
        self.set_blended(self._desktop.has_compositor())
        self._fit()
        self.return_to(screen)
        self._own_windows.present(self)
        self.take_focus()

    def return_to(self, screen: QScreen) -> None:
        """Lie where it opens, on a screen."""
        self.place(screen, _TOP_SHARE)

    def take_focus(self) -> None:
        """Ask for the keyboard; the answer to the person's own key press, so it is no theft."""
        self.raise_()
        self.activateWindow()
        (self if self._mode is BarMode.PAUSED else self._line).setFocus(Qt.FocusReason.ShortcutFocusReason)
        # The window manager has to know the window before it can be asked; it does when it lets us draw.
        QTimer.singleShot(0, self, self._activate_firmly)

    def close_bar(self) -> None:
        """Go away without a word."""
        self._debounce.stop()
        self._own_windows.dismiss(self)

    def show_message(self, text: str, hint: str = "", *, is_error: bool = False) -> None:
        """One sentence below the line, and what to do next; "" clears it."""
        tone = self.theme.bad if is_error else self.theme.text
        hint_part = f'<br><span style="color:{self.theme.muted}">{rich(hint)}</span>' if hint else ""
        self._message.setText(f'<span style="color:{tone}">{rich(text)}</span>{hint_part}' if text else "")
        self._message.setAccessibleName(f"{text} {hint}".strip())
        self._message.setVisible(bool(text))
        self._fit()

    def show_live(self, scored: PatchScores) -> None:
        """Say what the colours mean while one types, and in ground mode that nothing is likely.

        A command may also be about no place at all ("press Enter"), so there is nothing to say about it yet.
        """
        is_lost = self._mode is BarMode.GROUND and scored.scores.any() and not has_likely_place(scored)
        self._legend.setText("nothing like that on this screen" if is_lost else live_legend(scored))
        self.show_message("")

    def show_grounding(self, grounding: Grounding) -> None:
        """Say where it is, or that it is not there and what comes nearest."""
        self._legend.setText(answer_legend(grounding))
        if grounding.is_rejected:
            nearest = _names(grounding.candidates)
            hint = f"Nearest: {nearest}." if nearest else "Say what is written on it."
            if len(QGuiApplication.screens()) > 1:
                hint += " Only this screen was looked at; for another one, move the mouse there and ask again."
            self.show_message(RunStatus.NOT_FOUND.value.capitalize() + " on this screen.", hint, is_error=True)
            return
        best = grounding.candidates[0] if grounding.candidates else None
        name = f"“{best.label}”, " if best is not None and best.label else ""
        self.show_message(
            f"Found {name}{grounding.score:.0%} sure.",
            f"{grounding.timings.total:.0f} ms on this machine" + (grounding.note and f". {grounding.note}"),
        )

    def avoid(self, targets: Sequence[QRect]) -> None:
        """Move aside if it lies over what was found (Qt's coordinates)."""
        if self.is_covering(targets):
            self.move(self.corner(min(_ASIDE, key=lambda place: self.covered(place, targets))))

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        super().set_theme(theme)
        self._lens.set_theme(theme)
        self.setStyleSheet(f"""
            QTextEdit {{ background: transparent; border: none; color: {theme.text}; font-size: 21px;
                              selection-background-color: {theme.accent}; selection-color: {theme.surface}; }}
            QLabel#bar_paused {{ color: {theme.text}; font-size: 19px; }}
            QLabel#bar_message {{ font-size: 14px; padding: 10px 20px 12px 20px;
                                  border-top: 1px solid {theme.line}; }}
            QLabel#bar_keys, QLabel#bar_legend {{ color: {theme.muted}; font-size: 12px; padding: 0 20px 10px 20px; }}
        """)
        palette = self._line.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, colour(theme.muted))
        self._line.setPalette(palette)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter and Esc while there is nothing to type into."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._on_line_entered(is_ground_only=False)
            case Qt.Key.Key_Escape:
                self._on_line_dismissed()
            case _:
                super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Turning to another window closes the bar, unless it has something to say."""
        super().changeEvent(event)
        if event.type() != QEvent.Type.ActivationChange:
            return
        self.set_outline(self.theme.accent if self.isActiveWindow() else self.theme.line)
        if self.isActiveWindow() or not self.isVisible():
            return
        if self._mode is not BarMode.PAUSED and not self._message.isVisible() and not self.text:
            self._on_line_dismissed()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """No late signal from a bar that is gone."""
        self._debounce.stop()
        super().hideEvent(event)

    def _build(self) -> None:
        self.setFixedWidth(_WIDTH + 2 * self.margin)
        row = QHBoxLayout()
        row.setContentsMargins(20, 16, 20, 10)
        row.setSpacing(14)
        self._lens = Lens(self.theme)
        self._line = named(CommandLine(self._history), "bar_line")
        self._line.setAccessibleName("Command")
        self._line.setAccessibleDescription("What Foveal should do or find, in your words.")
        self._line.textChanged.connect(self._debounce.start)
        self._line.entered.connect(self._on_line_entered)
        self._line.dismissed.connect(self._on_line_dismissed)
        self._line.height_changed.connect(self._fit)
        self._paused = named(QLabel(wordWrap=True), "bar_paused")
        row.addWidget(self._lens, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._line, 1)
        row.addWidget(self._paused, 1)
        self._message = named(QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText), "bar_message")
        self._keys = named(QLabel(), "bar_keys")
        self._keys.setAccessibleName("Keys")
        self._legend = named(QLabel(textFormat=Qt.TextFormat.RichText), "bar_legend")
        foot = QHBoxLayout()
        foot.addWidget(self._keys)
        foot.addStretch(1)
        foot.addWidget(self._legend)
        self.content.addLayout(row)
        self.content.addLayout(foot)
        self.content.addWidget(self._message)

    @Slot()
    def _fit(self) -> None:
        before = self.height()
        self.setFixedWidth(_WIDTH + 2 * self.margin)
        self.content.activate()
        self.setFixedHeight(max(self.content.totalHeightForWidth(self.width()), self.content.minimumSize().height()))
        if self.isVisible() and self.height() != before:
            self.area_changed.emit()

    @Slot(bool)
    def _on_line_entered(self, is_ground_only: bool) -> None:
        if self._mode is BarMode.PAUSED:
            self.close_bar()
            self.continue_requested.emit()
            return
        if not self.text:
            wish = "Type what to look for." if self._mode is BarMode.GROUND else "Type what Foveal should do."
            self.show_message(wish, f"For instance: {_EXAMPLES[self._mode][0]}")
            return
        self._debounce.stop()
        self._history.add(self.text)
        if is_ground_only or self._mode is BarMode.GROUND:
            self.ground_requested.emit(self.text)
            return
        command = self.text
        self.close_bar()
        self.command_entered.emit(command)

    @Slot()
    def _on_line_dismissed(self) -> None:
        is_paused = self._mode is BarMode.PAUSED
        self.close_bar()
        (self.stop_requested if is_paused else self.closed).emit()

    def _activate_firmly(self) -> None:
        if self.isVisible() and not self.isActiveWindow():
            self._desktop.activate(int(self.winId()))

    @Slot()
    def _on_debounce_timeout(self) -> None:
        if self._mode is not BarMode.PAUSED:
            self.text_edited.emit(self.text)


def _names(candidates: tuple[Candidate, ...]) -> str:
    return ", ".join(f"“{candidate.label}”" for candidate in candidates[:3] if candidate.label)

"""The run panel: what a run is doing, without ever taking the focus from the program that is being worked in.

While the person is asked, the keyboard is *grabbed*, not focused: the program keeps its focus, its caret and its open
menus' windows, but Enter, Esc, digits and arrows come here. The grab ends with the answer, before anything is sent.
A program with an open menu may hold a grab of its own; then the panel keeps trying, and its buttons work meanwhile.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPropertyAnimation, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton

from agent.confirm import Decision
from agent.events import Preview, RunStarted, StepFinished, StepStarted
from agent.types import Outcome, RunResult, RunStatus
from app.desktop import ShellDesktop
from app.legend import answer_legend
from app.own_windows import OwnWindowSet
from app.sheet import Sheet
from app.step_list import StepList
from app.theme import Theme
from app.widgets import named
from app.wording import LOADING_WORDS, outcome_words, result_words, rich

_WIDTH = 500
# Where the panel may lie, as shares of the free width and height: below first, then above, then to the sides.
_PLACES = ((0.5, 1.0), (0.5, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (1.0, 0.5), (0.0, 0.5))
_GRAB_RETRY_MS = 60
_DONE_MS = 3500
_TROUBLE_MS = 15000


class RunPanel(Sheet):
    """Shows progress, asks before acting, tells how it ended.

    Signals:
        decided: the person's answer to a preview (Decision).
        choice_moved: another candidate is marked (int, counted from 0); the countdown is off then.
        stop_requested: Esc or the stop button.
        continue_requested: the button while paused.
    """

    decided = Signal(object)
    choice_moved = Signal(int)
    stop_requested = Signal()
    continue_requested = Signal()

    def __init__(self, own_windows: OwnWindowSet, desktop: ShellDesktop, theme: Theme) -> None:
        super().__init__(Qt.WindowType.WindowDoesNotAcceptFocus | Qt.WindowType.X11BypassWindowManagerHint, theme)
        self.setObjectName("run_panel")
        self.setWindowTitle("Run")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._own_windows = own_windows
        self._desktop = desktop
        self._preview: Preview | None = None
        self._choice_idx = 0
        self._is_grabbing = False
        self._place = _PLACES[0]
        self._grab_retry = QTimer(self, interval=_GRAB_RETRY_MS)
        self._grab_retry.timeout.connect(self._on_grab_retry_timeout)
        self._farewell = QTimer(self, singleShot=True)
        self._farewell.timeout.connect(self._on_farewell_timeout)
        self._build()
        self.set_theme(theme)

    @property
    def preview(self) -> Preview | None:
        """What the person is being asked, or None."""
        return self._preview

    def begin(self, command: str, screen: QScreen) -> None:
        """A command was entered."""
        self.end_question()
        self._farewell.stop()
        self._place = _PLACES[0]
        self._steps.clear()
        self._title.setText(rich(command))
        self._say("Looking …")
        self._stop.setVisible(True)
        self._go.setVisible(False)
        self.set_blended(self._desktop.has_compositor())
        self.setScreen(screen)
        self._present()

    def show_started(self, event: RunStarted) -> None:
        """The steps are known."""
        self._steps.set_steps(tuple(step.said for step in event.steps))
        self._say("Rehearsal: nothing will be clicked." if event.is_dry else "")
        self._present()

    def show_loading(self, *, is_loading: bool) -> None:
        """The model takes long to load, or has done so."""
        self._say(*(LOADING_WORDS if is_loading else ("Looking …",)))
        self._present()

    def show_step(self, event: StepStarted) -> None:
        """A step begins."""
        self.end_question()
        self._steps.begin(event.step_idx, event.title)
        self._say("")
        self._present()

    def show_step_finished(self, event: StepFinished) -> None:
        """A step is over."""
        self.end_question()
        self._steps.finish(event.step_idx, event.outcome)
        trouble = event.detail or outcome_words(event.outcome)
        self._say("" if event.outcome is Outcome.DELIVERED else trouble)
        self._present()

    def ask(self, preview: Preview) -> None:
        """Ask before acting; ``decided`` brings the answer unless the countdown is faster."""
        self._preview = preview
        self._choice_idx = 0
        self._say(_question(preview), is_warning=preview.is_dangerous or preview.is_unsure)
        self._candidates.setVisible(len(preview.candidates) > 1)
        self._show_candidates()
        self._keys.setText(_keys(preview))
        self._keys.setVisible(True)
        self._legend.setText("" if preview.grounding is None else answer_legend(preview.grounding))
        self._legend.setVisible(preview.grounding is not None)
        self._go.setText("Act")
        self._go.setVisible(True)
        self._start_countdown(preview.countdown_s)
        self._present()
        self._grab_retry.start()
        self._on_grab_retry_timeout()

    def end_question(self) -> None:
        """The question has been answered, by whomever: give the keyboard back."""
        self._preview = None
        self._grab_retry.stop()
        self._give_keyboard_back()
        self._run_down.stop()
        for widget in (self._candidates, self._keys, self._legend, self._countdown, self._go):
            widget.setVisible(False)

    def hold_countdown(self) -> None:
        """Nothing happens by itself any more."""
        if self._preview is not None:
            self._start_countdown(None)
            self._say("You have the mouse: press Enter or Act to go on.", is_warning=True)
            self._present()

    def show_paused(self, reason: str) -> None:
        """The run waits; the person has the mouse, so there is a button."""
        self.end_question()
        self._say(reason, is_warning=True)
        self._go.setText("Continue")
        self._go.setVisible(True)
        self._present()

    def show_resumed(self) -> None:
        """The run goes on."""
        self._go.setVisible(False)
        self._say("")
        self._present()

    def show_result(self, result: RunResult) -> None:
        """How it ended; goes away by itself, later if there is something to read."""
        self.show_outcome(result_words(result), result.hint, is_good=result.status is RunStatus.DONE)

    def show_outcome(self, message: str, hint: str, *, is_good: bool) -> None:
        """One sentence and what to do next."""
        self.end_question()
        self._say(message, hint, is_warning=not is_good)
        self._go.setVisible(False)
        self._stop.setVisible(False)
        self._farewell.start(_DONE_MS if is_good else _TROUBLE_MS)
        self._present()

    def leave(self) -> None:
        """Go away."""
        self.end_question()
        self._farewell.stop()
        self._own_windows.dismiss(self)

    def avoid(self, areas: Sequence[QRect]) -> None:
        """Leave parts of the desktop free (Qt's coordinates), or as much of them as can be."""
        if self.covered(self._place, areas):
            self._place = min(_PLACES, key=lambda place: self.covered(place, areas))  # the first of the best
            self._present()

    def return_to(self, screen: QScreen) -> None:
        """Lie on a screen: the one before may be gone."""
        self.setScreen(screen)
        self._present()

    @property
    def spared_area(self) -> QRect | None:
        """The part of the desktop that the panel covers now; None if it is not shown."""
        return self.sheet_area if self._own_windows.is_presented(self) else None

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        super().set_theme(theme)
        self._steps.set_theme(theme)
        self.setStyleSheet(f"""
            QLabel {{ color: {theme.text}; font-size: 14px; padding: 0 18px 8px 18px; }}
            QLabel#panel_title {{ font-size: 15px; font-weight: 600; padding: 0; }}
            QLabel#panel_keys {{ color: {theme.muted}; font-size: 12px; padding-right: 0; }}
            QLabel#panel_legend {{ color: {theme.muted}; font-size: 12px; padding-left: 0; }}
            QPushButton {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.line};
                           border-radius: 8px; padding: 4px 14px; font-size: 13px; }}
            QPushButton:hover {{ border-color: {theme.accent}; }}
            QPushButton#panel_go {{ color: {theme.surface}; background: {theme.accent}; border: none; }}
            QProgressBar {{ background: {theme.raised}; border: none; border-radius: 2px; max-height: 4px;
                            margin: 0 18px 6px 18px; }}
            QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}
        """)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The person's answer."""
        if self._preview is None:
            super().keyPressEvent(event)
            return
        n_candidates = max(len(self._preview.candidates), 1)
        match event.key():
            case Qt.Key.Key_Escape:
                self._stop_run()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._decide(self._choice_idx)
            case Qt.Key.Key_Down | Qt.Key.Key_Right | Qt.Key.Key_Tab:
                self._choose((self._choice_idx + 1) % n_candidates)
            case Qt.Key.Key_Up | Qt.Key.Key_Left | Qt.Key.Key_Backtab:
                self._choose((self._choice_idx - 1) % n_candidates)
            case key if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and key - Qt.Key.Key_1 < n_candidates:
                self._decide(key - Qt.Key.Key_1)
            case _:
                return

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """A hidden window cannot hold the keyboard."""
        self._give_keyboard_back()
        super().hideEvent(event)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(18, 14, 14, 8)
        head.setSpacing(8)
        self._title = named(QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText), "panel_title")
        self._stop = named(QPushButton("Stop"), "panel_stop")
        self._stop.setAccessibleDescription("End the run; nothing more is sent.")
        self._stop.clicked.connect(self._stop_run)
        self._go = named(QPushButton("Act"), "panel_go")
        self._go.clicked.connect(self._on_go_clicked)
        for button in (self._go, self._stop):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        head.addWidget(self._title, 1)
        head.addWidget(self._go)
        head.addWidget(self._stop)
        self._steps = StepList(self.theme)
        self._message = self._text("panel_message")
        self._candidates = self._text("panel_candidates")
        self._keys = named(QLabel(), "panel_keys")
        self._legend = named(QLabel(textFormat=Qt.TextFormat.RichText), "panel_legend")
        foot = QHBoxLayout()
        foot.addWidget(self._keys)
        foot.addStretch(1)
        foot.addWidget(self._legend)
        self._countdown = named(QProgressBar(textVisible=False, maximum=1000), "panel_countdown")
        self._countdown.setAccessibleName("Time until Foveal acts")
        self._run_down = QPropertyAnimation(self._countdown, b"value", self)
        self.content.addLayout(head)
        for widget in (self._steps, self._message, self._candidates):
            self.content.addWidget(widget)
        self.content.addLayout(foot)
        self.content.addWidget(self._countdown)
        self.content.addSpacing(8)
        for part in (self._message, self._candidates, self._keys, self._legend, self._countdown):
            part.setVisible(False)

    def _text(self, name: str) -> QLabel:
        return named(QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText), name)

    def _present(self) -> None:
        self.setFixedWidth(_WIDTH + 2 * self.margin)
        self.content.activate()
        self.setFixedHeight(max(self.content.totalHeightForWidth(self.width()), self.content.minimumSize().height()))
        self.move(self.corner(self._place))
        self._own_windows.present(self)

    def _say(self, text: str, hint: str = "", *, is_warning: bool = False) -> None:
        tone = self.theme.warn if is_warning else self.theme.text
        tail = f'<br><span style="color:{self.theme.muted}">{rich(hint)}</span>' if hint else ""
        self._message.setText(f'<span style="color:{tone}">{rich(text)}</span>{tail}' if text else "")
        self._message.setVisible(bool(text))

    def _show_candidates(self) -> None:
        if self._preview is None:
            return
        rows = []
        for idx, candidate in enumerate(self._preview.candidates):
            name = rich(candidate.label or "without a name")
            is_chosen = idx == self._choice_idx
            tone, mark = (self.theme.accent, "▸") if is_chosen else (self.theme.text, "&nbsp;")
            rows.append(f'<span style="color:{tone}">{mark} <b>{idx + 1}</b>&nbsp;&nbsp;{name}</span>')
        self._candidates.setText(f'<p style="line-height:135%">{"<br>".join(rows)}</p>')

    def _start_countdown(self, countdown_s: float | None) -> None:
        self._run_down.stop()
        self._countdown.setVisible(countdown_s is not None)
        if countdown_s is not None:
            self._run_down.setDuration(round(countdown_s * 1000))
            self._run_down.setStartValue(0)
            self._run_down.setEndValue(1000)
            self._run_down.start()

    def _choose(self, idx: int) -> None:
        if self._preview is None:
            return
        self._choice_idx = idx
        self._start_countdown(None)
        self._show_candidates()
        self._present()
        self.choice_moved.emit(idx)

    def _decide(self, idx: int) -> None:
        self.end_question()
        self.decided.emit(Decision(is_go=True, candidate_idx=idx))

    def _stop_run(self) -> None:
        self.end_question()
        self.stop_requested.emit()

    def _give_keyboard_back(self) -> None:
        """Returns when the display has done so: the worker may type at once, over a connection of its own."""
        if self._is_grabbing:
            self._is_grabbing = False
            self.windowHandle().setKeyboardGrabEnabled(False)
            QGuiApplication.sync()

    @Slot()
    def _on_grab_retry_timeout(self) -> None:
        if self.isVisible():
            self._is_grabbing = self.windowHandle().setKeyboardGrabEnabled(True)
        if self._is_grabbing:
            self._grab_retry.stop()

    @Slot()
    def _on_go_clicked(self) -> None:
        if self._preview is not None:
            self._decide(self._choice_idx)
        else:
            self.continue_requested.emit()

    @Slot()
    def _on_farewell_timeout(self) -> None:
        self.leave()


def _question(preview: Preview) -> str:
    if preview.is_unsure:
        return "Which one is meant?"
    if preview.is_dangerous:
        return f"{preview.title}? It may not be possible to undo this."
    return ""  # the list of steps already says it


def _keys(preview: Preview) -> str:
    keys = ["Enter act"]
    if len(preview.candidates) > 1:
        keys.append(f"1–{len(preview.candidates)} choose")
    return "  ·  ".join([*keys, "Esc stop"])

"""What happens when: the bar opens, the person types, a run goes on, the stop is pulled.

Decides nothing about the desktop; it turns facts from the agent into pictures, and wishes of the person into calls.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QRect, QTimer, Slot
from PySide6.QtGui import QCursor, QGuiApplication, QScreen

from agent.cancel import StopSwitch
from agent.confirm import Decision
from agent.errors import AgentError
from agent.events import (
    ActionSent,
    Preview,
    RunEvent,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    StepFinished,
    StepGrounded,
    StepStarted,
)
from agent.types import RunResult, RunStatus, Screenshot
from app.agent_bridge import AgentBridge
from app.assistant import Found, LiveScores
from app.command_bar import BarMode, CommandBar
from app.desktop import ShellDesktop
from app.heatmap import Drawing
from app.history import CommandHistory
from app.icons import ShellState
from app.label_place import Detail
from app.overlay import Overlay, screen_area_of, screen_of
from app.run_panel import RunPanel
from app.tray import Tray
from app.wording import LOADING_WORDS, plain
from model.errors import ModelError

logger = logging.getLogger(__name__)

# The bar waits so long for the picture of the screen without it; a worker that is busy loses the race.
_CAPTURE_LIMIT_MS = 70
_PATIENT_CAPTURE_LIMIT_MS = 3000
_FOCUS_POLL_MS = 10
_FOCUS_LIMIT_POLLS = 60
_LOOKING = "Looking …"


class Shell(QObject):
    """Connects bar, panel, overlay, tray and bridge. GUI thread only."""

    def __init__(
        self,
        *,
        bridge: AgentBridge,
        bar: CommandBar,
        panel: RunPanel,
        overlay: Overlay,
        tray: Tray,
        history: CommandHistory,
        stop: StopSwitch,
        desktop: ShellDesktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._bar = bar
        self._panel = panel
        self._overlay = overlay
        self._tray = tray
        self._history = history
        self._stop = stop
        self._desktop = desktop
        self._greeting = ""
        self._is_running = False
        self._is_paused = False
        self._is_loading = False
        self._is_finding = False
        self._opening: BarMode | None = None
        self._shown: tuple[Screenshot, Drawing] | None = None
        self._is_look_stale = False
        self._previous_window: int | None = None
        self._capture_limit = QTimer(self, singleShot=True)
        self._capture_limit.timeout.connect(self._on_capture_limit_timeout)
        self._focus_poll = QTimer(self, interval=_FOCUS_POLL_MS)
        self._focus_poll.timeout.connect(self._on_focus_poll_timeout)
        self._n_focus_polls = 0
        self._after_focus: Callable[[], None] | None = None
        self._connect()

    @property
    def is_running(self) -> bool:
        """Whether a run is going on."""
        return self._is_running

    def greet(self, text: str) -> None:
        """Show this when the bar opens next (the hotkeys, on first start)."""
        self._greeting = text

    # ------------------------------------------------------------------ wishes of the person

    def open_bar(self, mode: BarMode, *, is_patient: bool = False) -> None:
        """Open the bar; once more closes it. During a run it answers a pause, and nothing else.

        Args:
            mode: what Enter will do.
            is_patient: wait longer for the picture of the screen; nobody has pressed a key.
        """
        if self._is_running:
            if self._is_paused:
                self._bar.open(BarMode.PAUSED, _screen_under_pointer(), message="Paused.")
            return
        if self._bar.isVisible():
            is_same = self._bar.mode is mode
            self._close_bar()
            if is_same:
                return
        self._panel.leave()
        self._tray.set_state(ShellState.IDLE)
        self._previous_window = self._desktop.active_window()
        self._opening = mode
        self._bridge.capture()
        self._capture_limit.start(_PATIENT_CAPTURE_LIMIT_MS if is_patient else _CAPTURE_LIMIT_MS)

    def run(self, command: str) -> None:
        """Give the focus back to the program that is worked in, then do the command."""
        if self._is_running:
            return
        self._is_running = True
        self._stop.reset()
        self._overlay.spare(None)
        self._overlay.hide()
        self._tray.set_last_commands(self._history.entries)
        self._tray.set_state(ShellState.THINKING)
        self._panel.begin(command, _screen_under_pointer())
        self._give_focus_back(lambda: self._bridge.run(command))

    @Slot()
    def stop(self) -> None:
        """Stop everything, also what is merely shown."""
        self._stop.stop()
        self._bar.close_bar()
        self._overlay.hide()
        if self._is_running:
            self._panel.end_question()

    @Slot()
    def resume(self) -> None:
        """Go on after a pause."""
        self._bar.close_bar()
        self._give_focus_back(self._stop.resume)

    # ------------------------------------------------------------------ wiring

    def _connect(self) -> None:
        bar, bridge, panel = self._bar, self._bridge, self._panel
        bar.text_edited.connect(self._on_bar_text_edited)
        bar.command_entered.connect(self.run)
        bar.ground_requested.connect(self._on_bar_ground_requested)
        bar.continue_requested.connect(self.resume)
        bar.stop_requested.connect(self.stop)
        bar.closed.connect(self._on_bar_closed)
        bar.area_changed.connect(self._on_bar_area_changed)
        panel.decided.connect(self._on_panel_decided)
        panel.choice_moved.connect(self._on_panel_choice_moved)
        panel.stop_requested.connect(self.stop)
        panel.continue_requested.connect(self.resume)
        bridge.screen_captured.connect(self._on_bridge_screen_captured)
        bridge.scores_ready.connect(self._on_bridge_scores_ready)
        bridge.found.connect(self._on_bridge_found)
        bridge.model_loading.connect(self._on_bridge_model_loading)
        bridge.run_event.connect(self._on_bridge_run_event)
        bridge.preview_asked.connect(self._on_bridge_preview_asked)
        bridge.preview_closed.connect(panel.end_question)
        bridge.countdown_held.connect(panel.hold_countdown)
        bridge.run_ended.connect(self._on_bridge_run_ended)
        bridge.work_cancelled.connect(self._on_bridge_work_cancelled)
        bridge.work_failed.connect(self._on_bridge_work_failed)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self._on_app_screens_changed)
            app.screenRemoved.connect(self._on_app_screens_changed)

    # ------------------------------------------------------------------ the bar

    def _open_now(self, screen: QScreen) -> None:
        mode, self._opening = self._opening, None
        self._capture_limit.stop()
        if mode is not None:
            self._bar.open(mode, screen, message=self._greeting)
            self._greeting = ""
            if self._is_loading:
                self._bar.show_message(*LOADING_WORDS)
            self._overlay.spare(self._bar.sheet_area)

    def _close_bar(self) -> None:
        self._bar.close_bar()
        self._overlay.hide()
        self._overlay.spare(None)

    @Slot()
    def _on_capture_limit_timeout(self) -> None:
        if self._opening is not None and self._bridge.withdraw_capture():
            self._open_now(_screen_under_pointer())

    @Slot(object)
    def _on_bridge_screen_captured(self, screenshot: Screenshot) -> None:
        self._is_look_stale = False
        self._open_now(screen_of(screenshot.monitor.bounds_pt))

    @Slot(str)
    def _on_bar_text_edited(self, text: str) -> None:
        if text:
            self._bridge.score(text)
        else:
            self._overlay.hide()

    @Slot(object)
    def _on_bridge_scores_ready(self, live: LiveScores) -> None:
        if self._bar.isVisible() and self._bar.text == live.text and not self._is_look_stale:
            transform = live.screenshot.transform
            drawing = Drawing(width_px=transform.width_px, height_px=transform.height_px, scored=live.scored)
            self._bar.show_live(live.scored)
            self._show(live.screenshot, drawing)

    @Slot()
    def _on_bar_area_changed(self) -> None:
        self._overlay.spare(self._bar.sheet_area)

    @Slot(QScreen)
    def _on_app_screens_changed(self, _screen: QScreen) -> None:
        """What was looked at may be gone or lie elsewhere: show nothing of it any more."""
        self._is_look_stale = True
        self._overlay.close()
        if self._bar.isVisible():
            self._bar.show_message("The screens have changed.", "Close the bar and open it again to look anew.")
        # Qt tells of the screens one after the other; all of them are right once it is back in its loop.
        QTimer.singleShot(0, self, self._return_to_screen)

    def _return_to_screen(self) -> None:
        screen = _screen_under_pointer()
        if self._bar.isVisible():
            self._bar.return_to(screen)
        if self._panel.isVisible():
            self._panel.return_to(screen)

    @Slot(str)
    def _on_bar_ground_requested(self, instruction: str) -> None:
        self._is_finding = True
        self._bar.show_message(*(LOADING_WORDS if self._is_loading else (_LOOKING,)))
        self._tray.set_state(ShellState.THINKING)
        self._tray.set_last_commands(self._history.entries)
        self._bridge.find(instruction)

    @Slot(bool)
    def _on_bridge_model_loading(self, is_loading: bool) -> None:
        """Gigabytes come from the disk: say so instead of looking dead."""
        self._is_loading = is_loading
        if self._is_running:
            self._panel.show_loading(is_loading=is_loading)
        elif self._bar.isVisible():
            after = (_LOOKING,) if self._is_finding else ("",)
            self._bar.show_message(*(LOADING_WORDS if is_loading else after))
        self._tray.set_state(ShellState.THINKING if is_loading or self._is_running else ShellState.IDLE)

    @Slot(object)
    def _on_bridge_found(self, found: Found) -> None:
        self._is_finding = False
        self._tray.set_state(ShellState.IDLE)
        if not self._bar.isVisible() or self._is_look_stale:
            return
        self._bar.show_grounding(found.grounding)
        self._bar.take_focus()
        drawing = Drawing.of_grounding(found.grounding, label=found.grounding.instruction)
        self._bar.avoid(_places_of(found.screenshot, drawing))
        self._show(found.screenshot, replace(drawing, detail=Detail.of(found.screenshot.pixels)))

    @Slot()
    def _on_bar_closed(self) -> None:
        self._close_bar()
        self._give_focus_back(None)

    # ------------------------------------------------------------------ a run

    @Slot(object)
    def _on_bridge_run_event(self, event: RunEvent) -> None:
        match event:
            case RunStarted():
                self._panel.show_started(event)
            case StepStarted():
                self._overlay.hide()
                self._panel.show_step(event)
                self._tray.set_state(ShellState.THINKING)
            case StepGrounded():
                self._show_target(event.screenshot, Drawing.of_grounding(event.grounding))
            case ActionSent():
                self._overlay.hide()
                self._tray.set_state(ShellState.ACTING)
            case StepFinished():
                self._overlay.hide()
                self._panel.show_step_finished(event)
            case RunPaused():
                self._on_paused(event.reason)
            case RunResumed():
                self._is_paused = False
                self._bar.close_bar()
                self._panel.show_resumed()
                self._tray.set_state(ShellState.ACTING)
            case RunFinished():
                self._overlay.hide()
            case Preview():
                return  # asked through preview_asked, with an answer awaited

    @Slot(object)
    def _on_bridge_preview_asked(self, preview: Preview) -> None:
        self._panel.ask(preview)
        if preview.screenshot is not None and preview.grounding is not None:
            drawing = Drawing(
                width_px=preview.grounding.grid.width_px,
                height_px=preview.grounding.grid.height_px,
                scored=preview.grounding.scored,
                pointer_probs=preview.grounding.pointer_probs,
                candidates=preview.candidates,
                chosen_idx=0 if preview.candidates else None,
                label=plain(preview.title),
                detail=Detail.of(preview.screenshot.pixels),
            )
            self._show_target(preview.screenshot, drawing)

    @Slot(int)
    def _on_panel_choice_moved(self, idx: int) -> None:
        self._bridge.hold_countdown()
        if self._shown is not None:
            screenshot, drawing = self._shown
            self._show(screenshot, drawing.with_choice(idx))

    @Slot(object)
    def _on_panel_decided(self, decision: Decision) -> None:
        self._bridge.answer(decision)

    def _on_paused(self, reason: str) -> None:
        self._is_paused = True
        self._overlay.hide()
        self._panel.show_paused(reason)
        self._tray.set_state(ShellState.PAUSED)
        self._previous_window = self._desktop.active_window()
        self._bar.open(BarMode.PAUSED, _screen_under_pointer(), message=reason)

    @Slot(object)
    def _on_bridge_run_ended(self, result: RunResult) -> None:
        self._run_is_over()
        self._panel.show_result(result)
        self._tray.set_state(ShellState.STOPPED if result.status is RunStatus.STOPPED else ShellState.IDLE)

    @Slot()
    def _on_bridge_work_cancelled(self) -> None:
        if self._is_running:
            self._run_is_over()
            self._panel.show_outcome("Stopped.", "", is_good=True)
        self._tray.set_state(ShellState.STOPPED)

    @Slot(object)
    def _on_bridge_work_failed(self, error: AgentError | ModelError) -> None:
        self._is_finding = False
        self._tray.set_state(ShellState.IDLE)
        if self._is_running:
            self._run_is_over()
            self._panel.show_outcome(error.message, error.hint, is_good=False)
            return
        if self._opening is not None:
            self._open_now(_screen_under_pointer())
        if self._bar.isVisible():
            self._bar.show_message(error.message, error.hint, is_error=True)
        else:
            self._tray.show_balloon(error.message, error.hint)

    def fail_unexpectedly(self) -> None:
        """A mistake of ours ended the work; the notifier says what to do about it."""
        self._run_is_over()
        self._panel.leave()
        self._tray.set_state(ShellState.IDLE)

    def _run_is_over(self) -> None:
        self._is_running = self._is_paused = False
        self._overlay.hide()
        if self._bar.mode is BarMode.PAUSED:
            self._bar.close_bar()

    # ------------------------------------------------------------------ pictures and focus

    def _show_target(self, screenshot: Screenshot, drawing: Drawing) -> None:
        # Before the overlay: it leaves the place of the panel uncovered.
        self._panel.avoid(_places_of(screenshot, drawing))
        self._show(screenshot, drawing)

    def _show(self, screenshot: Screenshot, drawing: Drawing) -> None:
        self._shown = (screenshot, drawing)
        self._overlay.spare(self._bar.sheet_area if self._bar.isVisible() else self._panel.spared_area)
        self._overlay.show_drawing(screenshot, drawing)

    def _give_focus_back(self, then: Callable[[], None] | None) -> None:
        """Activate the window that was worked in before the bar opened; go on once it has the focus."""
        self._after_focus = then
        if self._previous_window is None or self._desktop.active_window() == self._previous_window:
            self._go_on()
            return
        self._desktop.activate(self._previous_window)
        self._n_focus_polls = 0
        self._focus_poll.start()

    def _go_on(self) -> None:
        self._focus_poll.stop()
        then, self._after_focus = self._after_focus, None
        if then is not None:
            then()

    @Slot()
    def _on_focus_poll_timeout(self) -> None:
        self._n_focus_polls += 1
        is_back = self._desktop.active_window() == self._previous_window
        if is_back or self._n_focus_polls >= _FOCUS_LIMIT_POLLS:
            self._go_on()  # a window that has been closed meanwhile does not come back; the run looks for itself


def _screen_under_pointer() -> QScreen:
    return QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()


def _places_of(screenshot: Screenshot, drawing: Drawing) -> list[QRect]:
    """Where the candidates lie on the desktop, in Qt's coordinates."""
    boxes = (c.bbox or (c.x - 20, c.y - 20, c.x + 20, c.y + 20) for c in drawing.candidates)
    return [screen_area_of(screenshot.transform, box) for box in boxes]

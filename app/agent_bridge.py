"""The one place where the worker's results become Qt signals.

The agent runs in a single worker thread, so runs are serial by construction, and knows nothing of Qt. What it wants
from the person or the windows comes through here, too: it blocks the worker, never the interface.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal, Slot

from agent.cancel import StopSwitch
from agent.confirm import Decision
from agent.errors import AgentError, Cancelled, CaptureError, ControlError
from agent.events import Preview
from agent.types import RunResult, Screenshot
from app.assistant import Assistant, Found, LiveScores, OpenAssistant, RunTools
from app.desktop import ShellDesktop
from app.own_windows import OwnWindowSet
from app.settings import Settings
from model.errors import ModelError

logger = logging.getLogger(__name__)

_HIDE_TIMEOUT_S = 2.0
_GIVE_BACK_TIMEOUT_S = 2.0
_STOP_POLL_S = 0.01
_INTERRUPT_AFTER_S = 1.0


class AgentBridge(QObject):
    """Runs the assistant in a worker thread. All public methods but the confirmer's are for the GUI thread.

    Signals:
        screen_captured: Screenshot, before it is encoded.
        scores_ready: LiveScores, of the newest text only.
        found: Found.
        run_event: RunEvent, in order.
        preview_asked: Preview, an answer is awaited (``answer``).
        preview_closed: the question is over, whoever answered; the worker waits until all who hear it are done.
        countdown_held: the mouse was taken while asking, so nothing happens by itself any more.
        model_loading: True when the model takes long to load, False when that is over.
        report_ready: str, what ``examine`` found.
        run_ended: RunResult.
        work_cancelled: stopped by the person before there was a result.
        work_failed: AgentError or ModelError, in the user's words.
        unexpected_error: Exception, a mistake of ours.
        busy_changed: bool.
    """

    screen_captured = Signal(object)
    scores_ready = Signal(object)
    found = Signal(object)
    run_event = Signal(object)
    preview_asked = Signal(object)
    preview_closed = Signal()
    countdown_held = Signal()
    model_loading = Signal(bool)
    report_ready = Signal(str)
    run_ended = Signal(object)
    work_cancelled = Signal()
    work_failed = Signal(object)
    unexpected_error = Signal(object)
    busy_changed = Signal(bool)
    _hide_asked = Signal(object)
    _show_asked = Signal()
    _answer_taken = Signal(object)

    def __init__(
        self,
        settings: Settings,
        open_assistant: OpenAssistant,
        stop: StopSwitch,
        own_windows: OwnWindowSet,
        desktop: ShellDesktop,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._open_assistant = open_assistant
        self._stop = stop
        self._own_windows = own_windows
        self._desktop = desktop
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="agent")
        self._assistant: Assistant | None = None  # touched by the worker; closing may interrupt it
        self._newest_text = ""
        self._answered = threading.Condition()
        self._decision: Decision | None = None
        self._is_held = False
        self._capturing = threading.Lock()
        self._capture_wish = _CaptureWish.NONE
        self._has_look = False  # touched by the worker only
        self._n_hidden = 0  # touched by the worker only
        self._is_closing = False
        self._hide_asked.connect(self._on_hide_asked, Qt.ConnectionType.QueuedConnection)
        self._show_asked.connect(self._own_windows.show_again, Qt.ConnectionType.QueuedConnection)
        self._answer_taken.connect(self._on_answer_taken, Qt.ConnectionType.QueuedConnection)

    # ------------------------------------------------------------------ wishes of the person

    def warm_up(self) -> None:
        """Make the assistant before it is needed: its imports would hold up the first opening of the bar."""
        self._submit(self._warm_up)

    def capture(self) -> None:
        """Take a picture of the screen now, then encode it."""
        with self._capturing:
            self._capture_wish = _CaptureWish.WANTED
        self._submit(self._capture)

    def withdraw_capture(self) -> bool:
        """The screen is about to change: take no picture any more; False if one is being taken right now."""
        with self._capturing:
            if self._capture_wish is _CaptureWish.WANTED:
                self._capture_wish = _CaptureWish.NONE
            return self._capture_wish is _CaptureWish.NONE

    def score(self, text: str) -> None:
        """Live scores; texts that are overtaken by a newer one before their turn are left out."""
        self._newest_text = text
        self._submit(lambda: self._score(text))

    def find(self, instruction: str) -> None:
        """Only show where it is."""
        self._newest_text = instruction
        self._submit(lambda: self._find(instruction))

    def run(self, command: str) -> None:
        """Do a command."""
        self._newest_text = ""
        self._submit(lambda: self._run(command))

    def answer(self, decision: Decision) -> None:
        """The person's answer to the open question; whoever says go has let go of the mouse again."""
        if decision.is_go:
            self._stop.resume()
        with self._answered:
            self._decision = decision
            self._answered.notify()

    def hold_countdown(self) -> None:
        """The person is choosing: do not act by itself any more."""
        with self._answered:
            self._is_held = True
            self._answered.notify()

    def set_settings(self, settings: Settings) -> None:
        """Use other settings from the next command on."""
        self._settings = settings
        self._submit(self._drop_assistant)

    def examine(self, make_report: Callable[[], str]) -> None:
        """Let the doctor look, in turn."""
        self._submit(lambda: self.report_ready.emit(make_report()))

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop what runs, free the assistant, end the thread; gives up waiting after a while. Safe to call twice."""
        if self._is_closing:
            return
        self._is_closing = True
        self._stop.stop()
        self._executor.submit(self._drop_assistant)
        self._executor.shutdown(wait=False)
        for thread in threading.enumerate():
            if thread.name.startswith("agent_"):
                thread.join(min(timeout_s, _INTERRUPT_AFTER_S))
                if thread.is_alive() and self._assistant is not None:
                    self._assistant.interrupt()
                thread.join(timeout_s)
                if thread.is_alive():
                    logger.error("the agent did not end within %.0f s", timeout_s)

    # ------------------------------------------------------------------ agent.confirm.Confirmer

    def confirm(self, preview: Preview) -> Decision:
        """Ask the person; called by the worker, which waits here, also until the keyboard has been given back.

        Raises:
            ControlError: the keyboard was kept, so what is typed would not reach the program.
        """
        with self._answered:
            self._decision, self._is_held = None, False
        self.preview_asked.emit(preview)
        decision = self._wait_for_answer(preview.countdown_s)
        is_closed = threading.Event()
        self._answer_taken.emit(is_closed)
        deadline_s = time.monotonic() + _GIVE_BACK_TIMEOUT_S
        while not is_closed.wait(_STOP_POLL_S) and decision.is_go and not self._is_closing:
            if time.monotonic() > deadline_s:
                raise ControlError(
                    "Foveal's own panel kept the keyboard.", hint="The program may be busy. Try the command again."
                )
        return decision

    @Slot(object)
    def _on_answer_taken(self, is_closed: threading.Event) -> None:
        self.preview_closed.emit()
        is_closed.set()

    def _wait_for_answer(self, countdown_s: float | None) -> Decision:
        left_s, checked_s = countdown_s, time.monotonic()
        while True:
            with self._answered:
                if self._decision is None:
                    # The stop may be pulled by another process, which can wake nobody here.
                    self._answered.wait(_STOP_POLL_S)
                if self._stop.is_stopped:
                    return Decision(is_go=False)
                if self._decision is not None:
                    return self._decision
                if self._is_held:
                    left_s = None
            if left_s is not None and self._stop.is_paused:
                left_s = None
                self.countdown_held.emit()
            now_s = time.monotonic()
            if left_s is not None:
                left_s -= now_s - checked_s
                if left_s <= 0:
                    return Decision(is_go=True)
            checked_s = now_s

    # ------------------------------------------------------------------ agent.confirm.OwnWindows

    def hide_for_capture(self) -> None:
        """Take our windows off the screen; called by the worker, returns when they are gone from the picture, too.

        Raises:
            CaptureError: they did not go, so no picture may be taken.
        """
        self._n_hidden += 1
        if self._n_hidden > 1:
            return
        with self._desktop.watch_repaint() as repaint:
            request = _HideRequest()
            self._hide_asked.emit(request)
            is_gone = request.done.wait(_HIDE_TIMEOUT_S) and (
                request.window_ids is None or repaint.wait_until_gone(request.window_ids, _HIDE_TIMEOUT_S)
            )
        if not is_gone and not self._is_closing:
            self.show_again()
            raise CaptureError(
                "Foveal's own windows could not be taken out of the picture.",
                hint="The program may be busy. Try the command again.",
            )

    def show_again(self) -> None:
        """Undo one ``hide_for_capture``; called by the worker."""
        self._n_hidden -= 1
        if self._n_hidden == 0:
            self._show_asked.emit()

    @Slot(object)
    def _on_hide_asked(self, request: "_HideRequest") -> None:
        request.window_ids = self._own_windows.hide_all()
        request.done.set()

    # ------------------------------------------------------------------ in the worker

    def _ready(self) -> Assistant:
        if self._assistant is None:
            tools = RunTools(
                stop=self._stop,
                confirmer=self,
                own_windows=self,
                on_event=self.run_event.emit,
                on_loading=self.model_loading.emit,
            )
            self._assistant = self._open_assistant(self._settings, tools)
        return self._assistant

    def _warm_up(self) -> None:
        try:
            self._ready()
        except (AgentError, ModelError) as error:
            logger.warning("%s", error.message)  # told to the person once they want something

    def _capture(self) -> None:
        assistant = self._ready()
        with self._capturing:
            if self._capture_wish is _CaptureWish.NONE:
                self._has_look = False
                return
            self._capture_wish = _CaptureWish.TAKING
        try:
            # What an earlier run showed may still be fading out.
            self.hide_for_capture()
            try:
                screenshot: Screenshot = assistant.capture()
            finally:
                self.show_again()
        finally:
            with self._capturing:
                self._capture_wish = _CaptureWish.NONE
        self._has_look = True
        self.screen_captured.emit(screenshot)
        assistant.prepare()

    def _score(self, text: str) -> None:
        if self._has_look and text == self._newest_text:
            scores: LiveScores = self._ready().score(text)
            if text == self._newest_text:
                self.scores_ready.emit(scores)

    def _find(self, instruction: str) -> None:
        found: Found = self._ready().find(instruction, is_fresh=not self._has_look)
        self.found.emit(found)

    def _run(self, command: str) -> None:
        self._stop.check()  # pulled while the command waited for its turn
        result: RunResult = self._ready().run(command)
        self.run_ended.emit(result)

    def _drop_assistant(self) -> None:
        if self._assistant is not None:
            self._assistant.close()
            self._assistant = None
            self._has_look = False

    def _submit(self, work: Callable[[], None]) -> None:
        if self._is_closing:
            return
        self._executor.submit(self._guarded, work)

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._is_closing:
            return
        self.busy_changed.emit(True)
        try:
            work()
        except Cancelled:
            self.work_cancelled.emit()
        except (AgentError, ModelError) as error:
            self.work_failed.emit(error)
        except Exception as error:
            logger.exception("unexpected error in the agent")
            self.unexpected_error.emit(error)
        finally:
            self.busy_changed.emit(False)


class _CaptureWish(Enum):
    """How far a wish for a picture has come."""

    NONE = "none"
    WANTED = "wanted"
    TAKING = "taking"


class _HideRequest:
    """A question of the worker to the GUI thread; ``window_ids`` may be read once ``done`` is set."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.window_ids: tuple[int, ...] | None = None

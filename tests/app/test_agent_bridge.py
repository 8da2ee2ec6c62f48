import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent.cancel import StopSwitch
from agent.confirm import Decision
from agent.errors import AgentError, Cancelled, CaptureError, ControlError
from app.agent_bridge import AgentBridge
from app.desktop import open_desktop
from app.overlay import OverlayPane
from app.own_windows import OwnWindowSet
from app.settings import Settings
from tests.app.fakes import FakeAssistant, make_preview, make_screenshot

pytestmark = pytest.mark.gui


class Bench:
    def __init__(self, qapp: QApplication) -> None:
        self.assistant = FakeAssistant()
        self.stop = StopSwitch(get_context("spawn"))
        self.own_windows = OwnWindowSet(qapp)
        desktop = open_desktop("offscreen")
        self.bridge = AgentBridge(Settings(), self.assistant.open, self.stop, self.own_windows, desktop)


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    bench = Bench(qapp)
    yield bench
    bench.assistant.is_free.set()
    bench.bridge.close()


@pytest.fixture
def worker() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_looking_comes_before_encoding_and_the_assistant_is_made_once(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignals([bench.bridge.screen_captured, bench.bridge.scores_ready]):
        bench.bridge.capture()
        bench.bridge.score("Save")
    assert bench.assistant.log == ["open", "capture", "prepare", "score Save"]


def test_only_the_newest_text_is_scored(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.bridge.screen_captured):
        bench.bridge.capture()
    bench.assistant.is_free.clear()
    shown: list[str] = []
    bench.bridge.scores_ready.connect(lambda live: shown.append(live.text))
    for text in ("S", "Sa", "Sav", "Save"):
        bench.bridge.score(text)
    bench.assistant.is_free.set()
    qtbot.waitUntil(lambda: shown == ["Save"])
    assert not {"score Sa", "score Sav"} & set(bench.assistant.log)


def test_withdrawn_picture_is_not_taken_and_nothing_is_scored_on_it(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.bridge.screen_captured):
        bench.bridge.capture()
    bench.assistant.is_free.clear()
    bench.bridge.score("busy")
    bench.bridge.capture()
    assert bench.bridge.withdraw_capture()
    bench.assistant.is_free.set()
    with qtbot.waitSignal(bench.bridge.found):
        bench.bridge.score("Save")
        bench.bridge.find("Save")
    assert bench.assistant.log.count("capture") == 2, "once at first, once for find, which finds no picture"
    assert "score Save" not in bench.assistant.log


def test_error_is_told_and_the_next_work_is_done(bench: Bench, qtbot: QtBot) -> None:
    bench.assistant.error = CaptureError("No.", hint="Yes.")
    with qtbot.waitSignal(bench.bridge.work_failed) as failed:
        bench.bridge.find("Save")
    assert failed.args is not None
    assert isinstance(failed.args[0], AgentError)
    with qtbot.waitSignal(bench.bridge.found):
        bench.bridge.find("Save")


def test_mistake_of_ours_is_told_as_such(bench: Bench, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    bench.assistant.error = ZeroDivisionError("oops")
    with qtbot.waitSignal(bench.bridge.unexpected_error):
        bench.bridge.find("Save")
    assert "unexpected error in the agent" in caplog.text


def test_stop_before_its_turn_means_that_the_command_is_not_run(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.bridge.work_cancelled):
        bench.stop.stop()
        bench.bridge.run("click Save")
    assert "run click Save" not in bench.assistant.log


def test_cancelled_is_silent(bench: Bench, qtbot: QtBot) -> None:
    bench.assistant.error = Cancelled("Stopped.")
    with qtbot.waitSignal(bench.bridge.work_cancelled), qtbot.assertNotEmitted(bench.bridge.work_failed):
        bench.bridge.find("Save")


@pytest.mark.parametrize("candidate_idx", [0, 4])
def test_answer_of_the_person_reaches_the_worker(
    bench: Bench, qtbot: QtBot, worker: ThreadPoolExecutor, candidate_idx: int
) -> None:
    with qtbot.waitSignal(bench.bridge.preview_asked):
        answer = worker.submit(bench.bridge.confirm, make_preview(make_screenshot()))
    bench.stop.pause()
    with qtbot.waitSignal(bench.bridge.preview_closed):
        bench.bridge.answer(Decision(is_go=True, candidate_idx=candidate_idx))
    assert answer.result(5) == Decision(is_go=True, candidate_idx=candidate_idx)
    assert not bench.stop.is_paused, "who says go has let go of the mouse"


def test_countdown_answers_by_itself_once_the_question_is_closed(
    bench: Bench, qtbot: QtBot, worker: ThreadPoolExecutor
) -> None:
    was_done: list[bool] = []
    bench.bridge.preview_closed.connect(lambda: was_done.append(answer.done()))
    answer = worker.submit(bench.bridge.confirm, make_preview(make_screenshot(), countdown_s=0.05))
    qtbot.waitUntil(answer.done, timeout=5000)
    assert answer.result().is_go
    assert was_done == [False]


def test_nothing_is_done_while_the_panel_keeps_the_keyboard(bench: Bench, worker: ThreadPoolExecutor) -> None:
    answer = worker.submit(bench.bridge.confirm, make_preview(make_screenshot(), countdown_s=0.05))
    with pytest.raises(ControlError, match="kept the keyboard"):
        answer.result(10)  # the interface is stuck here, so it closes no question


@pytest.mark.parametrize("hold", [lambda bench: bench.bridge.hold_countdown(), lambda bench: bench.stop.pause()])
def test_held_countdown_never_answers(
    bench: Bench, qtbot: QtBot, worker: ThreadPoolExecutor, hold: Callable[[Bench], None]
) -> None:
    with qtbot.waitSignal(bench.bridge.preview_asked):
        answer = worker.submit(bench.bridge.confirm, make_preview(make_screenshot(), countdown_s=0.3))
    hold(bench)
    end_s = time.monotonic() + 0.6
    qtbot.waitUntil(lambda: time.monotonic() > end_s)
    assert not answer.done()
    bench.stop.stop()
    assert not answer.result(5).is_go


def test_stop_ends_the_question(bench: Bench, qtbot: QtBot, worker: ThreadPoolExecutor) -> None:
    with qtbot.waitSignal(bench.bridge.preview_asked):
        answer = worker.submit(bench.bridge.confirm, make_preview(make_screenshot()))
    bench.stop.stop()
    assert not answer.result(5).is_go


def test_windows_step_aside_and_come_back(bench: Bench, qtbot: QtBot, worker: ThreadPoolExecutor) -> None:
    pane, late = OverlayPane(bench.own_windows), OverlayPane(bench.own_windows)
    qtbot.addWidget(pane)
    qtbot.addWidget(late)
    bench.own_windows.present(pane)

    def hide_twice() -> None:
        bench.bridge.hide_for_capture()
        bench.bridge.hide_for_capture()

    hidden = worker.submit(hide_twice)
    qtbot.waitUntil(hidden.done, timeout=5000)
    hidden.result()
    assert not pane.isVisible()
    bench.own_windows.present(late)
    assert not late.isVisible(), "whoever appears meanwhile has to wait"
    assert bench.own_windows.is_presented(late)
    worker.submit(bench.bridge.show_again).result(5)
    assert not pane.isVisible(), "calls are counted"
    worker.submit(bench.bridge.show_again).result(5)
    qtbot.waitUntil(lambda: pane.isVisible() and late.isVisible(), timeout=5000)


def test_window_that_was_dismissed_while_hidden_stays_away(
    bench: Bench, qtbot: QtBot, worker: ThreadPoolExecutor
) -> None:
    pane = OverlayPane(bench.own_windows)
    qtbot.addWidget(pane)
    bench.own_windows.present(pane)
    hidden = worker.submit(bench.bridge.hide_for_capture)
    qtbot.waitUntil(hidden.done, timeout=5000)
    bench.own_windows.dismiss(pane)
    bench.own_windows.show_again()
    assert not pane.isVisible()


def test_closing_stops_what_runs_and_frees_the_assistant(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.bridge.preview_asked):
        bench.bridge.run("click Save")
        qtbot.waitUntil(lambda: "run click Save" in bench.assistant.log, timeout=5000)
    bench.bridge.close()
    assert bench.assistant.log[-2:] == ["decision False 0", "close"]


def test_closing_interrupts_a_model_that_takes_long(bench: Bench, qtbot: QtBot) -> None:
    """Loading gigabytes would hold up the end of the program; what waited behind it is not begun any more."""
    states: list[bool] = []
    bench.bridge.busy_changed.connect(states.append)
    bench.bridge.capture()
    qtbot.waitUntil(lambda: states == [True, False])
    bench.assistant.is_free.clear()
    bench.bridge.score("Save")
    qtbot.waitUntil(lambda: states == [True, False, True])
    bench.bridge.find("Save")
    bench.bridge.close()
    assert bench.assistant.log[-3:] == ["interrupt", "score Save", "close"]


def test_loading_that_takes_long_is_passed_on(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.bridge.screen_captured):
        bench.bridge.capture()
    tools = bench.assistant.tools
    with qtbot.waitSignal(bench.bridge.model_loading) as told:
        tools.on_loading(True)
    assert told.args == [True]

"""The loop on a real screen: a real editor, the real matcher, real mouse and keyboard events."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.cancel import StopSwitch
from agent.capture import open_capture
from agent.confirm import AlwaysConfirm, NoWindows
from agent.control import open_control
from agent.events import ActionSent, RunEvent, StepGrounded
from agent.grounding import GroundingService, InProcessGrounding
from agent.loop import AgentLoop, LoopConfig
from agent.planner.rules import RulesPlanner
from agent.run_log import RunLogFactory
from agent.run_log.verify import verify_run
from agent.types import Click, Outcome, RunResult, RunStatus, TypeText
from agent.virtual_screen import Program, VirtualScreen, end_program
from agent.windows import open_windows
from agent.windows._base import WindowSystem
from model.grounder import load_grounder
from tests.fakes.acting import Recorder, acting_on_screen, new_stop, settled, wait_until, xdotool

pytestmark = pytest.mark.e2e

_EDITOR = "l3afpad"


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with acting_on_screen(1280, 1024) as screen:
        yield screen


@pytest.fixture
def grounder() -> Iterator[GroundingService]:
    service = InProcessGrounding(load_grounder("ocr"))
    yield service
    service.close()


class Desk:
    """A loop on the real screen, and an editor to work with."""

    def __init__(self, screen: VirtualScreen, grounder: GroundingService, folder: Path) -> None:
        self.screen = screen
        self.folder = folder
        self.stop: StopSwitch = new_stop()
        self.capture, self.windows, self.control = open_capture(), open_windows(), open_control(self.stop)
        self.events: list[RunEvent] = []
        self.on_event: Callable[[RunEvent], None] = lambda _: None
        self._grounder = grounder
        self._programs: list[Program] = []
        self.open_editor()

    def open_editor(self, *arguments: str) -> None:
        before = self.windows.windows()
        self._programs.append(self.screen.start(_EDITOR, *arguments))
        wait_until(lambda: len(self.windows.windows()) > len(before) and self.windows.active())

    def run(self, command: str) -> RunResult:
        def on_event(event: RunEvent) -> None:
            self.events.append(event)
            self.on_event(event)

        loop = AgentLoop(
            capture=self.capture,
            control=self.control,
            windows=self.windows,
            grounder=self._grounder,
            planner=RulesPlanner(),
            confirmer=AlwaysConfirm(),
            own_windows=NoWindows(),
            stop=self.stop,
            run_logs=RunLogFactory(folder=self.folder),
            config=LoopConfig(is_confirming=False, countdown_s=None, is_dry=False, max_actions_per_minute=1000),
            on_event=on_event,
        )
        return loop.run(command)

    def actions(self, kind: type) -> list[object]:
        sent = [event.action for event in self.events if isinstance(event, ActionSent)]
        return [action for action in sent if isinstance(action, kind)]

    def close(self) -> None:
        for program in self._programs:
            end_program(program)
        wait_until(lambda: not self.windows.windows())
        self.control.close()
        self.windows.close()
        self.capture.close()


@pytest.fixture
def desk(screen: VirtualScreen, grounder: GroundingService, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(screen, grounder, tmp_path / "runs")
    yield desk
    desk.close()


def _once(kind: type, effect: Callable[[], object]) -> Callable[[RunEvent], None]:
    is_done = False

    def on_event(event: RunEvent) -> None:
        nonlocal is_done
        if isinstance(event, kind) and not is_done:
            is_done = True
            effect()

    return on_event


def _window_named(windows: WindowSystem, words: str) -> bool:
    return any(words in window.title for window in windows.windows())


def test_a_text_is_typed_and_saved_under_a_name(desk: Desk) -> None:
    result = desk.run('type "Grüße, 你好" then click File, click Save As…, type report.txt into Name, press Enter')
    assert (result.status, result.message) == (RunStatus.DONE, "")
    assert len(result.steps) == 5
    saved = desk.screen.home / "report.txt"
    wait_until(lambda: saved.exists() and saved.stat().st_size > 0)  # it is there before it is written
    assert saved.read_text() == "Grüße, 你好"
    report = verify_run(desk.folder / result.run_id)
    assert report.problems == report.notes == ()
    saved.unlink()


def test_a_menu_path_is_walked(desk: Desk) -> None:
    result = desk.run("open menu Help > About")
    assert (result.status, result.message) == (RunStatus.DONE, "")
    wait_until(lambda: len(desk.windows.windows()) == 2)


def test_closing_an_unsaved_text_tells_that_the_editor_asks(desk: Desk) -> None:
    result = desk.run("type hello, close the window")
    assert result.status is RunStatus.DONE
    assert result.steps[1].outcome is Outcome.DELIVERED
    assert "asks back" in result.steps[1].detail


def test_what_is_not_there_is_not_clicked(desk: Desk) -> None:
    result = desk.run("click Frobnicate the gizmo")
    assert result.status is RunStatus.NOT_FOUND
    assert desk.actions(Click) == []


def test_a_window_moved_after_it_was_looked_at_gets_the_click_where_it_is_now(desk: Desk) -> None:
    window = desk.windows.active()
    assert window is not None
    desk.on_event = _once(StepGrounded, lambda: xdotool("windowmove", "--sync", str(window.window_id), "300", "250"))
    result = desk.run("click Help, click About")
    assert (result.status, result.message) == (RunStatus.DONE, "")
    assert len([event for event in desk.events if isinstance(event, StepGrounded)]) > 2
    wait_until(lambda: len(desk.windows.windows()) == 2)


def test_a_window_that_pops_up_over_the_target_gets_no_click(desk: Desk) -> None:
    window = desk.windows.active()
    assert window is not None
    xdotool("windowmove", "--sync", str(window.window_id), "300", "250")
    popped_up: list[Recorder] = []

    def pop_up() -> None:
        popped_up.append(Recorder(desk.screen))
        xdotool("search", "--sync", "--name", "^recorder$", "windowmove", "--sync", "200", "200")

    desk.on_event = _once(StepGrounded, pop_up)
    result = desk.run("click Help")
    (recorder,) = popped_up
    clicks = settled(recorder, "button_down")
    recorder.close()
    assert result.status is RunStatus.NOT_FOUND
    assert clicks == []


def test_an_editor_that_ends_is_noticed(desk: Desk) -> None:
    desk.on_event = _once(StepGrounded, lambda: _end(desk))
    result = desk.run("click File")
    assert result.status is RunStatus.NOT_FOUND
    assert desk.actions(Click) == []


def _end(desk: Desk) -> None:
    for program in desk._programs:
        end_program(program)
    wait_until(lambda: not desk.windows.windows())


def test_a_stop_in_the_middle_of_typing_ends_the_run_at_once(desk: Desk) -> None:
    window = desk.windows.active()
    assert window is not None
    timers: list[threading.Timer] = []

    def pull_soon() -> None:
        timers.append(threading.Timer(0.5, desk.stop.stop))
        timers[0].start()

    desk.on_event = lambda event: pull_soon() if not timers else None
    result = desk.run(f'type "{"many words and no end " * 300}"')
    timers[0].join()
    assert result.status is RunStatus.STOPPED
    assert desk.actions(TypeText) == []  # it never came to its end
    assert desk.stop.held == ()

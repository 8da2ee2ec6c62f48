"""The whole shell, offscreen, around a fake agent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QKeySequenceEdit, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from agent.errors import AgentError, GroundingError
from agent.guard.messages import GuardDied, HeardInPart, HotkeyName, HotkeyPressed, HotkeyTaken, StopPulled
from app.application import FovealApplication, build_application
from app.command_bar import BarMode
from app.command_line import CommandLine
from app.icons import ShellState
from app.settings import LoadedSettings, Settings, load_settings
from app.settings_dialog import SettingsDialog
from app.single_instance import SingleInstance, Word
from tests.app.fakes import FakeServices

pytestmark = pytest.mark.gui


class Program:
    """The running program and the hands of the person."""

    def __init__(self, qapp: QApplication, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.fake = FakeServices(folder / "runs")
        self.settings_path = folder / "settings.json"
        instance = SingleInstance(name=str(folder / "foveal.sock"))
        assert instance.listen()
        self.instance = instance
        self.app: FovealApplication = build_application(
            qapp,
            services=self.fake.services,
            instance=instance,
            loaded=LoadedSettings(settings=Settings(is_history_saved=False)),
            path=self.settings_path,
        )

    @property
    def line(self) -> CommandLine:
        found: CommandLine = self.app.bar.findChild(CommandLine, "bar_line")
        return found

    def open_bar(self, name: HotkeyName = HotkeyName.COMMAND) -> None:
        assert self.fake.guard is not None
        self.fake.guard.say(HotkeyPressed(name=name))
        self.wait(self.app.bar.isVisible)

    def enter(self, text: str) -> None:
        self.qtbot.keyClicks(self.line, text)
        self.qtbot.keyClick(self.line, Qt.Key.Key_Return)

    def wait(self, condition: object) -> None:
        self.qtbot.waitUntil(condition, timeout=5000)

    def said(self, window: object, name: str) -> str:
        label: QLabel = window.findChild(QLabel, name)  # type: ignore[attr-defined]  # any of our windows
        return label.text() if label.isVisible() else ""

    def action(self, title: str) -> QAction:
        return next(action for action in self.app.tray.menu.actions() if action.text().startswith(title))


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    program = Program(qapp, qtbot, tmp_path)
    program.app.start()
    yield program
    program.app.close()
    program.app.close()


def test_hotkey_looks_first_and_opens_the_bar_afterwards(program: Program) -> None:
    program.open_bar()
    assert program.fake.assistant.log[:2] == ["open", "capture"]
    assert program.app.bar.mode is BarMode.COMMAND


def test_hotkeys_are_shown_on_first_start_only(program: Program) -> None:
    program.open_bar()
    assert "Ctrl+Alt+Space opens this bar" in program.said(program.app.bar, "bar_message")
    assert not load_settings(program.settings_path).settings.is_first_start
    program.app.bar.close_bar()
    program.open_bar()
    assert program.said(program.app.bar, "bar_message") == ""


def test_hotkey_pressed_again_closes_the_bar(program: Program) -> None:
    program.open_bar()
    program.app.shell.open_bar(BarMode.COMMAND)
    assert not program.app.bar.isVisible()


def test_bar_opens_without_a_picture_when_the_agent_is_busy(program: Program) -> None:
    program.open_bar()
    program.fake.assistant.is_free.clear()
    program.app.bridge.score("x")
    program.app.bar.close_bar()
    program.app.shell.open_bar(BarMode.GROUND)
    program.wait(program.app.bar.isVisible)
    program.fake.assistant.is_free.set()
    program.enter("Save")
    program.wait(lambda: "Found" in program.said(program.app.bar, "bar_message"))
    assert program.fake.assistant.log.count("capture") == 2, "the first opening, and the search that had no picture"


def test_scores_are_live_while_typing_and_go_with_the_text(program: Program) -> None:
    program.open_bar()
    program.qtbot.keyClicks(program.line, "Save")
    program.wait(lambda: program.app.overlay.is_shown)
    assert program.fake.assistant.log[-1] == "score Save"
    program.line.selectAll()
    program.qtbot.keyClick(program.line, Qt.Key.Key_Backspace)
    program.wait(lambda: not program.app.overlay.is_shown)


def test_command_runs_to_its_end(program: Program) -> None:
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: program.app.panel.preview is not None)
    assert program.app.overlay.is_shown
    assert not program.app.bar.isVisible()
    assert program.action("Stop").isEnabled()
    program.qtbot.keyClick(program.app.panel, Qt.Key.Key_Return)
    program.wait(lambda: not program.app.shell.is_running)
    assert "Done." in program.said(program.app.panel, "panel_message")
    assert program.app.tray.state is ShellState.IDLE
    program.wait(lambda: not program.app.overlay.is_shown)
    assert program.action("click Save")


def test_person_picks_a_candidate_by_its_digit(program: Program) -> None:
    program.fake.assistant.n_candidates, program.fake.assistant.is_unsure = 3, True
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: program.app.panel.preview is not None)
    program.qtbot.keyClick(program.app.panel, Qt.Key.Key_2)
    program.wait(lambda: "decision True 1" in program.fake.assistant.log)
    program.wait(lambda: not program.app.shell.is_running)


@pytest.mark.parametrize("way", ["key", "guard", "tray", "word", "button"])
def test_every_stop_ends_the_run(program: Program, way: str) -> None:
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: program.app.panel.preview is not None)
    assert program.fake.guard is not None
    match way:
        case "key":
            program.qtbot.keyClick(program.app.panel, Qt.Key.Key_Escape)
        case "guard":
            program.fake.guard.say(StopPulled(reason="You pressed the stop key."))
        case "tray":
            program.action("Stop").trigger()
        case "word":
            program.instance.word_received.emit(Word.STOP)
        case "button":
            program.app.panel.stop_requested.emit()
    program.wait(lambda: not program.app.shell.is_running)
    assert "decision False 0" in program.fake.assistant.log
    assert program.app.tray.state is ShellState.STOPPED
    assert "Stopped." in program.said(program.app.panel, "panel_message")


@pytest.mark.parametrize(("key", "is_done"), [(Qt.Key.Key_Return, True), (Qt.Key.Key_Escape, False)])
def test_pause_is_said_and_answered_in_the_bar(program: Program, key: Qt.Key, is_done: bool) -> None:
    program.fake.assistant.pauses = True
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: program.app.panel.preview is not None)
    program.qtbot.keyClick(program.app.panel, Qt.Key.Key_Return)
    program.wait(program.app.bar.isVisible)
    assert program.app.bar.mode is BarMode.PAUSED
    assert "You took the mouse" in program.said(program.app.bar, "bar_paused")
    assert program.app.tray.state is ShellState.PAUSED
    program.qtbot.keyClick(program.app.bar, key)
    program.wait(lambda: not program.app.shell.is_running)
    assert program.app.tray.state is (ShellState.IDLE if is_done else ShellState.STOPPED)


def test_no_second_run_while_one_goes_on(program: Program) -> None:
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: program.app.panel.preview is not None)
    program.app.shell.run("click Other")
    program.app.shell.open_bar(BarMode.COMMAND)
    assert not program.app.bar.isVisible()
    program.app.shell.stop()
    program.wait(lambda: not program.app.shell.is_running)
    assert "run click Other" not in program.fake.assistant.log


def test_where_is_shows_the_place_and_keeps_the_bar(program: Program) -> None:
    program.open_bar(HotkeyName.GROUND)
    program.enter("Save")
    program.wait(lambda: "Found" in program.said(program.app.bar, "bar_message"))
    assert program.app.overlay.is_shown
    assert not any(entry.startswith("run") for entry in program.fake.assistant.log)


def test_a_model_that_takes_long_to_load_is_said_in_the_bar(program: Program) -> None:
    program.open_bar(HotkeyName.GROUND)
    tools = program.fake.assistant.tools
    tools.on_loading(True)
    program.wait(lambda: "Loading the model" in program.said(program.app.bar, "bar_message"))
    assert program.app.tray.state is ShellState.THINKING
    # Also in a bar that is opened meanwhile.
    program.app.shell.open_bar(BarMode.GROUND)
    assert not program.app.bar.isVisible()
    program.open_bar(HotkeyName.GROUND)
    assert "Loading the model" in program.said(program.app.bar, "bar_message")
    tools.on_loading(False)
    program.wait(lambda: program.said(program.app.bar, "bar_message") == "")
    assert program.app.tray.state is ShellState.IDLE


def test_a_model_that_takes_long_to_load_is_said_in_the_panel(program: Program) -> None:
    program.fake.assistant.pauses = True
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: program.app.shell.is_running)
    program.fake.assistant.tools.on_loading(True)
    program.wait(lambda: "Loading the model" in program.said(program.app.panel, "panel_message"))
    program.app.shell.stop()
    program.wait(lambda: not program.app.shell.is_running)


def test_not_found_names_the_nearest(program: Program) -> None:
    program.fake.assistant.is_rejecting = True
    program.open_bar(HotkeyName.GROUND)
    program.enter("Nothing")
    program.wait(lambda: "Not found" in program.said(program.app.bar, "bar_message"))


def test_error_while_looking_is_said_in_the_bar(program: Program) -> None:
    program.fake.assistant.error = GroundingError("The model did not answer.", hint="Try again.")
    program.open_bar(HotkeyName.GROUND)
    program.enter("Save")
    program.wait(lambda: "The model did not answer." in program.said(program.app.bar, "bar_message"))
    assert "Try again." in program.said(program.app.bar, "bar_message")


def test_error_of_a_run_is_said_in_the_panel(program: Program) -> None:
    program.fake.assistant.error = AgentError("The screen is gone.", hint="Plug it in.")
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: not program.app.shell.is_running)
    assert "The screen is gone." in program.said(program.app.panel, "panel_message")


def test_mistake_of_ours_ends_the_run_and_is_reported(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    program.fake.assistant.error = ZeroDivisionError("oops")
    program.open_bar()
    program.enter("click Save")
    program.wait(lambda: not program.app.shell.is_running)
    notice = next(box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible())
    assert "ZeroDivisionError" in notice.detailedText()
    notice.close()


def test_taken_combination_is_told_and_shown_in_the_settings(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    assert program.fake.guard is not None
    caplog.set_level("INFO", logger="app.notifier")
    program.fake.guard.say(HotkeyTaken(name=HotkeyName.GROUND, combination="ctrl+alt+g"))
    program.wait(lambda: "Ctrl+Alt+G is used by another program." in caplog.text)
    program.action("Settings").trigger()
    dialog = next(box for box in QApplication.topLevelWidgets() if isinstance(box, SettingsDialog) and box.isVisible())
    assert dialog.findChild(QLabel, "taken_ground") is not None
    dialog.close()


def test_dead_guard_is_told(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    assert program.fake.guard is not None
    caplog.set_level("INFO", logger="app.notifier")
    program.fake.guard.say(GuardDied(detail="killed"))
    program.wait(lambda: "stop key do not work" in caplog.text)


def test_guard_that_does_not_hear_everything_is_told(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    assert program.fake.guard is not None
    caplog.set_level("INFO", logger="app.notifier")
    program.fake.guard.say(HeardInPart(message="Hotkeys are heard in part.", hint="Bind `foveal trigger command`."))
    program.wait(lambda: "heard in part" in caplog.text)


def test_settings_are_saved_and_used(program: Program) -> None:
    program.action("Settings").trigger()
    dialog = next(box for box in QApplication.topLevelWidgets() if isinstance(box, SettingsDialog) and box.isVisible())
    dialog.findChild(QKeySequenceEdit, "hotkey_ground").setKeySequence(QKeySequence("Meta+PgUp"))
    buttons: QDialogButtonBox = dialog.findChild(QDialogButtonBox, "settings_buttons")
    buttons.button(QDialogButtonBox.StandardButton.Save).click()
    assert program.fake.guard is not None
    assert program.fake.guard.hotkeys[HotkeyName.GROUND] == "super+pageup"
    assert load_settings(program.settings_path).settings.hotkeys.ground == "super+pageup"


def test_settings_that_cannot_be_are_refused_in_words(program: Program) -> None:
    program.action("Settings").trigger()
    dialog = next(box for box in QApplication.topLevelWidgets() if isinstance(box, SettingsDialog) and box.isVisible())
    dialog.findChild(QKeySequenceEdit, "hotkey_ground").setKeySequence(QKeySequence("A"))
    dialog.findChild(QDialogButtonBox).accepted.emit()
    assert "typing" in program.said(dialog, "settings_problem")
    assert program.app.settings.hotkeys.ground != "a"
    dialog.close()


def test_doctor_reports(program: Program) -> None:
    program.action("Doctor").trigger()

    def reports() -> list[str]:
        boxes = [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible()]
        return [box.detailedText() for box in boxes]

    program.wait(lambda: reports() == ["all is well"])


def test_nothing_is_remote_by_default(program: Program) -> None:
    assert not any("sent to" in action.text() for action in program.app.tray.menu.actions())


def test_closing_frees_everything(program: Program) -> None:
    program.open_bar()
    socket_path = Path(program.instance.path)
    assert socket_path.exists()
    program.app.close()
    assert program.fake.assistant.log[-1] == "close"
    assert program.fake.guard is not None
    assert not program.fake.guard.is_started
    assert not socket_path.exists()


def test_another_model_is_taken_from_the_next_look_on(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """GIVEN an assistant at work WHEN a model is chosen THEN the assistant is made anew with it."""
    monkeypatch.setenv("FOVEAL_MODELS", str(tmp_path / "models"))
    program.open_bar()
    program.action("Models").trigger()
    window = program.app._models
    assert window is not None
    assert window.isVisible()
    checkpoint = Path(__file__).parents[1] / "reference" / "qwen3_vl" / "checkpoint"
    window.use_folder(str(checkpoint))
    assert load_settings(program.settings_path).settings.model == str(checkpoint)
    program.wait(lambda: "close" in program.fake.assistant.log)
    program.action("Models").trigger()
    assert program.app._models is window, "one window for the life of the program"

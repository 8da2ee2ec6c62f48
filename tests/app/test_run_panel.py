from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from agent.confirm import Decision
from agent.events import RunStarted, StepFinished, StepStarted
from agent.types import ClickStep, Outcome, RunResult, RunStatus
from app.desktop import open_desktop
from app.own_windows import OwnWindowSet
from app.run_panel import RunPanel
from app.theme import LIGHT
from tests.app.fakes import make_preview, make_screenshot

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qapp: QApplication, qtbot: QtBot) -> Iterator[RunPanel]:
    panel = RunPanel(OwnWindowSet(qapp), open_desktop("offscreen"), LIGHT)
    qtbot.addWidget(panel)
    panel.begin("click Save", QGuiApplication.primaryScreen())
    yield panel
    panel.leave()


def text_of(panel: RunPanel, name: str) -> str:
    label: Any = panel.findChild(QLabel, name)
    return str(label.text()) if label.isVisible() else ""


def test_steps_are_listed_with_what_came_of_them(panel: RunPanel) -> None:
    step = ClickStep(said="click Save", target="Save")
    panel.show_started(RunStarted(run_id="r", command="c", steps=(step, step), is_dry=False))
    panel.show_step(StepStarted(step_idx=0, step=step, title="Click *Save <now>*"))
    assert "Click <b>Save &lt;now&gt;</b>" in text_of(panel, "panel_steps")
    panel.show_step_finished(StepFinished(step_idx=0, outcome=Outcome.NO_VISIBLE_EFFECT, detail="It stayed."))
    assert "nothing changed" in text_of(panel, "panel_steps")
    assert "It stayed." in text_of(panel, "panel_message")


@pytest.mark.parametrize(
    ("key", "decision"),
    [
        (Qt.Key.Key_Return, Decision(is_go=True, candidate_idx=0)),
        (Qt.Key.Key_Enter, Decision(is_go=True, candidate_idx=0)),
        (Qt.Key.Key_3, Decision(is_go=True, candidate_idx=2)),
    ],
)
def test_keys_answer_a_question(panel: RunPanel, qtbot: QtBot, key: Qt.Key, decision: Decision) -> None:
    panel.ask(make_preview(make_screenshot(), n_candidates=3, is_unsure=True))
    with qtbot.waitSignal(panel.decided) as decided:
        qtbot.keyClick(panel, key)
    assert decided.args == [decision]
    assert panel.preview is None


def test_digit_without_a_candidate_does_nothing(panel: RunPanel, qtbot: QtBot) -> None:
    panel.ask(make_preview(make_screenshot(), n_candidates=2, is_unsure=True))
    with qtbot.assertNotEmitted(panel.decided):
        qtbot.keyClick(panel, Qt.Key.Key_3)
        qtbot.keyClick(panel, Qt.Key.Key_A)
    assert panel.preview is not None


def test_arrow_marks_another_candidate_and_ends_the_countdown(panel: RunPanel, qtbot: QtBot) -> None:
    panel.ask(make_preview(make_screenshot(), n_candidates=3, countdown_s=30.0))
    with qtbot.waitSignal(panel.choice_moved) as moved:
        qtbot.keyClick(panel, Qt.Key.Key_Down)
    assert moved.args == [1]
    with qtbot.waitSignal(panel.decided) as decided:
        qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert decided.args == [Decision(is_go=True, candidate_idx=1)]


def test_escape_and_the_button_stop(panel: RunPanel, qtbot: QtBot) -> None:
    panel.ask(make_preview(make_screenshot()))
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.keyClick(panel, Qt.Key.Key_Escape)
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.mouseClick(panel.findChild(QPushButton, "panel_stop"), Qt.MouseButton.LeftButton)


def test_keys_mean_nothing_while_nothing_is_asked(panel: RunPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.decided), qtbot.assertNotEmitted(panel.stop_requested):
        qtbot.keyClick(panel, Qt.Key.Key_Return)
        qtbot.keyClick(panel, Qt.Key.Key_Escape)


def test_pause_offers_to_continue(panel: RunPanel, qtbot: QtBot) -> None:
    panel.show_paused("You took the mouse.")
    with qtbot.waitSignal(panel.continue_requested):
        qtbot.mouseClick(panel.findChild(QPushButton, "panel_go"), Qt.MouseButton.LeftButton)


def test_result_is_said_with_its_hint(panel: RunPanel) -> None:
    panel.show_result(RunResult(run_id="r", status=RunStatus.NOT_FOUND, message="No *Save* here.", hint="Open a file."))
    assert "No <b>Save</b> here." in text_of(panel, "panel_message")
    assert "Open a file." in text_of(panel, "panel_message")


def test_panel_moves_out_of_the_way_of_a_target(panel: RunPanel) -> None:
    place = panel.geometry()
    panel.avoid([QRect(0, 0, 1, 1)])
    assert panel.geometry() == place
    panel.avoid([QRect(place.center(), place.center())])
    assert not panel.geometry().contains(place.center())


def test_panel_finds_room_beside_targets_above_and_below(panel: RunPanel) -> None:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    band = QRect(190, 0, 20, screen.height())
    panel.avoid([band])
    assert screen.contains(panel.sheet_area)
    assert not panel.sheet_area.intersects(band)


def test_what_was_kept_and_looked_at_is_said(panel: RunPanel) -> None:
    preview = make_preview(make_screenshot(), n_candidates=1, is_unsure=False)
    panel.ask(preview)
    assert "looked at 1 place" in text_of(panel, "panel_legend")
    assert "skipped 50%" in text_of(panel, "panel_legend")
    panel.end_question()
    assert text_of(panel, "panel_legend") == ""


def test_panel_never_takes_the_focus(panel: RunPanel) -> None:
    assert panel.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert panel.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.command_bar import BarMode, CommandBar
from app.command_line import MAX_CHARS, CommandLine
from app.desktop import open_desktop
from app.history import CommandHistory
from app.own_windows import OwnWindowSet
from app.theme import DARK, LIGHT
from tests.app.fakes import make_grounding, make_scores

pytestmark = pytest.mark.gui


@pytest.fixture
def bar(qapp: QApplication, qtbot: QtBot) -> Iterator[CommandBar]:
    bar = CommandBar(OwnWindowSet(qapp), open_desktop("offscreen"), LIGHT, CommandHistory(None))
    qtbot.addWidget(bar)
    bar.open(BarMode.COMMAND, QGuiApplication.primaryScreen())
    qtbot.waitExposed(bar)
    yield bar
    bar.close_bar()


def line_of(bar: CommandBar) -> CommandLine:
    return bar.findChild(CommandLine, "bar_line")


def message_of(bar: CommandBar) -> QLabel:
    return bar.findChild(QLabel, "bar_message")


def test_enter_runs_and_the_bar_is_gone_before(bar: CommandBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(line_of(bar), "click Save")
    seen: list[tuple[str, bool]] = []
    bar.command_entered.connect(lambda command: seen.append((command, bar.isVisible())))
    qtbot.keyClick(line_of(bar), Qt.Key.Key_Return)
    assert seen == [("click Save", False)]


def test_ctrl_enter_only_shows_where(bar: CommandBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(line_of(bar), "Save")
    with qtbot.waitSignal(bar.ground_requested) as asked:
        qtbot.keyClick(line_of(bar), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == ["Save"]
    assert bar.isVisible()


def test_enter_only_shows_where_in_ground_mode(bar: CommandBar, qtbot: QtBot) -> None:
    bar.open(BarMode.GROUND, QGuiApplication.primaryScreen())
    qtbot.keyClicks(line_of(bar), "Save")
    with qtbot.waitSignal(bar.ground_requested), qtbot.assertNotEmitted(bar.command_entered):
        qtbot.keyClick(line_of(bar), Qt.Key.Key_Return)


def test_empty_line_is_answered_with_an_example(bar: CommandBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.command_entered):
        qtbot.keyClick(line_of(bar), Qt.Key.Key_Return)
    assert "For instance" in message_of(bar).text()


def test_escape_closes(bar: CommandBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(line_of(bar), Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_arrow_keys_bring_back_earlier_commands(bar: CommandBar, qtbot: QtBot) -> None:
    for command in ("first", "second"):
        bar.open(BarMode.COMMAND, QGuiApplication.primaryScreen())
        qtbot.keyClicks(line_of(bar), command)
        qtbot.keyClick(line_of(bar), Qt.Key.Key_Return)
    bar.open(BarMode.COMMAND, QGuiApplication.primaryScreen())
    qtbot.keyClick(line_of(bar), Qt.Key.Key_Up)
    qtbot.keyClick(line_of(bar), Qt.Key.Key_Up)
    assert bar.text == "first"
    qtbot.keyClick(line_of(bar), Qt.Key.Key_Down)
    assert bar.text == "second"


def test_long_command_can_be_read_whole(bar: CommandBar, qtbot: QtBot) -> None:
    line = line_of(bar)
    lower, low = bar.height(), line.height()
    with qtbot.waitSignal(bar.area_changed):
        line.insertPlainText("click File, then click Save As, then type a long name into Name, then press Enter " * 2)
    assert line.height() > low
    assert bar.height() > lower
    assert line.cursorForPosition(line.viewport().rect().topLeft()).position() == 0
    assert line.verticalScrollBar().value() == 0
    line.clear()
    assert (bar.height(), line.height()) == (lower, low)


def test_arrow_keys_walk_inside_a_long_command_first(bar: CommandBar, qtbot: QtBot) -> None:
    line_of(bar).show_text("1. click File\n2. click Quit")
    qtbot.keyClick(line_of(bar), Qt.Key.Key_Up)
    assert bar.text.startswith("1. click File")
    assert line_of(bar).textCursor().blockNumber() == 0


def test_shift_enter_begins_a_line(bar: CommandBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(line_of(bar), "a")
    qtbot.keyClick(line_of(bar), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(line_of(bar), "b")
    assert bar.text.splitlines() == ["a", "b"]


def test_pasting_a_book_is_cut(bar: CommandBar) -> None:
    data = QMimeData()
    data.setText("x" * 100_000)
    line_of(bar).insertFromMimeData(data)
    assert len(bar.text) == MAX_CHARS


def test_bar_moves_off_what_was_found(bar: CommandBar) -> None:
    place = bar.geometry()
    bar.avoid([QRect(0, 0, 10, 10)])
    assert bar.geometry() == place
    found = QRect(place.center(), QSize(30, 20))
    bar.avoid([found])
    assert not bar.sheet_area.intersects(found)
    assert QGuiApplication.primaryScreen().geometry().contains(bar.sheet_area)


def test_examples_change(bar: CommandBar) -> None:
    seen = set()
    for _ in range(3):
        bar.open(BarMode.COMMAND, QGuiApplication.primaryScreen())
        seen.add(line_of(bar).placeholderText())
    assert len(seen) == 3


def test_ground_mode_says_when_nothing_is_likely(bar: CommandBar) -> None:
    legend: QLabel = bar.findChild(QLabel, "bar_legend")
    bar.open(BarMode.GROUND, QGuiApplication.primaryScreen())
    sure = make_scores()
    bar.show_live(sure)
    assert "likely" in legend.text()
    bar.show_live(replace(sure, scores=sure.scores * 0.2))
    assert legend.text() == "nothing like that on this screen"
    bar.show_live(replace(sure, scores=np.zeros_like(sure.scores)))
    assert legend.text() == ""


def test_typing_is_told_once_it_rests(bar: CommandBar, qtbot: QtBot) -> None:
    told: list[str] = []
    bar.text_edited.connect(told.append)
    qtbot.keyClicks(line_of(bar), "Save")
    qtbot.waitUntil(lambda: told[-1:] == ["Save"])
    assert len(told) < 4


def test_what_was_found_is_said_in_words(bar: CommandBar) -> None:
    bar.show_grounding(make_grounding())
    assert "Found “Save”" in message_of(bar).text()
    bar.show_grounding(make_grounding(n_candidates=3, is_rejected=True))
    assert "Not found" in message_of(bar).text()
    assert "Nearest: “Save”" in message_of(bar).text()


def test_text_from_the_screen_is_never_markup(bar: CommandBar) -> None:
    bar.show_message("<img src=x>", "<b>")
    assert "<img" not in message_of(bar).text()


def test_paused_bar_answers_enter_and_escape(bar: CommandBar, qtbot: QtBot) -> None:
    for key, signal in ((Qt.Key.Key_Return, bar.continue_requested), (Qt.Key.Key_Escape, bar.stop_requested)):
        bar.open(BarMode.PAUSED, QGuiApplication.primaryScreen(), message="You took the mouse.")
        assert not line_of(bar).isVisible()
        with qtbot.waitSignal(signal):
            qtbot.keyClick(bar, key)
        assert not bar.isVisible()


def test_everything_has_an_accessible_name(bar: CommandBar) -> None:
    bar.show_message("A", "B")
    assert line_of(bar).accessibleName() == "Command"
    assert message_of(bar).accessibleName() == "A B"


def test_theme_changes_while_open(bar: CommandBar) -> None:
    bar.set_theme(DARK)
    color = bar.grab().toImage().pixelColor(bar.width() // 2, bar.margin + 6)
    assert color.name() == DARK.surface

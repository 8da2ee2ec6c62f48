from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLabel,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from agent.guard.messages import HotkeyName
from app.settings import Settings
from app.settings_dialog import SettingsDialog, from_sequence, to_sequence

pytestmark = pytest.mark.gui


@pytest.fixture
def dialog(qapp: QApplication, qtbot: QtBot) -> Iterator[SettingsDialog]:
    dialog = SettingsDialog(Settings(), {HotkeyName.GROUND: "ctrl+alt+g"}, 2)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def save(dialog: SettingsDialog) -> None:
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()


def problem_of(dialog: SettingsDialog) -> str:
    label = dialog.findChild(QLabel, "settings_problem")
    return label.text() if label.isVisible() else ""


def test_untouched_form_changes_nothing(dialog: SettingsDialog) -> None:
    assert dialog.chosen() == Settings()


def test_every_field_is_taken_over(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.findChild(QSpinBox, "keep_fraction").setValue(25)
    dialog.findChild(QSpinBox, "max_actions_per_minute").setValue(10)
    dialog.findChild(QDoubleSpinBox, "countdown_s").setValue(0.0)
    dialog.findChild(QCheckBox, "is_history_saved").setChecked(False)
    with qtbot.waitSignal(dialog.settings_chosen) as chosen:
        save(dialog)
    settings = chosen.args[0]
    assert (settings.keep_fraction, settings.max_actions_per_minute) == (0.25, 10)
    assert (settings.countdown_s, settings.is_history_saved) == (None, False)
    assert not dialog.isVisible()


def test_countdown_means_nothing_without_waiting(dialog: SettingsDialog) -> None:
    dialog.findChild(QCheckBox, "is_confirming").setChecked(False)
    assert not dialog.findChild(QDoubleSpinBox, "countdown_s").isEnabled()


def test_missing_combination_is_named(dialog: SettingsDialog) -> None:
    dialog.findChild(QKeySequenceEdit, "hotkey_stop").clear()
    save(dialog)
    assert problem_of(dialog) == "Stop needs a key combination."
    assert dialog.isVisible()


def test_one_combination_for_two_things_is_refused(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.findChild(QKeySequenceEdit, "hotkey_stop").setKeySequence(QKeySequence("Ctrl+Alt+Space"))
    with qtbot.assertNotEmitted(dialog.settings_chosen):
        save(dialog)
    assert problem_of(dialog)


def test_taken_combination_is_told_at_its_field(dialog: SettingsDialog) -> None:
    assert dialog.findChild(QLabel, "taken_ground").text() == "Ctrl+Alt+G is used by another program."
    assert dialog.findChild(QLabel, "taken_stop") is None


def test_what_does_not_exist_is_not_offered(dialog: SettingsDialog) -> None:
    assert dialog.findChild(QKeySequenceEdit, "hotkey_record") is None


@pytest.mark.parametrize("combination", ["ctrl+alt+space", "super+pageup", "ctrl+shift+f5", "alt+delete"])
def test_combinations_survive_the_form(combination: str, qapp: QApplication) -> None:
    assert from_sequence(to_sequence(combination)) == combination

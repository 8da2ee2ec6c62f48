"""A form over the settings."""

from collections.abc import Mapping

from pydantic import ValidationError
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QKeySequenceEdit,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from agent.guard.messages import HotkeyName
from app.settings import HotkeySettings, Settings
from app.theme import DARK, LIGHT
from app.widgets import named
from app.wording import keys_words

# Recording is not offered in this version, so its keys are not either; what the file says about them is kept.
_TITLES = {
    HotkeyName.COMMAND: "Command bar",
    HotkeyName.GROUND: "Where is …?",
    HotkeyName.STOP: "Stop",
}
# Where Qt's portable names of keys differ from ours.
_QT_NAMES = {
    "super": "meta",
    "enter": "return",
    "pageup": "pgup",
    "pagedown": "pgdown",
    "insert": "ins",
    "delete": "del",
    "printscreen": "print",
}
_OUR_NAMES = {qt: ours for ours, qt in _QT_NAMES.items()}
_THEMES = {"system": "Like the desktop", "light": "Light", "dark": "Dark"}


def to_sequence(combination: str) -> QKeySequence:
    """Our way of writing a combination as Qt's."""
    return QKeySequence("+".join(_QT_NAMES.get(key, key) for key in combination.split("+")))


def from_sequence(sequence: QKeySequence) -> str:
    """Qt's way of writing a combination as ours; "" if there is none."""
    portable = sequence.toString(QKeySequence.SequenceFormat.PortableText).lower()
    return "+".join(_OUR_NAMES.get(key, key) for key in portable.split("+")) if portable else ""


class FormError(Exception):
    """A field cannot be left like this; the message says why."""

    def __init__(self, message: str, field: QWidget) -> None:
        super().__init__(message)
        self.field = field


class SettingsDialog(QDialog):
    """Does not block; emits what was chosen.

    Signals:
        settings_chosen: Settings, valid.
    """

    settings_chosen = Signal(object)

    def __init__(
        self, settings: Settings, taken: Mapping[HotkeyName, str], n_monitors: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setWindowTitle("Settings")
        self._settings = settings
        self._keys = {name: self._key_field(name, settings) for name in _TITLES}
        self._build_fields(n_monitors)
        self._problem = named(QLabel(wordWrap=True), "settings_problem")
        self._problem.setVisible(False)
        theme = DARK if self.palette().window().color().lightnessF() < 0.5 else LIGHT
        self.setStyleSheet(f"""
            QLabel#settings_problem {{ color: {theme.bad}; }}
            QLabel[isWarning="true"] {{ color: {theme.warn}; }}
        """)
        buttons = named(
            QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel),
            "settings_buttons",
        )
        buttons.accepted.connect(self._on_buttons_accepted)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._keys_group(taken))
        layout.addWidget(self._acting_group())
        layout.addWidget(self._other_group())
        layout.addWidget(self._problem)
        layout.addWidget(buttons)

    def chosen(self) -> Settings:
        """What the form says.

        Raises:
            FormError: a field is empty that must not be.
            ValidationError: it is not valid.
        """
        hotkeys = {name.value: from_sequence(field.keySequence()) for name, field in self._keys.items()}
        for name, field in self._keys.items():
            if field.keySequence().isEmpty():
                raise FormError(f"{_TITLES[name]} needs a key combination.", field)
        changes = {
            "hotkeys": HotkeySettings.model_validate({**dict(self._settings.hotkeys), **hotkeys}),
            "is_confirming": self._is_confirming.isChecked(),
            "countdown_s": self._countdown.value() or None,
            "max_actions_per_minute": self._rate.value(),
            "monitor": self._monitor.currentData(),
            "keep_fraction": self._keep.value() / 100 or None,
            "theme": self._theme.currentData(),
            "is_history_saved": self._is_history_saved.isChecked(),
            "is_text_recorded": self._is_text_recorded.isChecked(),
        }
        return Settings.model_validate({**dict(self._settings), **changes})

    def _key_field(self, name: HotkeyName, settings: Settings) -> QKeySequenceEdit:
        field = QKeySequenceEdit(to_sequence(settings.hotkeys.by_name()[name]))
        field.setObjectName(f"hotkey_{name}")
        field.setMaximumSequenceLength(1)
        field.setClearButtonEnabled(True)
        field.setAccessibleName(f"Key combination: {_TITLES[name]}")
        return field

    def _build_fields(self, n_monitors: int) -> None:
        settings = self._settings
        self._is_confirming = named(QCheckBox("Show each step and wait before acting"), "is_confirming")
        self._is_confirming.setChecked(settings.is_confirming)
        self._countdown = named(QDoubleSpinBox(decimals=1, singleStep=0.5, maximum=60.0), "countdown_s")
        self._countdown.setSpecialValueText("never, wait for Enter")
        self._countdown.setSuffix(" s")
        self._countdown.setValue(settings.countdown_s or 0.0)
        self._countdown.setEnabled(settings.is_confirming)
        self._is_confirming.toggled.connect(self._countdown.setEnabled)
        self._rate = named(QSpinBox(minimum=1, maximum=600), "max_actions_per_minute")
        self._rate.setValue(settings.max_actions_per_minute)
        self._monitor = named(QComboBox(), "monitor")
        self._monitor.addItem("The one under the pointer", None)
        for idx in range(max(n_monitors, (settings.monitor or 0) + 1)):
            self._monitor.addItem(f"Number {idx + 1}", idx)
        self._monitor.setCurrentIndex(self._monitor.findData(settings.monitor))
        self._keep = named(QSpinBox(minimum=0, maximum=100, singleStep=5), "keep_fraction")
        self._keep.setSpecialValueText("as much as the model likes")
        self._keep.setSuffix(" % of the screen")
        self._keep.setValue(round((settings.keep_fraction or 0.0) * 100))
        self._theme = named(QComboBox(), "theme")
        for name, title in _THEMES.items():
            self._theme.addItem(title, name)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme))
        self._is_history_saved = named(QCheckBox("Remember commands"), "is_history_saved")
        self._is_history_saved.setChecked(settings.is_history_saved)
        self._is_text_recorded = named(QCheckBox("Keep typed text readable in run logs"), "is_text_recorded")
        self._is_text_recorded.setChecked(settings.is_text_recorded)

    def _keys_group(self, taken: Mapping[HotkeyName, str]) -> QGroupBox:
        group = QGroupBox("Keys")
        form = QFormLayout(group)
        for name, field in self._keys.items():
            form.addRow(_TITLES[name], field)
            if name in taken:
                note = named(QLabel(f"{keys_words(taken[name])} is used by another program."), f"taken_{name}")
                note.setProperty("isWarning", True)
                form.addRow("", note)
        return group

    def _acting_group(self) -> QGroupBox:
        group = QGroupBox("Acting")
        form = QFormLayout(group)
        form.addRow(self._is_confirming)
        form.addRow("Act by itself after", self._countdown)
        form.addRow("Actions a minute, at most", self._rate)
        return group

    def _other_group(self) -> QGroupBox:
        group = QGroupBox("Screen and memory")
        form = QFormLayout(group)
        form.addRow("Monitor", self._monitor)
        form.addRow("Look closely at", self._keep)
        form.addRow("Colours", self._theme)
        form.addRow(self._is_history_saved)
        form.addRow(self._is_text_recorded)
        return group

    def _refuse(self, why: str) -> None:
        self._problem.setText(why)
        self._problem.setVisible(True)

    @Slot()
    def _on_buttons_accepted(self) -> None:
        try:
            chosen = self.chosen()
        except FormError as error:
            self._refuse(str(error))
            error.field.setFocus()
            return
        except ValidationError as error:
            self._refuse("\n".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors()))
            return
        self.settings_chosen.emit(chosen)
        self.close()

"""The tray icon: what the program is doing, and everything it can be told by mouse."""

import logging
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from agent.guard.messages import HotkeyName
from app.icons import ShellState, state_icon
from app.wording import keys_words

logger = logging.getLogger(__name__)

_N_COMMANDS = 5
_MAX_TITLE = 60
_BALLOON_MS = 6000


class Tray(QObject):
    """Icon and menu; without a tray on this desktop it stays invisible and the rest works on.

    Signals:
        command_wanted, ground_wanted: open the bar.
        stop_requested: stop now.
        command_chosen: one of the last commands again (str).
        runs_folder_wanted, doctor_wanted, models_wanted, settings_wanted, quit_requested.
    """

    command_wanted = Signal()
    ground_wanted = Signal()
    stop_requested = Signal()
    command_chosen = Signal(str)
    runs_folder_wanted = Signal()
    doctor_wanted = Signal()
    models_wanted = Signal()
    settings_wanted = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QObject | None = None, *, remote_planner: str = "") -> None:
        super().__init__(parent)
        self._remote_planner = remote_planner
        self._state = ShellState.IDLE
        self._menu = QMenu("Foveal")
        self._menu.setObjectName("tray_menu")
        self._last_commands: list[QAction] = []
        self._build_menu()
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_icon_activated)
        self.set_state(ShellState.IDLE)

    @property
    def state(self) -> ShellState:
        """What is shown."""
        return self._state

    @property
    def menu(self) -> QMenu:
        """The menu."""
        return self._menu

    @property
    def is_available(self) -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Appear; the icon waits for a tray that comes later."""
        if not self.is_available:
            logger.info("this desktop has no tray; the hotkeys and `foveal trigger` work without")
        self._icon.show()

    def hide(self) -> None:
        """Disappear."""
        self._icon.hide()

    def set_state(self, state: ShellState) -> None:
        """Show what the program is doing."""
        self._state = state
        self._icon.setIcon(state_icon(state, is_remote=bool(self._remote_planner)))
        remote = f"\nCommands are sent to {self._remote_planner}" if self._remote_planner else ""
        self._icon.setToolTip(f"Foveal – {state.value}{remote}")
        self._stop.setEnabled(state in (ShellState.THINKING, ShellState.ACTING, ShellState.PAUSED))

    def set_hotkeys(self, combinations: Mapping[HotkeyName, str]) -> None:
        """Say at the wishes which keys do the same; they are global, so the menu only shows them."""
        for name, action in self._by_hotkey.items():
            title = action.text().partition("\t")[0]
            action.setText(f"{title}\t{keys_words(combinations[name])}")

    def set_last_commands(self, commands: Sequence[str]) -> None:
        """Offer the newest commands again, newest first."""
        for action in self._last_commands:
            self._menu.removeAction(action)
            action.deleteLater()
        self._last_commands = []
        for command in list(reversed(commands))[:_N_COMMANDS]:
            title = command if len(command) <= _MAX_TITLE else command[: _MAX_TITLE - 1] + "…"
            action = QAction(title.replace("&", "&&"), self._menu)
            action.triggered.connect(lambda _checked=False, command=command: self.command_chosen.emit(command))
            self._menu.insertAction(self._after_commands, action)
            self._last_commands.append(action)

    def show_balloon(self, title: str, text: str) -> bool:
        """A balloon at the icon; False if this desktop shows none."""
        if not (self.is_available and self._icon.supportsMessages()):
            return False
        self._icon.showMessage(title, text, state_icon(self._state), _BALLOON_MS)
        return True

    def _build_menu(self) -> None:
        command = self._add("Command …", self.command_wanted)
        ground = self._add("Where is …?", self.ground_wanted)
        self._menu.addSeparator()
        self._after_commands = self._menu.addSeparator()
        self._stop = self._add("Stop", self.stop_requested)
        self._stop.setObjectName("tray_stop")
        self._by_hotkey = {HotkeyName.COMMAND: command, HotkeyName.GROUND: ground, HotkeyName.STOP: self._stop}
        self._menu.addSeparator()
        if self._remote_planner:
            note = self._menu.addAction(f"Commands are sent to {self._remote_planner}")
            note.setEnabled(False)
        self._add("Runs folder", self.runs_folder_wanted)
        self._add("Doctor", self.doctor_wanted)
        self._add("Models …", self.models_wanted)
        self._add("Settings …", self.settings_wanted)
        self._menu.addSeparator()
        self._add("Quit", self.quit_requested)

    def _add(self, title: str, wish: SignalInstance) -> QAction:
        action = self._menu.addAction(title)
        action.triggered.connect(lambda _checked=False: wish.emit())
        return action

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.command_wanted.emit()

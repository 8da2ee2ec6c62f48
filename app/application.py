"""Builds everything and connects it. Does not enter the event loop: tests start the program, too."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject, QSocketNotifier, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication

from agent.cancel import StopSwitch
from agent.errors import AgentError
from agent.guard.messages import HotkeyName, HotkeyTaken
from app.agent_bridge import AgentBridge
from app.command_bar import BarMode, CommandBar
from app.desktop import open_desktop
from app.history import CommandHistory
from app.hotkeys import Hotkeys
from app.icons import app_icon
from app.notifier import Notifier
from app.overlay import Overlay
from app.own_windows import OwnWindowSet
from app.qt_logging import install_qt_logging
from app.run_panel import RunPanel
from app.services import Services, real_services
from app.settings import LoadedSettings, Settings, load_settings, save_settings, settings_path
from app.settings_dialog import SettingsDialog
from app.shell import Shell
from app.single_instance import SingleInstance, Word, send_word
from app.theme import apply_theme
from app.tray import Tray
from app.wording import keys_words

if TYPE_CHECKING:
    from app.models_window import ModelsWindow

logger = logging.getLogger(__name__)


class FovealApplication(QObject):
    """The tray program, built and connected; ``start`` makes it visible, ``close`` takes it apart.

    Args:
        app: Qt's application object.
        loaded: settings as they were loaded.
        services: the agent.
        instance: the listening socket.
        path: where the settings are saved.
    """

    def __init__(
        self, app: QApplication, loaded: LoadedSettings, services: Services, instance: SingleInstance, path: Path
    ) -> None:
        super().__init__()
        settings = loaded.settings
        self._app = app
        self._loaded = loaded
        self._settings = settings
        self._settings_path = path
        self._services = services
        self._instance = instance
        self._stop = StopSwitch(multiprocessing.get_context("spawn"))
        self._desktop = open_desktop(QGuiApplication.platformName())
        self._own_windows = OwnWindowSet(app)
        self.history = CommandHistory(_history_path() if settings.is_history_saved else None)
        theme = apply_theme(self._app, settings.theme)
        self.bar = CommandBar(self._own_windows, self._desktop, theme, self.history)
        self.panel = RunPanel(self._own_windows, self._desktop, theme)
        self.overlay = Overlay(self._own_windows, self._desktop)
        self.tray = Tray(self, remote_planner=services.remote_planner)
        self.notifier = Notifier(self.tray.show_balloon, self)
        self.bridge = AgentBridge(settings, services.open_assistant, self._stop, self._own_windows, self._desktop)
        self.hotkeys = Hotkeys(services.open_guard, self._stop, settings.hotkeys.by_name())
        self.shell = Shell(
            bridge=self.bridge,
            bar=self.bar,
            panel=self.panel,
            overlay=self.overlay,
            tray=self.tray,
            history=self.history,
            stop=self._stop,
            desktop=self._desktop,
            parent=self,
        )
        self._dialog: SettingsDialog | None = None
        self._models: ModelsWindow | None = None
        self._is_closed = False
        self._connect()

    def start(self, *, is_bar_open: bool = False) -> None:
        """Show the tray icon and listen to the hotkeys; open the bar if asked for."""
        self.tray.set_last_commands(self.history.entries)
        self.tray.set_hotkeys(self._settings.hotkeys.by_name())
        self.tray.show()
        if self._loaded.put_aside is not None:
            self.notifier.tell("The settings could not be read, so the defaults are used.", str(self._loaded.put_aside))
        if self._settings.is_first_start:
            keys = self._settings.hotkeys
            self.shell.greet(
                f"{keys_words(keys.command)} opens this bar  ·  {keys_words(keys.ground)} finds  ·  "
                f"{keys_words(keys.stop)} or a screen corner stops"
            )
            self._save(self._settings.model_copy(update={"is_first_start": False}))
        if is_bar_open:
            self.shell.open_bar(BarMode.COMMAND, is_patient=True)
        else:
            self.bridge.warm_up()
        self.hotkeys.start()

    def close(self) -> None:
        """Stop what runs, free what is held. Safe to call twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self._instance.close()
        self.tray.hide()
        self.bridge.close()
        self.hotkeys.close()
        self.notifier.close()
        if self._dialog is not None:
            self._dialog.close()
        if self._models is not None:
            self._models.end()
        for window in (self.bar, self.panel):
            window.close()
            window.deleteLater()
        self.overlay.close()
        self._desktop.close()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def _connect(self) -> None:
        self._app.aboutToQuit.connect(self.close)
        self._instance.word_received.connect(self._on_word)
        self.hotkeys.pressed.connect(self._on_hotkeys_pressed)
        self.hotkeys.taken.connect(self._on_hotkeys_taken)
        self.hotkeys.stop_pulled.connect(self._on_hotkeys_stop_pulled)
        self.hotkeys.trouble.connect(self._on_hotkeys_trouble)
        self.tray.command_wanted.connect(lambda: self.shell.open_bar(BarMode.COMMAND))
        self.tray.ground_wanted.connect(lambda: self.shell.open_bar(BarMode.GROUND))
        self.tray.stop_requested.connect(self.shell.stop)
        self.tray.command_chosen.connect(self._on_tray_command_chosen)
        self.tray.runs_folder_wanted.connect(self._on_tray_runs_folder_wanted)
        self.tray.doctor_wanted.connect(self._on_tray_doctor_wanted)
        self.tray.models_wanted.connect(self._on_tray_models_wanted)
        self.tray.settings_wanted.connect(self._on_tray_settings_wanted)
        self.tray.quit_requested.connect(self._app.quit)
        self.bridge.report_ready.connect(self._on_bridge_report_ready)
        self.bridge.unexpected_error.connect(self._on_bridge_unexpected_error)

    def _save(self, settings: Settings) -> None:
        self._settings = settings
        try:
            save_settings(settings, self._settings_path)
        except OSError as error:
            self.notifier.tell("The settings could not be saved.", str(error))

    @Slot(object)
    def _on_word(self, word: Word) -> None:
        match word:
            case Word.COMMAND:
                self.shell.open_bar(BarMode.COMMAND)
            case Word.GROUND:
                self.shell.open_bar(BarMode.GROUND)
            case Word.STOP:
                self.shell.stop()
            case Word.RECORD:
                self.notifier.tell(
                    "Demos cannot be recorded in this version.",
                    "Every command that you run is kept: see the runs folder in the tray's menu.",
                )

    @Slot(object)
    def _on_hotkeys_pressed(self, name: HotkeyName) -> None:
        self._on_word(Word(name.value))

    @Slot(object)
    def _on_hotkeys_taken(self, taken: HotkeyTaken) -> None:
        combination = keys_words(taken.combination)
        self.notifier.tell(f"{combination} is used by another program.", "Choose another combination in the settings.")

    @Slot(str)
    def _on_hotkeys_stop_pulled(self, reason: str) -> None:
        logger.info("stopped: %s", reason)
        self.shell.stop()

    @Slot(object)
    def _on_hotkeys_trouble(self, error: AgentError) -> None:
        self.notifier.tell(error.message, error.hint)

    @Slot(str)
    def _on_tray_command_chosen(self, command: str) -> None:
        self.history.add(command)
        self.shell.run(command)

    @Slot()
    def _on_tray_runs_folder_wanted(self) -> None:
        self._services.runs_folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.runs_folder)))

    @Slot()
    def _on_tray_doctor_wanted(self) -> None:
        self.bridge.examine(self._services.make_report)

    @Slot(str)
    def _on_bridge_report_ready(self, report: str) -> None:
        self.notifier.show("The doctor's report", "Copy the details when you report a problem.", details=report)

    @Slot(object)
    def _on_bridge_unexpected_error(self, error: Exception) -> None:
        self.shell.fail_unexpectedly()
        self.notifier.show(
            "Something went wrong inside Foveal.",
            "Nothing more is done. Please report it with the details.",
            details=f"{type(error).__name__}: {error}",
        )

    @Slot()
    def _on_tray_settings_wanted(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
        dialog = self._dialog = SettingsDialog(
            self._settings, self.hotkeys.taken_combinations, len(QGuiApplication.screens())
        )
        dialog.settings_chosen.connect(self._on_dialog_settings_chosen)
        dialog.show()
        dialog.activateWindow()

    @Slot(object)
    def _on_dialog_settings_chosen(self, settings: Settings) -> None:
        has_other_keys = settings.hotkeys != self._settings.hotkeys
        # The model is chosen elsewhere, perhaps while the form was open.
        settings = settings.model_copy(update={"model": self._settings.model})
        self._save(settings)
        theme = apply_theme(self._app, settings.theme)
        self.bar.set_theme(theme)
        self.panel.set_theme(theme)
        self.bridge.set_settings(settings)
        if has_other_keys:
            self.hotkeys.rebind(settings.hotkeys.by_name())
            self.tray.set_hotkeys(settings.hotkeys.by_name())

    @Slot()
    def _on_tray_models_wanted(self) -> None:
        """One window for the life of the program: a download goes on while it is closed."""
        if self._models is None:
            from app.models_window import ModelsWindow
            from app.models_worker import ModelsWorker

            self._models = ModelsWindow(ModelsWorker(), self._settings.model)
            self._models.model_chosen.connect(self._on_models_model_chosen)
            self._models.notice_wanted.connect(self.notifier.tell)
        else:
            self._models.set_model(self._settings.model)
        self._models.show()
        self._models.activateWindow()

    @Slot(str)
    def _on_models_model_chosen(self, model: str) -> None:
        """The next look is taken by this model: the assistant, and with it the model's process, is made anew."""
        self._save(self._settings.model_copy(update={"model": model}))
        self.bridge.set_settings(self._settings)
        if self._models is not None:
            self._models.set_model(model)


def build_application(
    app: QApplication,
    *,
    services: Services,
    instance: SingleInstance,
    loaded: LoadedSettings | None = None,
    path: Path | None = None,
) -> FovealApplication:
    """Build the tray program.

    Args:
        app: Qt's application object.
        services: the agent, or what stands for it.
        instance: listens for other starts; ``listen`` has been called.
        loaded: settings; None loads them.
        path: where settings are saved; None takes the usual place.

    Raises:
        OSError: the settings file is there but cannot be read.
        agent.errors.WindowError: the display cannot be reached.
    """
    path = path or settings_path()
    app.setQuitOnLastWindowClosed(False)
    app.setApplicationName("foveal")
    app.setApplicationDisplayName("Foveal")
    app.setDesktopFileName("foveal")
    app.setWindowIcon(app_icon())
    return FovealApplication(app, loaded or load_settings(path), services, instance, path)


def run_tray(*, is_bar_open: bool = False) -> int:
    """The tray program from start to end; a second start opens the bar of the first. Returns the exit status.

    Raises:
        agent.errors.AgentError: there is no display, or the program cannot start otherwise.
    """
    install_qt_logging()
    _check_display()
    app = QApplication(["foveal"])
    instance = SingleInstance()
    if not instance.listen():
        is_heard = send_word(Word.COMMAND)
        return 0 if is_heard else 1
    application = build_application(app, services=real_services(), instance=instance)
    signals = QuitOnSignals(app)
    application.start(is_bar_open=is_bar_open)
    try:
        return app.exec()
    finally:
        application.close()
        signals.close()


class QuitOnSignals(QObject):
    """Ctrl-C and a polite kill end the program as Quit does.

    Python handles signals between its own instructions, and in the event loop there are none: the signal is written
    to a socket that the event loop watches.
    """

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._before = [(number, signal.signal(number, lambda *_: None)) for number in self._SIGNALS]
        self._fd_before = signal.set_wakeup_fd(self._theirs.fileno())
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(app.quit, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before:
            signal.signal(number, handler)
        self._ours.close()
        self._theirs.close()


def _check_display() -> None:
    """Qt ends the process where there is no display or it does not answer; say it in our words instead.

    Raises:
        AgentError: there is none.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return
    if os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY"):
        raise AgentError(
            "There is no display.",
            hint="Start Foveal inside a graphical session; `foveal demo` shows it on a virtual screen.",
        )
    from agent import x11

    x11.disconnect(x11.connect(AgentError))


def _history_path() -> Path:
    return platformdirs.user_state_path("foveal", appauthor=False) / "history.json"

"""The guard's messages as Qt signals. The guard is a process of its own; its messages come in a thread of its own."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from agent.cancel import StopSwitch
from agent.errors import AgentError
from agent.guard.messages import (
    GuardDied,
    GuardMessage,
    HeardInPart,
    HotkeyName,
    HotkeyPressed,
    HotkeyTaken,
    StopPulled,
    UserLeftMouse,
    UserTookMouse,
)

logger = logging.getLogger(__name__)


class GuardHandle(Protocol):
    """The part of ``agent.guard.Guard`` that is used here."""

    def start(self) -> None:
        """Start listening; raises ``AgentError`` where that is impossible."""
        ...

    def rebind(self, hotkeys: Mapping[HotkeyName, str]) -> None:
        """Listen to other combinations."""
        ...

    def close(self) -> None:
        """End the process."""
        ...


OpenGuard = Callable[[StopSwitch, Mapping[HotkeyName, str], Callable[[GuardMessage], None]], GuardHandle]


class Hotkeys(QObject):
    """Owns the guard.

    Signals:
        pressed: HotkeyName.
        taken: HotkeyTaken, another program has this combination.
        stop_pulled: the reason in words (str).
        mouse_taken: the person moved the mouse during a run.
        trouble: AgentError, hotkeys and stop key do not work, or not everywhere.
    """

    pressed = Signal(object)
    taken = Signal(object)
    stop_pulled = Signal(str)
    mouse_taken = Signal()
    trouble = Signal(object)
    _message_came = Signal(object)

    def __init__(self, open_guard: OpenGuard, stop: StopSwitch, hotkeys: Mapping[HotkeyName, str]) -> None:
        super().__init__()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hotkeys")
        self._taken: dict[HotkeyName, str] = {}
        self._message_came.connect(self._on_message_came, Qt.ConnectionType.QueuedConnection)
        self._guard = open_guard(stop, hotkeys, self._message_came.emit)

    @property
    def taken_combinations(self) -> Mapping[HotkeyName, str]:
        """Combinations that other programs have."""
        return dict(self._taken)

    def start(self) -> None:
        """Listen soon: the process takes a moment to start, which must not hold up the tray.

        Where that is impossible ``trouble`` says so and the rest of the program works on.
        """
        self._executor.submit(self._start)

    def rebind(self, hotkeys: Mapping[HotkeyName, str]) -> None:
        """Listen to other combinations."""
        self._taken.clear()
        try:
            self._guard.rebind(hotkeys)
        except AgentError as error:
            self.trouble.emit(error)

    def close(self) -> None:
        """End the guard."""
        self._executor.submit(self._guard.close)
        self._executor.shutdown()

    def _start(self) -> None:
        try:
            self._guard.start()
        except AgentError as error:
            self.trouble.emit(error)

    @Slot(object)
    def _on_message_came(self, message: GuardMessage) -> None:
        match message:
            case HotkeyPressed(name=name):
                self.pressed.emit(name)
            case HotkeyTaken():
                self._taken[message.name] = message.combination
                self.taken.emit(message)
            case StopPulled(reason=reason):
                self.stop_pulled.emit(reason)
            case UserTookMouse():
                self.mouse_taken.emit()
            case UserLeftMouse():
                pass  # the bar asks the person whether to go on
            case HeardInPart(message=text, hint=hint):
                self.trouble.emit(AgentError(text, hint=hint))
            case GuardDied(detail=detail):
                logger.error("the guard ended by itself: %s", detail)
                hint = "Restart Foveal; until then use Stop in the tray or `foveal trigger stop`."
                self.trouble.emit(AgentError("The hotkeys and the stop key do not work any more.", hint=hint))

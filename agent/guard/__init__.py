"""The guard: a process of its own that hears the hotkeys and owns the stop."""

from agent.guard.defaults import DEFAULT_HOTKEYS
from agent.guard.guard import Guard
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

__all__ = [
    "DEFAULT_HOTKEYS",
    "Guard",
    "GuardDied",
    "GuardMessage",
    "HeardInPart",
    "HotkeyName",
    "HotkeyPressed",
    "HotkeyTaken",
    "StopPulled",
    "UserLeftMouse",
    "UserTookMouse",
]

"""What the guard tells, and what it is told."""

from dataclasses import dataclass
from enum import StrEnum

TRIGGER_HINT = (
    "Bind `foveal trigger command` and `foveal trigger stop` to keys in the desktop's own keyboard settings instead."
)
"""What to do where hotkeys cannot be heard."""


class HotkeyName(StrEnum):
    """What a global hotkey does."""

    COMMAND = "command"
    GROUND = "ground"
    RECORD = "record"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class HotkeyPressed:
    """The person pressed a hotkey other than the stop (of which ``StopPulled`` tells)."""

    name: HotkeyName


@dataclass(frozen=True, slots=True, kw_only=True)
class HotkeyTaken:
    """Another program has this combination; the stop is still heard, the others are not."""

    name: HotkeyName
    combination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPulled:
    """The guard stopped the run (the shared switch says so already); ``reason`` is in the user's words."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTookMouse:
    """The guard paused the run (the shared switch says so already)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLeftMouse:
    """After ``UserTookMouse`` the mouse has not been moved for some seconds; the run is still paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardInPart:
    """The guard listens, but does not hear everything everywhere; ``message`` and ``hint`` say where not."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardDied:
    """The guard process ended by itself: until it is started again there are no hotkeys and no stop key."""

    detail: str


GuardMessage = HotkeyPressed | HotkeyTaken | StopPulled | UserTookMouse | UserLeftMouse | HeardInPart | GuardDied


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """From the guard process, once it listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    """From the guard process instead of ``Ready``: why it cannot listen."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebind:
    """To the guard process: listen to these instead; canonical key names by hotkey."""

    hotkeys: dict[HotkeyName, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """To the guard process: end."""

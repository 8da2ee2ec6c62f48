"""What crosses boundaries inside the agent: pictures, actions, steps, results. All frozen."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from agent.geometry import Point, Rect, ScreenTransform

# --------------------------------------------------------------------------------------- screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """A monitor: its place in the system's list and its reported bounds on the desktop."""

    index: int
    bounds_pt: Rect
    is_primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """One monitor as it was at one moment; the click, the overlay and the log all use its transform.

    Attributes:
        pixels: [height, width, 3] uint8 RGB, read-only.
        monitor: the monitor it shows.
        transform: how the pixels lie on the desktop, derived from this very capture.
        captured_at_s: monotonic time.
        capture_ms: how long capturing took.
    """

    pixels: NDArray[np.uint8]
    monitor: Monitor
    transform: ScreenTransform
    captured_at_s: float
    capture_ms: float

    def __post_init__(self) -> None:
        if self.pixels.shape != (self.transform.height_px, self.transform.width_px, 3):
            raise ValueError("the transform must be that of the captured pixels")
        if self.pixels.flags.writeable:
            raise ValueError("a screenshot's pixels must be read-only")


# --------------------------------------------------------------------------------------- actions


class MouseButton(StrEnum):
    """Buttons that can be clicked."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


class Direction(StrEnum):
    """Where to scroll."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Put the pointer somewhere."""

    at_pt: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Click ``count`` times with a button."""

    at_pt: Point
    button: MouseButton = MouseButton.LEFT
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Drag:
    """Press a button at one place, move, release it at another."""

    from_pt: Point
    to_pt: Point
    button: MouseButton = MouseButton.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Scroll:
    """Turn the wheel by ``clicks`` notches over a place."""

    at_pt: Point
    direction: Direction
    clicks: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PressKeys:
    """Press keys together, in order, hold them, release in reverse order.

    Attributes:
        keys: canonical lower-case names: "ctrl", "shift", "alt", "super", "enter", "esc", "tab", "space", "backspace",
            "delete", "insert", "home", "end", "pageup", "pagedown", "up", "down", "left", "right", "f1".."f24",
            "menu", "printscreen", or a single character.
        hold_s: how long to hold.
    """

    keys: tuple[str, ...]
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeText:
    """Type a text exactly, whatever characters it has; newline is Enter, tab is Tab."""

    text: str


Action = Move | Click | Drag | Scroll | PressKeys | TypeText
"""The closed set of what may be sent to the desktop. Nothing else is ever executed."""


# --------------------------------------------------------------------------------------- steps


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickStep:
    """Click, double-click, right-click or middle-click a target."""

    said: str
    target: str
    button: MouseButton = MouseButton.LEFT
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HoverStep:
    """Put the pointer over a target."""

    said: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeStep:
    """Type text, into a target if one is named, else where the focus is.

    ``is_replacing`` means that what is in the field goes away first; ``is_submitting`` presses Enter afterwards.
    """

    said: str
    text: str
    target: str | None = None
    is_replacing: bool = False
    is_submitting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearStep:
    """Empty a field; None means the focused one."""

    said: str
    target: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressStep:
    """Press or hold a key combination, ``count`` times."""

    said: str
    keys: tuple[str, ...]
    hold_s: float = 0.0
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrollStep:
    """Scroll over a target (None: the middle of the active window), until something appears if ``until`` is given."""

    said: str
    direction: Direction
    clicks: int = 5
    target: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DragStep:
    """Drag one target to another."""

    said: str
    source: str
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep:
    """Bring a checkbox (or switch) into a state; nothing is clicked if it already is in it."""

    said: str
    target: str
    is_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectStep:
    """Choose an option, from a list or drop-down if one is named."""

    said: str
    option: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStep:
    """Walk a menu path: click each entry in turn."""

    said: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForStep:
    """Wait until something is on the screen (or has gone, if ``is_gone``)."""

    said: str
    target: str
    timeout_s: float = 30.0
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStep:
    """Wait for a time."""

    said: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStep:
    """Close a window by its title; None means the active one."""

    said: str
    window: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchStep:
    """Bring a window to the front by its title."""

    said: str
    window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStep:
    """Start an installed program by the name of its desktop entry. Nothing else is ever started."""

    said: str
    program: str


Step = (
    ClickStep
    | HoverStep
    | TypeStep
    | ClearStep
    | PressStep
    | ScrollStep
    | DragStep
    | CheckStep
    | SelectStep
    | MenuStep
    | WaitForStep
    | WaitStep
    | CloseStep
    | SwitchStep
    | OpenStep
)
"""The closed set of what a planner may ask for. ``said`` is the part of the command that it came from."""


# --------------------------------------------------------------------------------------- results


class Outcome(StrEnum):
    """What is honestly known after a step.

    DELIVERED: the screen, focus or window changed as it should.
    NO_VISIBLE_EFFECT: events were sent and nothing that should change did.
    REFUSED: nothing was sent (not found, own window, rate limit, unsure and not confirmed).
    UNVERIFIABLE: events were sent and nothing can tell whether they worked.
    """

    DELIVERED = "delivered"
    NO_VISIBLE_EFFECT = "no visible effect"
    REFUSED = "refused"
    UNVERIFIABLE = "unverifiable"


class RunStatus(StrEnum):
    """How a run ended. NOT_UNDERSTOOD: the command could not be split into steps, and nothing was done."""

    DONE = "done"
    FAILED = "failed"
    NOT_FOUND = "not found"
    STOPPED = "stopped"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One step and what came of it; ``detail`` says why in the user's words, "" if there is nothing to say."""

    step: Step
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run.

    Attributes:
        run_id: name of the run and of its folder; "" if it ended before its first step could begin.
        status: how it ended.
        steps: results in order; steps never reached are missing.
        message: why it ended so, in the user's words; "" when done.
        hint: what to do next; "" if there is nothing to do.
    """

    run_id: str
    status: RunStatus
    steps: tuple[StepResult, ...] = field(default=())
    message: str = ""
    hint: str = ""

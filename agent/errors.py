"""Errors of the desktop side.

AgentError
├── CaptureError        the screen could not be captured
├── ControlError        mouse or keyboard could not be used
├── WindowError         a window or program could not be reached
├── PlanError           the command could not be understood
├── GroundingError      the grounding model failed or its process died
├── RunLogError         a run log could not be written, read or verified
├── Paused              the person took the mouse before an action was sent, or sent to its end (silent)
└── Cancelled           the person stopped the run (silent)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy comes with it, and the guard process does without
    from agent.types import Action


class AgentError(Exception):
    """Base of the tree.

    Args:
        message: what failed, in the user's words.
        hint: what to do next; empty when nothing helps.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CaptureError(AgentError):
    """The screen could not be captured."""


class ControlError(AgentError):
    """Mouse or keyboard could not be used."""


class WindowError(AgentError):
    """A window or program could not be reached."""


class PlanError(AgentError):
    """The command could not be understood."""


class GroundingError(AgentError):
    """The grounding model failed or its process died."""


class RunLogError(AgentError):
    """A run log could not be written, read or verified."""


class Paused(AgentError):  # noqa: N818 - not an error to the person: the run waits and goes on
    """The person took the mouse before an action was sent, or before all of a text was. Shown to nobody.

    What was looked at before may be stale once they let the run go on, so nobody waits inside of an action.

    Args:
        done: the part that was sent; None if nothing was.
        rest: what is left to be sent.
    """

    def __init__(self, *, done: "Action | None", rest: "Action") -> None:
        super().__init__("Paused: you took the mouse.")
        self.done = done
        self.rest = rest


class Cancelled(AgentError):  # noqa: N818 - not an error to the person: they asked for it
    """The person stopped the run. Shown to nobody."""

    def __init__(self, message: str = "Stopped.", *, hint: str = "") -> None:
        super().__init__(message, hint=hint)

"""What every mouse-and-keyboard backend can do."""

from typing import Protocol

from agent.geometry import Point
from agent.types import Action


class DesktopControl(Protocol):
    """Sends mouse and keyboard events, one action at a time, from one thread.

    Before *every single event* the cancel token is checked, and whatever is pressed is released in ``finally``.
    """

    install_hint: str

    def is_supported(self) -> bool:
        """Whether this backend could work on this platform."""
        ...

    def is_available(self) -> bool:
        """Whether it works now."""
        ...

    def perform(self, action: Action) -> Action:
        """Do an action; return what was really done, after clamping to the screen and away from its corners.

        Raises:
            agent.errors.Cancelled: the stop was pulled before or during it; nothing is left pressed.
            agent.errors.Paused: the run was paused before anything was sent, or in the middle of a text. Never waits
                for the end of the pause: what the action was meant for has to be looked at again.
            agent.errors.ControlError: the events could not be sent, the place belongs to a window of our own, or the
                person took the mouse in the middle of it.
        """
        ...

    def pointer_pt(self) -> Point:
        """Where the mouse pointer is."""
        ...

    def release_all(self) -> None:
        """Release every key and button that this object pressed. Safe to call at any time, also twice."""
        ...

    def close(self) -> None:
        """Release everything and the connection to the display; undo temporary keyboard mappings."""
        ...

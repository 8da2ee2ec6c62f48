"""How a run asks the person before it acts."""

from dataclasses import dataclass
from typing import Protocol

from agent.events import Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The person's answer: act (on which candidate, counted from 0), or stop the run."""

    is_go: bool
    candidate_idx: int = 0


class Confirmer(Protocol):
    """Asks the person; blocks until there is an answer, the countdown is over or the stop is pulled."""

    def confirm(self, preview: Preview) -> Decision:
        """Show what is about to happen and wait for the answer."""
        ...


class AlwaysConfirm:
    """Says yes to everything but what the model is unsure of (``--yes``)."""

    def confirm(self, preview: Preview) -> Decision:
        """Go, unless the person would have had to choose."""
        return Decision(is_go=not preview.is_unsure)


class OwnWindows(Protocol):
    """The program's own windows, which must never be in a picture nor in the way of a click."""

    def hide_for_capture(self) -> None:
        """Take them off the screen; returns when they are gone. Nested calls are counted."""
        ...

    def show_again(self) -> None:
        """Undo one ``hide_for_capture``."""
        ...


class NoWindows:
    """For the command line, which has none."""

    def hide_for_capture(self) -> None:
        """Nothing to hide."""

    def show_again(self) -> None:
        """Nothing to show."""

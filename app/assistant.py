"""What the shell wants from the agent, apart from Qt: look, score, find, run. Lives in the bridge's worker thread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from agent.cancel import StopSwitch
from agent.confirm import Confirmer, OwnWindows
from agent.events import OnEvent
from agent.types import RunResult, Screenshot
from app.settings import Settings
from model.grounder import Grounding, PatchScores


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveScores:
    """Patch scores for what is typed so far, on the screen as it was when the bar opened."""

    text: str
    screenshot: Screenshot
    scored: PatchScores


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer to "where is …?"."""

    screenshot: Screenshot
    grounding: Grounding


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTools:
    """What a run needs from the shell.

    Attributes:
        stop, confirmer, own_windows, on_event: see there.
        on_loading: told True when the model takes long to load, and False when that is over.
    """

    stop: StopSwitch
    confirmer: Confirmer
    own_windows: OwnWindows
    on_event: OnEvent
    on_loading: Callable[[bool], None]


class Assistant(Protocol):
    """The agent as the shell sees it. One thread makes it, uses it and closes it; any may interrupt it.

    All methods raise ``AgentError`` or ``ModelError`` for what the world does wrong.
    """

    def capture(self) -> Screenshot:
        """Take the picture of the screen that ``score`` and ``find`` answer about."""
        ...

    def prepare(self) -> None:
        """Encode the captured screen, so that the first answer is quick."""
        ...

    def score(self, text: str) -> LiveScores:
        """What is likely meant, before anybody says that it is all."""
        ...

    def find(self, instruction: str, *, is_fresh: bool) -> Found:
        """Where it is, on the captured screen, or on one captured now if ``is_fresh``."""
        ...

    def run(self, command: str) -> RunResult:
        """Do a command; its events go to ``RunTools.on_event``."""
        ...

    def interrupt(self) -> None:
        """The program ends: whatever waits for the model fails now. Returns within seconds; from any thread."""
        ...

    def close(self) -> None:
        """Free the model and the connections."""
        ...


OpenAssistant = Callable[[Settings, RunTools], Assistant]

"""What lasts for a whole run and is shared by its steps."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.confirm import Confirmer
from agent.control._base import DesktopControl
from agent.events import RunEvent
from agent.grounding import GroundingService
from agent.loop_config import LoopConfig
from agent.run_log import RunLog
from agent.steps.eyes import Eyes
from agent.steps.pace import Pace
from agent.windows._base import WindowSystem


@dataclass(frozen=True, kw_only=True)
class Session:
    """The parts of a run.

    Attributes:
        config: how the run behaves.
        control: mouse and keyboard.
        windows: the window manager.
        grounder: finds what a step names.
        confirmer: asks the person.
        eyes: see the screen.
        pace: holds the run back.
        log: the run log.
        tell: takes every event, for the log and for whoever watches.
        start_program: starts an installed program by its name; raises ``agent.errors.AgentError``.
    """

    config: LoopConfig
    control: DesktopControl
    windows: WindowSystem
    grounder: GroundingService
    confirmer: Confirmer
    eyes: Eyes
    pace: Pace
    log: RunLog
    tell: Callable[[RunEvent], None]
    start_program: Callable[[str], None]

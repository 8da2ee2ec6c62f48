"""What a run tells about itself while it happens. Frozen; sent to one callback, in order, from the run's thread."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.types import Action, Outcome, RunResult, Screenshot, Step
from model.grounder import Candidate, Grounding


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A command was understood; these are its steps."""

    run_id: str
    command: str
    steps: tuple[Step, ...]
    is_dry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step begins. ``title`` names it for a person, for instance: Click *Save As…*."""

    step_idx: int
    step: Step
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGrounded:
    """The model has answered for a target of the step: show where it looked."""

    step_idx: int
    screenshot: Screenshot
    grounding: Grounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is about to happen, for the person to confirm.

    Attributes:
        title: the step in words.
        screenshot, grounding: None if the step has no target on the screen.
        candidates: at most nine, numbered from 1; more than one only if the model is unsure.
        is_dangerous: words such as delete, pay, send, format: always ask.
        is_unsure: the person should choose among the candidates.
        countdown_s: act by itself after this time; None waits for the person.
    """

    step_idx: int
    title: str
    screenshot: Screenshot | None
    grounding: Grounding | None
    candidates: tuple[Candidate, ...]
    is_dangerous: bool
    is_unsure: bool
    countdown_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSent:
    """An action was carried out, as really done."""

    step_idx: int
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """A step is over; ``detail`` says why in the user's words."""

    step_idx: int
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused:
    """The person took the mouse (or paused); the run waits."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResumed:
    """The run goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over."""

    result: RunResult


RunEvent = (
    RunStarted | StepStarted | StepGrounded | Preview | ActionSent | StepFinished | RunPaused | RunResumed | RunFinished
)
OnEvent = Callable[[RunEvent], None]

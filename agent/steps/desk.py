"""What an executor has at hand."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.loop_config import LoopConfig
from agent.steps.consent import Consent
from agent.steps.eyes import Eyes, Seen
from agent.steps.finder import Finder
from agent.steps.hands import Acted, Hands
from agent.steps.observation import Change, Observation
from agent.steps.pace import Pace
from agent.steps.session import Session
from agent.types import Step
from agent.windows._base import WindowSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that one step works with: the run's parts, and finder, consent and hands of its own."""

    eyes: Eyes
    finder: Finder
    hands: Hands
    consent: Consent
    pace: Pace
    windows: WindowSystem
    config: LoopConfig
    start_program: Callable[[str], None]

    @classmethod
    def for_step(cls, session: Session, step_idx: int, step: Step, title: str) -> "Desk":
        """Set the desk for a step."""
        finder = Finder(session, step_idx)
        consent = Consent(session, step_idx, step, title)
        return cls(
            eyes=session.eyes,
            finder=finder,
            hands=Hands(session, step_idx, finder, consent),
            consent=consent,
            pace=session.pace,
            windows=session.windows,
            config=session.config,
            start_program=session.start_program,
        )

    def effect_of(self, acted: Acted) -> Seen:
        """Wait for the effect of an action at a target."""
        return self.eyes.wait_for_effect(acted.before, self.pace, acted.is_effect)

    def any_effect(self, before: Observation, *, timeout_s: float | None = None) -> Seen:
        """Wait for the effect of keys: in the active window or large anywhere."""

        def is_effect(change: Change) -> bool:
            return change.is_effect(near_px=None, window=before.active)

        return self.eyes.wait_for_effect(before, self.pace, is_effect, timeout_s=timeout_s)

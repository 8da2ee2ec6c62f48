"""Finding what a step names, on a fresh picture, with patience for slow programs."""

import re
from dataclasses import dataclass

from agent.events import StepGrounded
from agent.geometry import Rect
from agent.steps.observation import Observation
from agent.steps.report import StepFailedError
from agent.steps.session import Session
from agent.steps.target import Target, order_candidates
from agent.types import RunStatus
from model.grounder import Element, Grounding

_N_NEAREST = 3
_TWO_THINGS = re.compile(r"(?i)\w\s+(?:and|&)\s+\w")
"""Find and Replace is one button, save and quit two: words alone do not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One look for something; ``target`` is None if it is not there."""

    observation: Observation
    grounding: Grounding
    target: Target | None


class Finder:
    """Grounds the targets of one step."""

    def __init__(self, session: Session, step_idx: int) -> None:
        self._step_idx = step_idx
        self._grounder = session.grounder
        self._eyes = session.eyes
        self._pace = session.pace
        self._config = session.config
        self._tell = session.tell
        self._log = session.log

    def glance(
        self, instruction: str, *, prefer_px: Rect | None = None, observation: Observation | None = None
    ) -> Glance:
        """Look for something once, on a fresh picture or on the one given."""
        self._pace.wait_while_paused()
        observation = observation or self._eyes.observe()
        self._eyes.show()
        look = self._grounder.look(observation.screenshot)
        grounding = self._grounder.find(look, instruction, keep_fraction=self._config.keep_fraction)
        self._pace.check()
        self._tell(
            StepGrounded(step_idx=self._step_idx, screenshot=observation.screenshot, grounding=grounding),
        )
        target = None
        if not grounding.is_rejected:
            candidates, n_tied = order_candidates(grounding, observation, prefer_px)
            target = Target(
                instruction=instruction,
                observation=observation,
                grounding=grounding,
                candidates=candidates,
                n_tied=n_tied,
            )
        return Glance(observation=observation, grounding=grounding, target=target)

    def find(self, instruction: str, *, prefer_px: Rect | None = None) -> Target:
        """Look for something until it is there.

        Args:
            instruction: what to look for.
            prefer_px: of places that are equally good, those inside this rectangle are meant.

        Raises:
            StepFailedError: it does not appear in time; the hint names the nearest three.
        """
        # In a rehearsal nothing happens on the screen that would be worth waiting for.
        patience_s = 0.0 if self._config.is_dry else self._config.patience_s
        deadline_s = self._pace.now_s() + patience_s
        while True:
            glance = self.glance(instruction, prefer_px=prefer_px)
            if glance.target is not None:
                return glance.target
            left_s = deadline_s - self._pace.now_s()
            if left_s <= 0 or not self._eyes.wait_for_change(glance.observation, self._pace, timeout_s=left_s):
                raise self.not_found(instruction, glance)
            self._eyes.settle(self._pace)  # something is being drawn: let it be finished

    def not_found(self, instruction: str, glance: Glance) -> StepFailedError:
        """The error for what is not there; keeps what was looked at."""
        self._log.record(
            "not_found",
            step_idx=self._step_idx,
            frame=self._log.save_frame(glance.observation.screenshot),
            grounding=glance.grounding.to_json(),
        )
        labels = dict.fromkeys(c.label for c in glance.grounding.candidates if c.label)
        nearest = ", ".join(f'"{label}"' for label in list(labels)[:_N_NEAREST])
        hint = f"The nearest: {nearest}." if nearest else "Nothing like it is there; is the right window open?"
        if _TWO_THINGS.search(instruction):
            hint += ' If two things are meant, name them one by one: "…, then click …".'
        return StepFailedError(
            f'"{instruction}" is not on the screen.',
            hint=hint,
            status=RunStatus.NOT_FOUND,
        )

    def read(self, observation: Observation) -> tuple[Element, ...]:
        """Everything the model sees on a picture."""
        elements = self._grounder.read(self._grounder.look(observation.screenshot))
        self._pace.check()
        return elements

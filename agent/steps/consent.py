"""Showing what is about to happen, and asking the person where that is due."""

from agent.errors import Cancelled
from agent.events import Preview
from agent.planner.danger import is_dangerous
from agent.steps.report import StepFailedError, StepRehearsed
from agent.steps.session import Session
from agent.steps.target import Target
from agent.types import Step
from model.grounder import Candidate

_MAX_CHOICES = 9


class Consent:
    """The person's consent to one step.

    A step is shown before each of its actions but asked about once, unless what comes next is dangerous or unsure:
    a countdown never decides those.
    """

    def __init__(self, session: Session, step_idx: int, step: Step, title: str) -> None:
        self._step_idx = step_idx
        self._step = step
        self._title = title
        self._confirmer = session.confirmer
        self._eyes = session.eyes
        self._pace = session.pace
        self._config = session.config
        self._tell = session.tell
        self._log = session.log
        self._is_given = False
        self._accepted_dangers: set[str] = set()

    def is_dangerous(self, label: str) -> bool:
        """Whether the person is asked about an action in any case; ``label`` is "" if it has no target."""
        return is_dangerous(self._step, label or None)

    def withdraw(self) -> None:
        """What the person agreed to is not what comes next."""
        self._is_given = False
        self._accepted_dangers.clear()

    def to_act_at(self, target: Target) -> Target:
        """Consent to act at a target; returns it with the candidate that the person chose.

        Raises:
            agent.errors.Cancelled: the person does not want it.
            StepFailedError: several places fit and none was chosen.
            StepRehearsed: this is a dry run; nothing more happens in this step.
        """
        preview = self._preview(target)
        if self._config.is_dry:
            at_pt = target.point_pt
            unsure = f"; {target.n_tied} places fit equally well" if target.is_unsure else ""
            self._rehearse(preview, f'"{target.label}" was found at ({at_pt.x:.0f}, {at_pt.y:.0f}){unsure}; ')
        choice_idx = self._ask(preview, target.label)
        return target.choose(choice_idx) if target.is_unsure else target

    def to_act(self) -> None:
        """Consent to an action without a target on the screen; raises like ``to_act_at``."""
        preview = self._preview(None)
        if self._config.is_dry:
            self._rehearse(preview, "")
        self._ask(preview, "")

    def _rehearse(self, preview: Preview, found: str) -> None:
        self._eyes.show()
        self._tell(preview)
        raise StepRehearsed(f"Dry run: {found}nothing was sent.")

    def _preview(self, target: Target | None) -> Preview:
        label = "" if target is None else target.label
        is_unsure = target is not None and target.is_unsure
        danger = self.is_dangerous(label)
        countdown_s: float | None = 0.0
        if is_unsure or danger:
            countdown_s = None
        elif self._config.is_confirming and not self._is_given:
            countdown_s = self._config.countdown_s
        return Preview(
            step_idx=self._step_idx,
            title=self._title,
            screenshot=None if target is None else target.observation.screenshot,
            grounding=None if target is None else target.grounding,
            candidates=() if target is None else _choices(target),
            is_dangerous=danger,
            is_unsure=is_unsure,
            countdown_s=countdown_s,
        )

    def _ask(self, preview: Preview, label: str) -> int:
        """Returns the index of the chosen candidate."""
        is_new_danger = preview.is_dangerous and label not in self._accepted_dangers
        is_due = preview.is_unsure or is_new_danger or (self._config.is_confirming and not self._is_given)
        self._pace.wait_while_paused()
        self._eyes.show()
        self._tell(preview)
        if not is_due:
            return 0
        decision = self._confirmer.confirm(preview)
        self._pace.check()
        self._log.record(
            "answered",
            step_idx=self._step_idx,
            is_go=decision.is_go,
            candidate_idx=decision.candidate_idx,
            is_dangerous=preview.is_dangerous,
            is_unsure=preview.is_unsure,
        )
        is_choice = decision.candidate_idx < max(len(preview.candidates), 1)
        if not decision.is_go or not is_choice:
            if preview.is_unsure:
                raise StepFailedError(
                    f'{len(preview.candidates)} places fit "{label}" equally well.',
                    hint='Say which one is meant: "the second …", "… below …" or "… in the … dialog".',
                )
            raise Cancelled
        self._is_given = True
        self._accepted_dangers.add(label)
        return decision.candidate_idx


def _choices(target: Target) -> tuple[Candidate, ...]:
    if not target.is_unsure:
        return (target.candidate,)
    return target.candidates[: min(target.n_tied, _MAX_CHOICES)]

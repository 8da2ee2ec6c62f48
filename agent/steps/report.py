"""What an executor hands back, and how it ends early."""

from dataclasses import dataclass

from agent.errors import AgentError
from agent.types import Outcome, RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """A step after which the run may go on; ``detail`` is "" if there is nothing to say."""

    outcome: Outcome
    detail: str = ""


class StepFailedError(AgentError):
    """The run cannot go on after this step.

    Args:
        message: what failed, in the user's words.
        hint: what to do next.
        outcome: what is known of the step itself.
        status: how the run ends.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        outcome: Outcome = Outcome.REFUSED,
        status: RunStatus = RunStatus.FAILED,
    ) -> None:
        super().__init__(message, hint=hint)
        self.outcome = outcome
        self.status = status


class StepRehearsed(Exception):  # noqa: N818 - no error: a dry run has come as far in a step as it goes
    """Everything up to the first action of a step was done, in a dry run; ``detail`` says what was found."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


DELIVERED = StepReport(outcome=Outcome.DELIVERED)

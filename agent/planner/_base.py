"""What a planner does: from a command in words to a closed set of steps."""

from dataclasses import dataclass
from typing import Protocol

from agent.types import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of a command, in order; never empty."""

    command: str
    steps: tuple[Step, ...]


class Planner(Protocol):
    """Splits a command into steps."""

    def plan(self, command: str) -> Plan:
        """Understand a command.

        Raises:
            agent.errors.PlanError: some part cannot be understood; the message quotes it and the hint names the
                nearest thing that can be done. Nothing has been done then.
        """
        ...

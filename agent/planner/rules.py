"""The planner that needs no model: rules for the forms that commands have."""

import re
from collections.abc import Callable

from agent.control.keys import MODIFIERS
from agent.errors import PlanError, WindowError
from agent.planner._base import Plan
from agent.planner.clause import Context, last_target_of
from agent.planner.grammar import parse_clause
from agent.planner.quotes import QUOTED, Phrase
from agent.planner.split import split_command
from agent.programs import Program, find_program
from agent.types import ClickStep, DragStep, PressStep, Step

MAX_COMMAND_CHARS = 10_000
MAX_UNQUOTED_CHARS = 4_000
MAX_SPACES = 100
MAX_STEPS = 100
_COORDINATES = re.compile(r"(?i)\bclick(?: (?:on|at))?\s+\(?(\d{2,4}\s*[,x]\s*\d{2,4})\b(?!\s*,)")


class RulesPlanner:
    """Understands commands by rules. Nothing that it is told is ever executed: words only become steps.

    Args:
        find: the installed program that words mean; raises WindowError if there is none.
    """

    def __init__(self, find: Callable[[str], Program] = find_program) -> None:
        self._find = find

    def plan(self, command: str) -> Plan:
        """Understand a command; see ``agent.planner._base.Planner``."""
        steps: list[Step] = []
        last_target: str | None = None
        for clause in split_command(_checked(command), self._can_parse):
            context = self._context(steps[-1] if steps else None, last_target)
            found = parse_clause(clause.phrase, clause.said, context)
            _check_held_key(steps[-1] if steps else None, found[0])
            steps.extend(found)
            last_target = next((t for step in reversed(found) if (t := last_target_of(step))), last_target)
            if len(steps) > MAX_STEPS:
                raise PlanError(f"The command has more than {MAX_STEPS} steps.", hint="Split it into several commands.")
        if not steps:
            raise PlanError("The command says nothing to do.", hint='Say what to do, as in: click "Save"')
        return Plan(command=command, steps=tuple(steps))

    def _can_parse(self, phrase: Phrase) -> bool:
        """Whether a part is something that can be done; what "it" means does not matter for that."""
        try:
            parse_clause(phrase, phrase.text, self._context(None, "it"))
        except PlanError:
            return False
        return True

    def _context(self, previous: Step | None, last_target: str | None) -> Context:
        return Context(
            previous=previous,
            last_target=last_target,
            is_program=self._exact_name,
            find_program=lambda words: self._find(words).name,
        )

    def _exact_name(self, words: str) -> str | None:
        try:
            program = self._find(words)
        except WindowError:
            return None
        return program.name if program.is_called(words) else None


def _check_held_key(previous: Step | None, step: Step) -> None:
    """Hold Shift and click: the two would come one after the other, which is something else."""
    if not isinstance(previous, PressStep) or not isinstance(step, ClickStep | DragStep):
        return
    is_held = previous.hold_s > 0 and set(previous.keys) <= set(MODIFIERS) and " for " not in previous.said.lower()
    if is_held:
        raise PlanError(
            "Clicking while a key is held is not possible yet.", hint="Click without it, or use the keys alone."
        )


def _checked(command: str) -> Phrase:
    """The command, unless it is empty or so large that nobody wrote it as a command."""
    if not command.strip():
        raise PlanError("The command is empty.", hint='Say what to do, as in: click "Save"')
    if len(command) > MAX_COMMAND_CHARS:
        raise PlanError(
            f"The command is too long: {len(command):,} characters.",
            hint=f"Up to {MAX_COMMAND_CHARS:,} are possible; split it into several commands.",
        )
    phrase = Phrase.of(command)
    coordinates = _COORDINATES.search(phrase.mask)
    if coordinates:
        raise PlanError(
            f"I do not click at coordinates: {coordinates[1]}.", hint="Say what is there, as in: click the Save button"
        )
    unquoted = re.sub(QUOTED, "q", phrase.mask)
    if len(unquoted) > MAX_UNQUOTED_CHARS:
        raise PlanError(
            f"The command is too much at once: {len(unquoted):,} characters outside of quotes.",
            hint="Put long texts in quotes, or split it into several commands.",
        )
    if re.search(rf"\s{{{MAX_SPACES + 1}}}", unquoted):
        raise PlanError(
            f"The command has more than {MAX_SPACES} spaces in a row.", hint="Put texts with many spaces in quotes."
        )
    return phrase

"""How a run speaks and asks in a terminal."""

import select
import sys
from typing import TextIO

from agent.cancel import StopSwitch
from agent.confirm import Decision
from agent.events import (
    Preview,
    RunEvent,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    StepFinished,
    StepStarted,
)
from agent.types import Outcome, RunStatus

_POLL_S = 0.1
_MARKS = {
    Outcome.DELIVERED: "✓",
    Outcome.UNVERIFIABLE: "?",
    Outcome.NO_VISIBLE_EFFECT: "✗",
    Outcome.REFUSED: "✗",
}


def tell_loading(is_loading: bool) -> None:
    """On stderr, that the model takes long to load."""
    if is_loading:
        sys.stderr.write("Loading the model …\n")


class TerminalReporter:
    """Prints a line when a step begins and completes it when the step ends."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def on_event(self, event: RunEvent) -> None:
        """Take an event of a run."""
        match event:
            case RunStarted(steps=steps, is_dry=is_dry):
                self._say(
                    f"{len(steps)} step{'s' if len(steps) > 1 else ''}{', nothing will be touched' if is_dry else ''}"
                )
            case StepStarted(step_idx=step_idx, title=title):
                self._say(f"{step_idx + 1}. {title}")
            case StepFinished(outcome=outcome, detail=detail):
                self._say(f"   {_MARKS[outcome]} {outcome}{': ' + detail if detail else ''}")
            case RunPaused(reason=reason):
                self._say(f"   paused: {reason}")
            case RunResumed():
                self._say("   going on")
            case RunFinished(result=result):
                if result.status is not RunStatus.DONE:
                    self._say(f"{result.status}: {result.message}")
                    if result.hint:
                        self._say(f"  {result.hint}")
            case _:
                pass

    def _say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


class TerminalConfirmer:
    """Asks on stderr and reads the answer from stdin; gives up when the stop is pulled."""

    def __init__(self, stop: StopSwitch) -> None:
        self._stop = stop

    def confirm(self, preview: Preview) -> Decision:
        """Enter goes on, a digit picks a candidate, anything else stops."""
        if preview.is_unsure:
            for number, candidate in enumerate(preview.candidates, start=1):
                self._ask(f"     {number}  {candidate.label or 'unnamed'} at {candidate.x:.0f}, {candidate.y:.0f}\n")
            self._ask("   Which one? A digit, or Enter to stop: ")
        else:
            warning = "This cannot be taken back. " if preview.is_dangerous else ""
            self._ask(f"   {warning}{_place(preview)}Go on? Enter, or q to stop: ")
        answer = self._read_line()
        if answer is None:
            return Decision(is_go=False)
        if preview.is_unsure:
            is_choice = answer.isdigit() and 1 <= int(answer) <= len(preview.candidates)
            return Decision(is_go=is_choice, candidate_idx=int(answer) - 1 if is_choice else 0)
        return Decision(is_go=answer.casefold() in {"", "y", "yes"})

    def _ask(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

    def _read_line(self) -> str | None:
        """A line without its end, or None when the stop was pulled or the input ended."""
        while not self._stop.is_stopped:
            if select.select([sys.stdin], [], [], _POLL_S)[0]:
                line = sys.stdin.readline()
                return line.strip() if line else None
        return None


def _place(preview: Preview) -> str:
    if not preview.candidates:
        return ""
    found = preview.candidates[0]
    name = f'"{found.label}" ' if found.label else ""
    return f"Found {name}at {found.x:.0f}, {found.y:.0f} ({found.score:.0%}). "

"""How events of a run are written down."""

import dataclasses
from enum import Enum
from typing import Any

from agent.events import (
    ActionSent,
    Preview,
    RunEvent,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    StepFinished,
    StepGrounded,
    StepStarted,
)
from agent.run_log.masking import MASK
from agent.run_log.writer import RunLog
from agent.types import Step, TypeStep, TypeText


def record_event(log: RunLog, event: RunEvent) -> None:
    """Write an event down; typed text is masked unless the log keeps it.

    What was grounded is written with the decision that came of it, together with its frame, and not here.
    """
    shown = _shown if log.is_text_recorded else _masked
    match event:
        case RunStarted(command=command, steps=steps, is_dry=is_dry):
            log.keep_out(step.text for step in steps if isinstance(step, TypeStep))
            command = command if log.is_text_recorded else mask_command(command, steps)
            log.record("run_started", command=command, steps=[shown(step) for step in steps], is_dry=is_dry)
        case StepStarted(step_idx=step_idx, step=step):
            log.record("step_started", step_idx=step_idx, step=shown(step))
        case Preview(step_idx=step_idx, is_dangerous=is_dangerous, is_unsure=is_unsure, countdown_s=countdown_s):
            log.record(
                "previewed", step_idx=step_idx, is_dangerous=is_dangerous, is_unsure=is_unsure, countdown_s=countdown_s
            )
        case ActionSent(step_idx=step_idx, action=action):
            log.record("action_sent", step_idx=step_idx, action=shown(action))
        case StepFinished(step_idx=step_idx, outcome=outcome, detail=detail):
            log.record("step_finished", step_idx=step_idx, outcome=outcome.value, detail=detail)
        case RunPaused(reason=reason):
            log.record("run_paused", reason=reason)
        case RunResumed():
            log.record("run_resumed")
        case RunFinished(result=result):
            log.record("run_finished", status=result.status.value, message=result.message, hint=result.hint)
        case StepGrounded():
            pass


def mask_command(command: str, steps: tuple[Step, ...]) -> str:
    """The command without what it asks to type.

    The text itself may be spelt otherwise in the command (quotes, escapes), so whole parts are replaced; if one cannot
    be told from the rest, nothing is kept.
    """
    for step in steps:
        if isinstance(step, TypeStep):
            if step.said not in command or not step.said:
                return MASK
            command = command.replace(step.said, _said(step))
    return command


def _said(step: TypeStep) -> str:
    return f"type {MASK}" if step.target is None else f"type {MASK} into {step.target}"


def _masked(value: Any) -> dict[str, Any]:
    if isinstance(value, TypeStep):
        value = dataclasses.replace(value, text=MASK, said=_said(value))
    elif isinstance(value, TypeText):
        value = TypeText(text=MASK)
    return _shown(value)


def _shown(value: Any) -> dict[str, Any]:
    fields = dataclasses.asdict(value, dict_factory=_plain)
    return {"kind": type(value).__name__, **fields}


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.value if isinstance(value, Enum) else value for name, value in pairs}

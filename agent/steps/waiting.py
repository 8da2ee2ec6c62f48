"""Waiting for a time, and for something to appear or to go."""

from agent.steps.desk import Desk
from agent.steps.report import DELIVERED, StepFailedError, StepRehearsed, StepReport
from agent.types import WaitForStep, WaitStep


def wait(step: WaitStep, desk: Desk) -> StepReport:
    """Wait; a pause by the person lengthens it."""
    if desk.config.is_dry:
        raise StepRehearsed("Dry run: nothing was waited for.")
    desk.pace.sleep(step.seconds)
    return DELIVERED


def wait_for(step: WaitForStep, desk: Desk) -> StepReport:
    """Look again whenever the screen has changed, until something is there, or is gone."""
    deadline_s = desk.pace.now_s() + step.timeout_s
    while True:
        glance = desk.finder.glance(step.target)
        if (glance.target is None) is step.is_gone:
            return DELIVERED
        if desk.config.is_dry:
            raise StepRehearsed(f'Dry run: "{step.target}" would be waited for.')
        left_s = deadline_s - desk.pace.now_s()
        if left_s <= 0 or not desk.eyes.wait_for_change(glance.observation, desk.pace, timeout_s=left_s):
            break
        desk.eyes.settle(desk.pace)
    if step.is_gone:
        raise StepFailedError(
            f'"{step.target}" was still on the screen after {step.timeout_s:.0f} seconds.',
            hint="Give it longer: wait for … to disappear for up to N seconds.",
        )
    error = desk.finder.not_found(step.target, glance)
    error.message = f'"{step.target}" did not appear within {step.timeout_s:.0f} seconds.'
    raise error

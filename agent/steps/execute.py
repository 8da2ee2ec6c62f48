"""Which executor carries out which kind of step."""

from typing import assert_never

from agent.steps import choosing, clicking, keyboard, scrolling, waiting, window_steps
from agent.steps.desk import Desk
from agent.steps.report import StepReport
from agent.types import (
    CheckStep,
    ClearStep,
    ClickStep,
    CloseStep,
    DragStep,
    HoverStep,
    MenuStep,
    OpenStep,
    PressStep,
    ScrollStep,
    SelectStep,
    Step,
    SwitchStep,
    TypeStep,
    WaitForStep,
    WaitStep,
)


def execute(step: Step, desk: Desk) -> StepReport:  # noqa: PLR0911, PLR0912 - one line per kind of step
    """Carry out one step.

    Raises:
        agent.steps.report.StepFailedError: the run cannot go on.
        agent.steps.report.StepRehearsed: this is a dry run, and the step would act now.
        agent.errors.Cancelled: the person stopped the run.
    """
    match step:
        case ClickStep():
            return clicking.click(step, desk)
        case HoverStep():
            return clicking.hover(step, desk)
        case DragStep():
            return clicking.drag(step, desk)
        case TypeStep():
            return keyboard.type_text(step, desk)
        case ClearStep():
            return keyboard.clear(step, desk)
        case PressStep():
            return keyboard.press(step, desk)
        case ScrollStep():
            return scrolling.scroll(step, desk)
        case CheckStep():
            return choosing.check(step, desk)
        case SelectStep():
            return choosing.select(step, desk)
        case MenuStep():
            return choosing.walk_menu(step, desk)
        case WaitForStep():
            return waiting.wait_for(step, desk)
        case WaitStep():
            return waiting.wait(step, desk)
        case CloseStep():
            return window_steps.close(step, desk)
        case SwitchStep():
            return window_steps.switch(step, desk)
        case OpenStep():
            return window_steps.open_program(step, desk)
        case _:
            assert_never(step)

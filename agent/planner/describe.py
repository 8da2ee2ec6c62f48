"""Titles of steps, for people."""

from agent.types import (
    CheckStep,
    ClearStep,
    ClickStep,
    CloseStep,
    DragStep,
    HoverStep,
    MenuStep,
    MouseButton,
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

_MASK = "•••"
_MAX_SHOWN = 60
_CLICKS = {2: "Double-click", 3: "Triple-click"}


def describe(  # noqa: PLR0911, PLR0912 - one case for each kind of step
    step: Step, *, is_masked: bool = False
) -> str:
    """The title of a step, such as: Type "report.txt" into "Name".

    Args:
        step: what is to be done.
        is_masked: hide the text that is typed. Titles for logs are masked; a person sees what they wrote.
    """
    match step:
        case ClickStep():
            return _click(step)
        case TypeStep():
            return _type(step, is_masked=is_masked)
        case PressStep():
            return _press(step)
        case ScrollStep():
            return _scroll(step)
        case HoverStep(target=target):
            return f"Point at {_quoted(target)}"
        case ClearStep(target=target):
            return "Clear the field" if target is None else f"Clear {_quoted(target)}"
        case DragStep(source=source, destination=destination):
            return f"Drag {_quoted(source)} to {_quoted(destination)}"
        case CheckStep(target=target, is_checked=is_checked):
            return f"{'Check' if is_checked else 'Uncheck'} {_quoted(target)}"
        case SelectStep(option=option, source=source):
            return f"Select {_quoted(option)}{_after('from', source)}"
        case MenuStep(path=path):
            return f"Open {' › '.join(path)}"
        case WaitForStep(target=target, is_gone=is_gone):
            return f"Wait for {_quoted(target)}" + (" to disappear" if is_gone else "")
        case WaitStep(seconds=seconds):
            return f"Wait {seconds:g} s"
        case CloseStep(window=window):
            return "Close the window" if window is None else f"Close the window {_quoted(window)}"
        case SwitchStep(window=window):
            return f"Switch to {_quoted(window)}"
        case OpenStep(program=program):
            return f"Start {program}"


def _quoted(words: str) -> str:
    """In quotation marks, on one line, not endless; words that hold quotation marks of their own stay as they are."""
    line = " ".join(words.split())
    line = line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 1] + "…"
    return line if '"' in line else f'"{line}"'


def _after(preposition: str, words: str | None) -> str:
    return "" if words is None else f" {preposition} {_quoted(words)}"


def _times(count: int) -> str:
    return "" if count == 1 else f", {count} times"


def _click(step: ClickStep) -> str:
    if step.button is not MouseButton.LEFT:
        return f"{step.button.value.capitalize()}-click {_quoted(step.target)}{_times(step.count)}"
    verb = _CLICKS.get(step.count)
    return f"{verb} {_quoted(step.target)}" if verb else f"Click {_quoted(step.target)}{_times(step.count)}"


def _type(step: TypeStep, *, is_masked: bool) -> str:
    text = f'"{_MASK}"' if is_masked else _quoted(step.text)
    return f"Type {text}{_after('into', step.target)}{' and press Enter' if step.is_submitting else ''}"


def _press(step: PressStep) -> str:
    keys = "+".join(key.upper() if len(key) == 1 else key.capitalize() for key in step.keys)
    if step.hold_s > 0:
        return f"Hold {keys} for {step.hold_s:g} s"
    return f"Press {keys}{_times(step.count)}"


def _scroll(step: ScrollStep) -> str:
    until = "" if step.until is None else f" until {_quoted(step.until)} is visible"
    return f"Scroll {step.direction.value}{_after('in', step.target)}{until}"

"""Closing and switching windows, opening programs."""

from collections.abc import Callable

from agent.errors import WindowError
from agent.steps.desk import Desk
from agent.steps.observation import Change
from agent.steps.report import DELIVERED, StepFailedError, StepReport
from agent.types import CloseStep, OpenStep, Outcome, RunStatus, SwitchStep
from agent.windows._base import Window
from agent.windows.match import find_window

_POLL_S = 0.05
_CLOSE_TIMEOUT_S = 5.0


def close(step: CloseStep, desk: Desk) -> StepReport:
    """Ask a window to close; it may ask back."""
    window = _named(step.window, desk) if step.window is not None else desk.hands.focused_window()
    desk.consent.to_act()
    desk.pace.wait_for_turn()
    before = desk.windows.windows(include_hidden=True)
    if not _is_among(before, window):
        raise StepFailedError(f"The window {_name(window)} has closed by itself.")
    desk.pace.note_action()
    desk.windows.close_window(window)

    def is_over(now: tuple[Window, ...]) -> bool:
        return not _is_among(now, window) or _question(before, now, window) is not None

    now = _wait_for(is_over, desk, _CLOSE_TIMEOUT_S)
    desk.eyes.settle(desk.pace)
    if not _is_among(now, window):
        return DELIVERED
    question = _question(before, now, window)
    if question is not None:
        return StepReport(outcome=Outcome.DELIVERED, detail=f"It asks back first: {_name(question)}.")
    raise StepFailedError(
        f"The window {_name(window)} did not close.",
        hint="It may be busy, or ask something inside of itself.",
        outcome=Outcome.NO_VISIBLE_EFFECT,
    )


def switch(step: SwitchStep, desk: Desk) -> StepReport:
    """Bring a window to the front."""
    window = _named(step.window, desk)
    desk.consent.to_act()
    desk.eyes.hide()
    desk.windows.activate(window)
    active = desk.windows.active()
    if active is None or active.window_id != window.window_id:
        raise StepFailedError(
            f"The window {_name(window)} did not come to the front.", outcome=Outcome.NO_VISIBLE_EFFECT
        )
    desk.eyes.follow(window)
    desk.eyes.settle(desk.pace)
    return DELIVERED


def open_program(step: OpenStep, desk: Desk) -> StepReport:
    """Start a program and wait for its window, or for an older window of it to come to the front."""
    desk.consent.to_act()
    before = desk.eyes.observe()
    desk.pace.wait_for_turn()
    desk.pace.note_action()
    desk.start_program(step.program)

    def is_effect(change: Change) -> bool:
        return bool(change.opened) or (change.is_focus_moved and change.after.active is not None)

    seen = desk.eyes.wait_for_effect(before, desk.pace, is_effect, timeout_s=desk.config.window_timeout_s)
    if not seen.is_effect:
        raise StepFailedError(
            f'"{step.program}" was started, but no window of it appeared.',
            hint=f"It had {desk.config.window_timeout_s:.0f} seconds. Try: wait for …",
            outcome=Outcome.NO_VISIBLE_EFFECT,
        )
    desk.eyes.follow(seen.change.opened[0] if seen.change.opened else seen.after.windows[0])
    return DELIVERED


def _named(words: str, desk: Desk) -> Window:
    try:
        return find_window(desk.windows.windows(include_hidden=True), words)
    except WindowError as exc:
        raise StepFailedError(exc.message, hint=exc.hint, status=RunStatus.NOT_FOUND) from exc


def _is_among(windows: tuple[Window, ...], window: Window) -> bool:
    return any(other.window_id == window.window_id for other in windows)


def _question(before: tuple[Window, ...], now: tuple[Window, ...], window: Window) -> Window | None:
    """A window that has appeared since and belongs to the one that is to close."""
    return next(
        (
            other
            for other in now
            if not _is_among(before, other) and (other.is_dialog or (other.pid is not None and other.pid == window.pid))
        ),
        None,
    )


def _wait_for(is_over: Callable[[tuple[Window, ...]], bool], desk: Desk, timeout_s: float) -> tuple[Window, ...]:
    deadline_s = desk.pace.now_s() + timeout_s
    while True:
        windows = desk.windows.windows(include_hidden=True)
        if is_over(windows) or desk.pace.now_s() >= deadline_s:
            return windows
        desk.pace.sleep(_POLL_S)


def _name(window: Window) -> str:
    return f'"{window.title or window.app}"'

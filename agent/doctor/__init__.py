"""What this machine can and cannot do, with a hint for each gap."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass

from agent.capture._base import ScreenCapture
from agent.control._base import DesktopControl
from agent.doctor._arrival import check_arrival
from agent.doctor._hotkeys import check_hotkeys
from agent.doctor._model import check_model, check_runtime, load_self_test
from agent.doctor._result import CheckResult, CheckStatus, Measure
from agent.doctor._screen import check_screen
from agent.errors import AgentError
from agent.types import Monitor
from model.errors import ModelError
from model.grounder import Grounder

__all__ = ["CheckResult", "CheckStatus", "DoctorParts", "Measure", "run_checks"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorParts:
    """What is checked, made only when its turn comes, because making it may be what fails.

    Attributes:
        open_capture: screen capture.
        load_grounder: the grounding model.
        check_models: which models this machine can run; None leaves it out.
        open_control: mouse and keyboard; None leaves out the click and the key.
        listen_hotkeys: starts and ends the process that hears the hotkeys; returns the combinations that are taken.
    """

    open_capture: Callable[[], ScreenCapture]
    load_grounder: Callable[[], Grounder]
    open_control: Callable[[], DesktopControl] | None
    listen_hotkeys: Callable[[], tuple[str, ...]]
    check_models: Callable[[], CheckResult] | None = None


def run_checks(
    parts: DoctorParts, *, on_result: Callable[[CheckResult], None] = lambda _: None
) -> tuple[CheckResult, ...]:
    """Check one thing after another; what fails is a result, never an exception.

    Args:
        parts: what is checked.
        on_result: told of each result as it comes; checking a model takes seconds.
    """
    results: list[CheckResult] = []

    def check(name: str, run: Callable[[], tuple[CheckResult, ...]]) -> None:
        for result in _run_one(name, run):
            results.append(result)
            on_result(result)

    monitors: list[Monitor] = []
    check("Display", lambda: _check_display(parts.open_capture, monitors))
    if monitors and os.environ.get("DISPLAY"):
        from agent.doctor._desktop import check_desktop

        check("Desktop", check_desktop)
        check("Hotkeys", lambda: (check_hotkeys(parts.listen_hotkeys),))
    check("ONNX Runtime", lambda: (check_runtime(),))
    if parts.check_models is not None:
        check_models = parts.check_models
        check("Models", lambda: (check_models(),))
    check("Grounding model", lambda: (check_model(parts.load_grounder, load_self_test()),))
    if monitors and parts.open_control is not None:
        open_control = parts.open_control
        check("Mouse and keyboard", lambda: _check_control(open_control, tuple(monitors)))
    return tuple(results)


def _run_one(name: str, run: Callable[[], tuple[CheckResult, ...]]) -> tuple[CheckResult, ...]:
    try:
        return run()
    except (AgentError, ModelError) as exc:
        return (CheckResult(name=name, status=CheckStatus.FAIL, detail=exc.message, hint=exc.hint),)
    except Exception as exc:
        # A machine on which something fails in a way that nobody thought of is what this program is for.
        logger.exception("the check of %s failed", name)
        return (
            CheckResult(
                name=name,
                status=CheckStatus.FAIL,
                detail=f"It failed in an unexpected way: {type(exc).__name__}: {exc}",
                hint="Please report this together with the log.",
            ),
        )


def _check_display(open_capture: Callable[[], ScreenCapture], monitors: list[Monitor]) -> tuple[CheckResult, ...]:
    capture = open_capture()
    try:
        found = check_screen(capture)
        monitors.extend(capture.monitors())
    finally:
        capture.close()
    return (CheckResult(name="Display", status=CheckStatus.OK, detail="The screen can be reached."), *found)


def _check_control(
    open_control: Callable[[], DesktopControl], monitors: tuple[Monitor, ...]
) -> tuple[CheckResult, ...]:
    control = open_control()
    try:
        return check_arrival(control, monitors)
    finally:
        control.close()

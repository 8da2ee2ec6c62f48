"""Where the shell gets the agent from. Tests pass other services; the imports here are heavy, so they come late."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.cancel import StopSwitch
from agent.errors import AgentError
from agent.guard.messages import GuardMessage, HotkeyName
from app.assistant import Assistant, OpenAssistant, RunTools
from app.hotkeys import GuardHandle, OpenGuard
from app.settings import Settings

_DOCTOR_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the application needs beyond Qt.

    Attributes:
        open_assistant: makes the agent, in the worker thread, at its first use.
        open_guard: makes the guard that hears the hotkeys.
        make_report: the doctor's report as text; slow, called in the worker thread.
        runs_folder: where runs are logged.
        remote_planner: host that commands are sent to, "" for none.
    """

    open_assistant: OpenAssistant
    open_guard: OpenGuard
    make_report: Callable[[], str]
    runs_folder: Path
    remote_planner: str = ""


def real_services() -> Services:
    """The services of the installed program."""
    from agent.run_log import default_folder

    folder = default_folder()
    return Services(
        open_assistant=lambda settings, tools: _open_assistant(settings, tools, folder),
        open_guard=_open_guard,
        make_report=_make_report,
        runs_folder=folder,
    )


def _open_assistant(settings: Settings, tools: RunTools, runs_folder: Path) -> Assistant:
    from app.desktop_assistant import DesktopAssistant

    return DesktopAssistant(settings, tools, runs_folder)


def _open_guard(
    stop: StopSwitch, hotkeys: Mapping[HotkeyName, str], on_message: Callable[[GuardMessage], None]
) -> GuardHandle:
    from agent.guard import Guard

    return Guard(stop, hotkeys, on_message)


def _make_report() -> str:
    """The doctor examines in a process of its own: it opens windows and sends clicks, and may hang where it hurts."""
    command = [sys.executable, "doctor"] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app", "doctor"]
    try:
        done = subprocess.run(  # noqa: S603 - this program itself, fixed arguments
            command, capture_output=True, text=True, check=False, timeout=_DOCTOR_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as exc:
        raise AgentError(
            "The doctor did not come to an end.", hint="Run `foveal doctor` in a terminal to see where it hangs."
        ) from exc
    return done.stdout + done.stderr

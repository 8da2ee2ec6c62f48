"""Are the global hotkeys free, and does the process that hears them start?"""

from collections.abc import Callable

from agent.doctor._result import CheckResult, CheckStatus


def check_hotkeys(listen: Callable[[], tuple[str, ...]]) -> CheckResult:
    """Listen for a moment.

    Args:
        listen: starts and ends the helper process; returns the combinations that other programs have taken.

    Raises:
        agent.errors.ControlError: the helper process does not start or cannot listen here.
    """
    taken = listen()
    if taken:
        return CheckResult(
            name="Hotkeys",
            status=CheckStatus.WARN,
            detail=f"Taken by another program: {', '.join(taken)}.",
            hint="That is right while Foveal is running; otherwise choose other combinations in the settings.",
        )
    return CheckResult(name="Hotkeys", status=CheckStatus.OK, detail="The helper process listens and all are free.")

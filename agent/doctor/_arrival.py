"""Do clicks and keys arrive, and where? Asked of a window that gets them, not of the code that sends them."""

from agent.control._base import DesktopControl
from agent.doctor._result import CheckResult, CheckStatus, Measure
from agent.doctor._window import ArrivalWindow
from agent.geometry import Point
from agent.types import Click, Monitor, PressKeys

_MAX_OFF_PX = 1.0
_KEY = "k"
_NOT_ARRIVED_HINT = (
    "This session does not let programs send events, or something grabs the mouse and keyboard (an open menu, a "
    "screen lock). On Wayland, log in with an X11 session."
)


def check_arrival(control: DesktopControl, monitors: tuple[Monitor, ...]) -> tuple[CheckResult, ...]:
    """Click into a window of our own on every monitor and press a key in the last one.

    Raises:
        agent.errors.ControlError: the events could not be sent.
        agent.errors.WindowError: the window could not be shown.
    """
    clicks: list[CheckResult] = []
    key = CheckResult(name="Key", status=CheckStatus.FAIL, detail="There is no monitor.")
    for monitor in monitors:
        with ArrivalWindow(monitor.bounds_pt.center) as window:
            clicks.append(check_click(control, window, monitor))
            key = _check_key(control, window)
    return (*clicks, key)


def check_click(control: DesktopControl, window: ArrivalWindow, monitor: Monitor) -> CheckResult:
    """Click into the window and compare what it got with what was sent."""
    name = f"Click on monitor {monitor.index}"
    # Off the centre, so that a coordinate that is halved or doubled does not land in the window by luck.
    aimed = Point(window.bounds_pt.left + 31, window.bounds_pt.top + 17)
    if not window.is_on_top_at(aimed):
        return CheckResult(
            name=name,
            status=CheckStatus.FAIL,
            detail="Another window covers ours, so nothing was sent.",
            hint="Unlock the screen and close what stays on top of everything, then try again.",
        )
    control.perform(Click(at_pt=aimed))
    arrived = window.wait_for_click()
    if arrived is None:
        return CheckResult(
            name=name, status=CheckStatus.FAIL, detail="It was sent, but did not arrive.", hint=_NOT_ARRIVED_HINT
        )
    off_x, off_y = arrived.at_pt.x - aimed.x, arrived.at_pt.y - aimed.y
    measures = (Measure(name="off x", value=off_x, unit="px"), Measure(name="off y", value=off_y, unit="px"))
    if max(abs(off_x), abs(off_y)) > _MAX_OFF_PX:
        return CheckResult(
            name=name,
            status=CheckStatus.FAIL,
            detail=f"It arrived ({off_x:+g}, {off_y:+g}) px off.",
            hint="The scale of this monitor is not what the system says: report this with the output of --json.",
            measures=measures,
        )
    return CheckResult(
        name=name,
        status=CheckStatus.OK,
        detail="It arrived where it was sent." if (off_x, off_y) == (0, 0) else "It arrived 1 px off.",
        measures=measures,
    )


def _check_key(control: DesktopControl, window: ArrivalWindow) -> CheckResult:
    # Pressed only where the focus surely is ours: a stray letter must not get into somebody's document.
    if not window.take_focus():
        return CheckResult(
            name="Key",
            status=CheckStatus.FAIL,
            detail="Our window did not get the keyboard, so nothing was sent.",
            hint=_NOT_ARRIVED_HINT,
        )
    control.perform(PressKeys(keys=(_KEY,)))
    arrived = window.wait_for_key()
    if arrived is None:
        return CheckResult(
            name="Key", status=CheckStatus.FAIL, detail="It was sent, but did not arrive.", hint=_NOT_ARRIVED_HINT
        )
    if arrived.name != _KEY:
        return CheckResult(
            name="Key",
            status=CheckStatus.FAIL,
            detail=f'"{_KEY}" was sent and "{arrived.name}" arrived.',
            hint="Another keyboard layout is active than the one that was found; switch it and try again.",
        )
    return CheckResult(name="Key", status=CheckStatus.OK, detail="It arrived as it was sent.")

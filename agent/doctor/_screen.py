"""Can the screen be seen? Monitors, their scale, and how long a picture takes."""

from agent.capture._base import ScreenCapture
from agent.doctor._result import CheckResult, CheckStatus, Measure
from agent.types import Screenshot


def check_screen(capture: ScreenCapture) -> tuple[CheckResult, ...]:
    """Capture every monitor once.

    Raises:
        agent.errors.CaptureError: a monitor cannot be captured.
    """
    # The first picture loads libraries; people wait for the later ones.
    capture.capture(capture.monitors()[0].index)
    shots = [capture.capture(monitor.index) for monitor in capture.monitors()]
    return (_describe_monitors(shots), _describe_capture(shots))


def _describe_monitors(shots: list[Screenshot]) -> CheckResult:
    return CheckResult(
        name="Monitors",
        status=CheckStatus.OK,
        detail="; ".join(_describe_monitor(shot) for shot in shots),
        measures=tuple(
            Measure(name=f"monitor {shot.monitor.index} scale", value=shot.transform.scale_x, unit="") for shot in shots
        ),
    )


def _describe_monitor(shot: Screenshot) -> str:
    transform, bounds_pt = shot.transform, shot.transform.bounds_pt
    size = f"{transform.width_px} x {transform.height_px} px at ({bounds_pt.left:g}, {bounds_pt.top:g})"
    scale = f", scale {transform.scale_x:.4g}" if transform.scale_x != 1 else ""
    return f"{shot.monitor.index}: {size}{scale}{', primary' if shot.monitor.is_primary else ''}"


def _describe_capture(shots: list[Screenshot]) -> CheckResult:
    measures = tuple(
        Measure(name=f"monitor {shot.monitor.index} capture", value=shot.capture_ms, unit="ms") for shot in shots
    )
    blank = [str(shot.monitor.index) for shot in shots if not shot.pixels.any()]
    if blank:
        return CheckResult(
            name="Screen capture",
            status=CheckStatus.WARN,
            detail=f"The picture of monitor {', '.join(blank)} is all black.",
            hint="If something is to be seen there, this session does not let programs see the screen.",
            measures=measures,
        )
    return CheckResult(
        name="Screen capture",
        status=CheckStatus.OK,
        detail=f"{len(shots)} monitor{'s' if len(shots) > 1 else ''} captured.",
        measures=measures,
    )

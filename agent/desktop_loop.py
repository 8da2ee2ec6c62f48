"""The loop on this machine's desktop: opens what it needs of mouse, keyboard and windows, and closes it again."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from agent.cancel import StopSwitch
from agent.capture._base import ScreenCapture
from agent.confirm import Confirmer, OwnWindows
from agent.control import open_control
from agent.events import OnEvent
from agent.geometry import Point
from agent.grounding import GroundingService
from agent.loop import AgentLoop, LoopConfig
from agent.planner.rules import RulesPlanner
from agent.run_log import RunLogFactory
from agent.windows import open_windows


@contextmanager
def open_desktop_loop(
    *,
    capture: ScreenCapture,
    grounder: GroundingService,
    confirmer: Confirmer,
    own_windows: OwnWindows,
    stop: StopSwitch,
    run_logs: RunLogFactory,
    config: LoopConfig,
    on_event: OnEvent,
) -> Iterator[AgentLoop]:
    """Open the loop; capture and grounder stay the caller's, because a live heatmap uses them, too.

    Raises:
        agent.errors.ControlError: mouse and keyboard cannot be used.
        agent.errors.WindowError: the window manager cannot be reached.
    """
    with closing(open_windows()) as windows:

        def is_own_window(point_pt: Point) -> bool:
            window = windows.window_at(point_pt)
            return window is not None and windows.is_own(window)

        with closing(open_control(stop, is_blocked=is_own_window)) as control:
            yield AgentLoop(
                capture=capture,
                control=control,
                windows=windows,
                grounder=grounder,
                planner=RulesPlanner(),
                confirmer=confirmer,
                own_windows=own_windows,
                stop=stop,
                run_logs=run_logs,
                config=config,
                on_event=on_event,
            )

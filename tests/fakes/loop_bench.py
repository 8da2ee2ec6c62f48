"""An ``AgentLoop`` on a ``FakeDesktop``, with everything that it tells."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from agent.cancel import StopSwitch
from agent.confirm import AlwaysConfirm, Confirmer, Decision, OwnWindows
from agent.errors import PlanError
from agent.events import Preview, RunEvent
from agent.geometry import Rect
from agent.loop import AgentLoop, LoopConfig
from agent.planner._base import Plan
from agent.run_log import RunLogFactory
from agent.types import Click, RunResult, Step
from model.grounder import ElementKind
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_desktop import FakeDesktop, FakeElement, FakeWindow
from tests.fakes.scene_grounding import SceneGrounding

_E = TypeVar("_E")


@dataclass
class FixedPlanner:
    """Plans what it was given."""

    steps: tuple[Step, ...] = ()

    def plan(self, command: str) -> Plan:
        if not self.steps:
            raise PlanError(f'I do not understand "{command}".', hint='Try: click "Save".')
        return Plan(command=command, steps=self.steps)


@dataclass
class ScriptedConfirmer:
    """Gives the answers it was given, in order; remembers what it was asked."""

    answers: list[Decision] = field(default_factory=list)
    asked: list[Preview] = field(default_factory=list)
    on_ask: Callable[[], object] | None = None

    def confirm(self, preview: Preview) -> Decision:
        self.asked.append(preview)
        if self.on_ask is not None:
            self.on_ask()
        return self.answers.pop(0) if self.answers else Decision(is_go=True)


class OwnOverlay:
    """A window of our own over the whole of the desktop, on the screen unless hidden."""

    def __init__(self, desktop: FakeDesktop) -> None:
        self._desktop = desktop
        width, height = desktop.size
        self._window = FakeWindow(
            "own", Rect(left=0, top=0, width=width, height=height), is_own=True, is_popup=True, pid=1
        )
        self.n_hidden = 0
        desktop.stack.insert(0, self._window)

    def hide_for_capture(self) -> None:
        self.n_hidden += 1
        if self._window in self._desktop.stack:
            self._desktop.stack.remove(self._window)

    def show_again(self) -> None:
        self.n_hidden -= 1
        if self.n_hidden == 0:
            self._desktop.stack.insert(0, self._window)


class LoopBench:
    """Puts a loop together; ``config`` and ``confirmer`` may be replaced before ``run``."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.stop = StopSwitch(get_context("spawn"))
        self.desktop = FakeDesktop(self.clock, self.stop)
        self.grounding = SceneGrounding(self.desktop, self.clock)
        self.config = LoopConfig(is_confirming=False, countdown_s=None, is_dry=False)
        self.confirmer: Confirmer = AlwaysConfirm()
        self.own_windows: OwnWindows = OwnOverlay(self.desktop)
        self.folder = folder
        self.is_text_recorded = False
        self.events: list[RunEvent] = []
        self.on_event: Callable[[RunEvent], None] | None = None
        self.started: list[str] = []
        self.on_start: Callable[[str], None] | None = None

    def run(self, *steps: Step, command: str = "the command", is_stopped_before: bool = False) -> RunResult:
        def on_event(event: RunEvent) -> None:
            self.events.append(event)
            if self.on_event is not None:
                self.on_event(event)

        def start(name: str) -> None:
            self.started.append(name)
            if self.on_start is not None:
                self.on_start(name)

        loop = AgentLoop(
            capture=self.desktop,
            control=self.desktop,
            windows=self.desktop,
            grounder=self.grounding,
            planner=FixedPlanner(steps),
            confirmer=self.confirmer,
            own_windows=self.own_windows,
            stop=self.stop,
            run_logs=RunLogFactory(folder=self.folder, clock=self.clock, is_text_recorded=self.is_text_recorded),
            config=self.config,
            clock=self.clock,
            on_event=on_event,
            start_program=start,
        )
        self.stop.reset()
        if is_stopped_before:
            self.stop.stop()
        return loop.run(command)

    def configure(self, **changes: object) -> None:
        self.config = replace(self.config, **changes)  # type: ignore[arg-type]

    def told(self, kind: type[_E]) -> list[_E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def n_clicks(self) -> int:
        return sum(isinstance(action, Click) for action in self.desktop.actions)

    def editor(self, *extra: FakeElement, title: str = "Editor", left: float = 40, top: float = 40) -> FakeWindow:
        """Opens a window with a "Save" button and a "Name" field."""
        window = FakeWindow(title, Rect(left=left, top=top, width=400, height=300))
        window.elements = [
            FakeElement("Save", Rect(left=20, top=20, width=60, height=24)),
            FakeElement("Name", Rect(left=20, top=60, width=200, height=24), kind=ElementKind.FIELD),
            *extra,
        ]
        save = window.element("Save")
        save.on_click = lambda: setattr(save, "text", save.text + "!")
        return self.desktop.open(window)

    def dialog(self, *names: str, title: str = "Dialog", left: float = 60, top: float = 50) -> FakeWindow:
        """A dialog with buttons, not yet open."""
        buttons = [
            FakeElement(name, Rect(left=10.0 + 80 * idx, top=10, width=70, height=24)) for idx, name in enumerate(names)
        ]
        return FakeWindow(title, Rect(left=left, top=top, width=300, height=120), buttons, is_dialog=True)

"""What stands for the agent: a grounding drawn by hand, an assistant with a script, a silent guard."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from agent.cancel import StopSwitch
from agent.errors import AgentError
from agent.events import (
    ActionSent,
    Preview,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    StepFinished,
    StepGrounded,
    StepStarted,
)
from agent.geometry import Point, Rect, ScreenTransform
from agent.guard.messages import GuardMessage, HotkeyName
from agent.types import (
    Click,
    ClickStep,
    Monitor,
    Outcome,
    RunResult,
    RunStatus,
    Screenshot,
    StepResult,
)
from app.assistant import Found, LiveScores, RunTools
from app.services import Services
from app.settings import Settings
from model.grounder import Box, Candidate, Grounding, ModelInfo, PatchScores
from model.patches import PatchGrid

TARGET: Box = (200.0, 100.0, 300.0, 130.0)


def make_screenshot(width_px: int = 800, height_px: int = 600, *, value: int = 200) -> Screenshot:
    pixels = np.full((height_px, width_px, 3), value, np.uint8)
    pixels.flags.writeable = False
    bounds_pt = Rect(left=0, top=0, width=width_px, height=height_px)
    return Screenshot(
        pixels=pixels,
        monitor=Monitor(index=0, bounds_pt=bounds_pt, is_primary=True),
        transform=ScreenTransform(width_px=width_px, height_px=height_px, bounds_pt=bounds_pt),
        captured_at_s=time.monotonic(),
        capture_ms=1.0,
    )


def make_scores(width_px: int = 800, height_px: int = 600, *, target: Box = TARGET) -> PatchScores:
    """The target glows, the left half is kept, the right half dropped."""
    grid = PatchGrid.of_squares(width_px=width_px, height_px=height_px, cell_px=10.0)
    scores = np.zeros(grid.shape, np.float32)
    scores[grid.span_of(target)] = 1.0
    keep_mask = np.zeros(grid.shape, np.bool_)
    keep_mask[:, : grid.n_cols // 2] = True
    return PatchScores(grid=grid, scores=scores, keep_mask=keep_mask)


def make_grounding(
    width_px: int = 800,
    height_px: int = 600,
    *,
    target: Box = TARGET,
    n_candidates: int = 1,
    is_rejected: bool = False,
    instruction: str = "Save",
) -> Grounding:
    scored = make_scores(width_px, height_px, target=target)
    x1, y1, x2, y2 = target
    point = ((x1 + x2) / 2, (y1 + y2) / 2)
    candidates = [Candidate(x=point[0], y=point[1], score=0.9, bbox=target, label="Save")]
    for idx in range(1, n_candidates):
        top = y1 + 50 * idx
        bbox = (x1, top, x2, top + 30)
        candidates.append(Candidate(x=point[0], y=top + 15, score=0.9 - idx / 10, bbox=bbox, label=f"Save {idx}"))
    return Grounding(
        instruction=instruction,
        model=ModelInfo(name="fake", device="cpu", digest=""),
        is_rejected=is_rejected,
        point=None if is_rejected else point,
        score=0.9,
        candidates=tuple(candidates),
        scored=scored,
        pointer_probs=scored.scores / scored.scores.sum(),
    )


def make_preview(
    screenshot: Screenshot,
    *,
    n_candidates: int = 1,
    countdown_s: float | None = None,
    is_unsure: bool = False,
    target: Box = TARGET,
) -> Preview:
    transform = screenshot.transform
    grounding = make_grounding(transform.width_px, transform.height_px, n_candidates=n_candidates, target=target)
    return Preview(
        step_idx=0,
        title="Click *Save*",
        screenshot=screenshot,
        grounding=grounding,
        candidates=grounding.candidates,
        is_dangerous=False,
        is_unsure=is_unsure,
        countdown_s=countdown_s,
    )


class FakeAssistant:
    """Finds everything at one place; runs one click, asks before it, pauses if told to.

    Attributes:
        log: what was called, in order.
        error: raised by the next ``find`` or ``run``.
        pauses: whether the run waits after being confirmed until the switch is resumed.
        capture_now: takes the picture.
    """

    def __init__(self, *, capture_now: Callable[[], Screenshot] = make_screenshot, target: Box = TARGET) -> None:
        self.log: list[str] = []
        self.error: Exception | None = None
        self.pauses = False
        self.n_candidates = 1
        self.is_unsure = False
        self.countdown_s: float | None = None
        self.is_rejecting = False
        self.is_free = threading.Event()
        self.is_free.set()
        self._capture_now = capture_now
        self._target = target
        self._screenshot: Screenshot | None = None
        self._tools: RunTools | None = None

    def open(self, _settings: Settings, tools: RunTools) -> "FakeAssistant":
        self._tools = tools
        self.log.append("open")
        return self

    @property
    def tools(self) -> RunTools:
        assert self._tools is not None
        return self._tools

    def capture(self) -> Screenshot:
        self.log.append("capture")
        self._screenshot = self._capture_now()
        return self._screenshot

    def prepare(self) -> None:
        self.log.append("prepare")

    def interrupt(self) -> None:
        self.log.append("interrupt")
        self.is_free.set()

    def score(self, text: str) -> LiveScores:
        self.is_free.wait(5)
        self.log.append(f"score {text}")
        screenshot = self._screenshot or self.capture()
        transform = screenshot.transform
        scored = make_scores(transform.width_px, transform.height_px, target=self._target)
        return LiveScores(text=text, screenshot=screenshot, scored=scored)

    def find(self, instruction: str, *, is_fresh: bool) -> Found:
        self.log.append(f"find {instruction}")
        self._fail()
        screenshot = self._screenshot if self._screenshot is not None and not is_fresh else self.capture()
        size = (screenshot.transform.width_px, screenshot.transform.height_px)
        grounding = make_grounding(
            *size, target=self._target, instruction=instruction, is_rejected=self.is_rejecting, n_candidates=3
        )
        return Found(screenshot=screenshot, grounding=grounding)

    def run(self, command: str) -> RunResult:
        self.log.append(f"run {command}")
        self._fail()
        assert self._tools is not None
        tools = self._tools
        step = ClickStep(said=command, target="Save")
        tools.on_event(RunStarted(run_id="r", command=command, steps=(step,), is_dry=False))
        tools.on_event(StepStarted(step_idx=0, step=step, title="Click *Save*"))
        tools.own_windows.hide_for_capture()
        screenshot = self._capture_now()
        tools.own_windows.show_again()
        preview = make_preview(
            screenshot,
            n_candidates=self.n_candidates,
            countdown_s=self.countdown_s,
            is_unsure=self.is_unsure,
            target=self._target,
        )
        assert preview.grounding is not None
        tools.on_event(StepGrounded(step_idx=0, screenshot=screenshot, grounding=preview.grounding))
        decision = tools.confirmer.confirm(preview)
        self.log.append(f"decision {decision.is_go} {decision.candidate_idx}")
        if not decision.is_go:
            return self._finish(RunStatus.STOPPED, ())
        if self.pauses:
            tools.stop.pause()
            tools.on_event(RunPaused(reason="You took the mouse."))
            while tools.stop.is_paused:
                time.sleep(0.005)
            if tools.stop.is_stopped:
                return self._finish(RunStatus.STOPPED, ())
            tools.on_event(RunResumed())
        tools.on_event(ActionSent(step_idx=0, action=Click(at_pt=Point(250, 115))))
        tools.on_event(StepFinished(step_idx=0, outcome=Outcome.DELIVERED, detail=""))
        return self._finish(RunStatus.DONE, (StepResult(step=step, outcome=Outcome.DELIVERED),))

    def close(self) -> None:
        self.log.append("close")

    def _finish(self, status: RunStatus, steps: tuple[StepResult, ...]) -> RunResult:
        result = RunResult(run_id="r", status=status, steps=steps)
        assert self._tools is not None
        self._tools.on_event(RunFinished(result=result))
        return result

    def _fail(self) -> None:
        if self.error is not None:
            error, self.error = self.error, None
            raise error


class FakeGuard:
    """A guard without a process; ``say`` plays its part."""

    def __init__(
        self, _stop: StopSwitch, hotkeys: Mapping[HotkeyName, str], on_message: Callable[[GuardMessage], None]
    ) -> None:
        self.hotkeys = dict(hotkeys)
        self.say = on_message
        self.is_started = False
        self.start_error: AgentError | None = None

    def start(self) -> None:
        if self.start_error is not None:
            raise self.start_error
        self.is_started = True

    def rebind(self, hotkeys: Mapping[HotkeyName, str]) -> None:
        self.hotkeys = dict(hotkeys)

    def close(self) -> None:
        self.is_started = False


class FakeServices:
    """Services around one fake assistant and one fake guard."""

    def __init__(self, runs_folder: Path, assistant: FakeAssistant | None = None) -> None:
        self.assistant = assistant or FakeAssistant()
        self.guard: FakeGuard | None = None
        self.services = Services(
            open_assistant=self.assistant.open,
            open_guard=self._open_guard,
            make_report=lambda: "all is well",
            runs_folder=runs_folder,
        )

    def _open_guard(
        self, stop: StopSwitch, hotkeys: Mapping[HotkeyName, str], on_message: Callable[[GuardMessage], None]
    ) -> FakeGuard:
        self.guard = FakeGuard(stop, hotkeys, on_message)
        return self.guard

"""The agent on this desktop, as the shell uses it: one capture connection, one model, one loop."""

from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

from agent.capture import open_capture
from agent.desktop_loop import open_desktop_loop
from agent.errors import CaptureError, PlanError
from agent.grounding_child import ChildGrounding
from agent.loop import AgentLoop, LoopConfig
from agent.planner.rules import RulesPlanner
from agent.run_log import RunLogFactory
from agent.types import RunResult, Screenshot
from app.assistant import Found, LiveScores, RunTools
from app.settings import Settings
from model.errors import LookExpiredError
from model.grounder import Look

_MODEL_IDLE_S = 300.0


class DesktopAssistant:
    """See ``Assistant``.

    The model lives in a child process, started when a screen is looked at and ended when it was not needed for some
    minutes; the connections that a run needs are opened by the first run.

    Args:
        settings: how to run.
        tools: what the shell brings along.
        runs_folder: where runs are logged.

    Raises:
        CaptureError: the screen cannot be reached.
    """

    def __init__(self, settings: Settings, tools: RunTools, runs_folder: Path) -> None:
        self._settings = settings
        self._tools = tools
        self._runs_folder = runs_folder
        self._open = ExitStack()
        self._capture = self._open.enter_context(closing(open_capture()))
        grounding = ChildGrounding(
            settings.model, stop=tools.stop, idle_limit_s=_MODEL_IDLE_S, on_loading=tools.on_loading
        )
        self._grounding = self._open.enter_context(closing(grounding))
        self._planner = RulesPlanner()
        self._loop: AgentLoop | None = None
        self._screenshot: Screenshot | None = None
        self._look: Look | None = None

    def capture(self) -> Screenshot:
        """Take a picture of the chosen monitor, or of the one under the pointer."""
        self._look = None
        self._screenshot = self._capture.capture(self._settings.monitor)
        return self._screenshot

    def prepare(self) -> None:
        """Encode the captured screen."""
        self._looked()

    def score(self, text: str) -> LiveScores:
        """Patch scores of what is typed so far; of several steps, those of the last."""
        target = self._last_target(text)
        try:
            scored = self._grounding.score(self._looked(), target)
        except LookExpiredError:  # the model's process died and came back, or many screens were seen meanwhile
            self._look = None
            scored = self._grounding.score(self._looked(), target)
        return LiveScores(text=text, screenshot=self._captured(), scored=scored)

    def find(self, instruction: str, *, is_fresh: bool) -> Found:
        """Where it is."""
        if is_fresh or self._screenshot is None:
            self._tools.own_windows.hide_for_capture()
            try:
                self.capture()
            finally:
                self._tools.own_windows.show_again()
        keep_fraction = self._settings.keep_fraction
        try:
            grounding = self._grounding.find(self._looked(), instruction, keep_fraction=keep_fraction)
        except LookExpiredError:
            self._look = None
            grounding = self._grounding.find(self._looked(), instruction, keep_fraction=keep_fraction)
        return Found(screenshot=self._captured(), grounding=grounding)

    def run(self, command: str) -> RunResult:
        """Do a command. The screen will have changed afterwards, so the old picture is let go."""
        self._screenshot = self._look = None
        if self._loop is None:
            self._loop = self._open.enter_context(self._open_loop())
        return self._loop.run(command)

    def interrupt(self) -> None:
        """End the model's process; a load of gigabytes would hold up the end of the program."""
        self._grounding.close()

    def close(self) -> None:
        """Free everything that was opened."""
        self._open.close()

    def _last_target(self, text: str) -> str:
        try:
            last = self._planner.plan(text).steps[-1]
        except PlanError:  # half a sentence, or merely the name of something
            return text
        return getattr(last, "target", None) or text

    def _captured(self) -> Screenshot:
        if self._screenshot is None:
            raise CaptureError("No screen has been captured yet.", hint="Open the command bar again.")
        return self._screenshot

    def _looked(self) -> Look:
        if self._look is None:
            self._look = self._grounding.look(self._captured())
        return self._look

    def _open_loop(self) -> AbstractContextManager[AgentLoop]:
        settings, tools = self._settings, self._tools
        return open_desktop_loop(
            capture=self._capture,
            grounder=self._grounding,
            confirmer=tools.confirmer,
            own_windows=tools.own_windows,
            stop=tools.stop,
            run_logs=RunLogFactory(folder=self._runs_folder, is_text_recorded=settings.is_text_recorded),
            config=LoopConfig(
                is_confirming=settings.is_confirming,
                countdown_s=settings.countdown_s,
                is_dry=False,
                max_actions_per_minute=settings.max_actions_per_minute,
                keep_fraction=settings.keep_fraction,
                monitor_idx=settings.monitor,
            ),
            on_event=tools.on_event,
        )

"""The heart of the agent: observe, plan, ground, preview, act, wait for stillness, verify; until done or not."""

import dataclasses
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.cancel import StopSwitch
from agent.capture._base import ScreenCapture
from agent.clock import Clock, SystemClock
from agent.confirm import Confirmer, OwnWindows
from agent.control._base import DesktopControl
from agent.errors import AgentError, Cancelled, PlanError, RunLogError
from agent.events import OnEvent, RunEvent, RunFinished, RunStarted, StepFinished, StepStarted
from agent.grounding import GroundingService
from agent.loop_config import LoopConfig
from agent.planner._base import Plan, Planner
from agent.planner.describe import describe
from agent.programs import find_program, start_program
from agent.run_log import RunLog, RunLogFactory
from agent.run_log.events import record_event
from agent.steps.desk import Desk
from agent.steps.execute import execute
from agent.steps.eyes import Eyes
from agent.steps.pace import Pace
from agent.steps.report import StepFailedError, StepRehearsed, StepReport
from agent.steps.session import Session
from agent.types import Outcome, RunResult, RunStatus, Step, StepResult
from agent.windows._base import WindowSystem
from model.errors import ModelError

__all__ = ["AgentLoop", "LoopConfig"]

logger = logging.getLogger(__name__)


def start_by_name(name: str) -> None:
    """Start the installed program of this name.

    Raises:
        agent.errors.WindowError: there is none, or it cannot be started.
    """
    start_program(find_program(name))


class AgentLoop:
    """Runs commands, one at a time, in the thread that calls ``run``.

    Args:
        capture, control, windows: the desktop.
        grounder: finds what a step names.
        planner: splits a command into steps.
        confirmer: asks the person.
        own_windows: our own windows, which are hidden while the screen is looked at and acted on.
        stop: ends or pauses the run; seen before every event and in every wait.
        run_logs: makes the log of each run.
        config: how a run behaves.
        clock: what tells the time.
        on_event: told everything that happens, in the calling thread.
        start_program: starts an installed program by its name.
    """

    def __init__(
        self,
        *,
        capture: ScreenCapture,
        control: DesktopControl,
        windows: WindowSystem,
        grounder: GroundingService,
        planner: Planner,
        confirmer: Confirmer,
        own_windows: OwnWindows,
        stop: StopSwitch,
        run_logs: RunLogFactory,
        config: LoopConfig,
        clock: Clock | None = None,
        on_event: OnEvent,
        start_program: Callable[[str], None] = start_by_name,
    ) -> None:
        self._capture = capture
        self._control = control
        self._windows = windows
        self._grounder = grounder
        self._planner = planner
        self._confirmer = confirmer
        self._own_windows = own_windows
        self._stop = stop
        self._run_logs = run_logs
        self._config = config
        self._clock = clock or SystemClock()
        self._on_event = on_event
        self._start_program = start_program

    def run(self, command: str) -> RunResult:
        """Carry out a command. What the world does wrong is in the result, not raised.

        Whoever takes the command from the person resets the stop at that moment (``StopSwitch.reset``), not the loop:
        it may begin a little later, and a stop pulled in between is meant for this run.
        """
        with self._stop.acting():
            try:
                self._stop.check()
                plan = self._planner.plan(command)
                log = self._run_logs.start()
            except (AgentError, ModelError) as exc:
                result = RunResult(run_id="", status=_status_of(exc), message=exc.message, hint=exc.hint)
            else:
                result = self._run_logged(plan, log)
        self._on_event(RunFinished(result=result))
        return result

    def _run_logged(self, plan: Plan, log: RunLog) -> RunResult:
        try:
            result = self._run_steps(plan, log)
            with _result_before_log():
                record_event(log, RunFinished(result=result))
        finally:
            with _result_before_log():
                log.close()
        return result

    def _run_steps(self, plan: Plan, log: RunLog) -> RunResult:
        def tell(event: RunEvent) -> None:
            record_event(log, event)
            self._on_event(event)

        eyes = Eyes(
            capture=self._capture,
            windows=self._windows,
            own_windows=self._own_windows,
            clock=self._clock,
            config=self._config,
        )
        pace = Pace(
            stop=self._stop,
            clock=self._clock,
            max_actions_per_minute=self._config.max_actions_per_minute,
            tell=tell,
            before_waiting=eyes.show,
        )
        session = Session(
            config=self._config,
            control=self._control,
            windows=self._windows,
            grounder=self._grounder,
            confirmer=self._confirmer,
            eyes=eyes,
            pace=pace,
            log=log,
            tell=tell,
            start_program=self._start_program,
        )
        ended: list[_StepEnd] = []
        try:
            tell(RunStarted(run_id=log.run_id, command=plan.command, steps=plan.steps, is_dry=self._config.is_dry))
            log.record("model", **dataclasses.asdict(self._grounder.info))
            for step_idx, step in enumerate(plan.steps):
                ended.append(self._run_step(step_idx, step, session))
                if ended[-1].status is not RunStatus.DONE:
                    break
        except (AgentError, ModelError) as exc:  # the log or the model, between steps
            return _result(log, ended, exc)
        finally:
            self._control.release_all()
            eyes.show()
        return _result(log, ended, None)

    def _run_step(self, step_idx: int, step: Step, session: Session) -> "_StepEnd":
        title = describe(step)
        session.tell(StepStarted(step_idx=step_idx, step=step, title=title))
        desk = Desk.for_step(session, step_idx, step, title)
        try:
            end = _done(step, execute(step, desk))
        except StepRehearsed as exc:
            end = _done(step, StepReport(outcome=Outcome.REFUSED, detail=exc.detail))
        except (AgentError, ModelError) as exc:
            end = self._give_up(step_idx, step, exc, desk.hands.n_sent)
        finally:
            session.eyes.show()
        seen = session.eyes.last
        if seen is not None:
            session.log.record("step_seen", step_idx=step_idx, frame=session.log.save_frame(seen.screenshot))
        session.tell(StepFinished(step_idx=step_idx, outcome=end.result.outcome, detail=end.result.detail))
        return end

    def _give_up(self, step_idx: int, step: Step, exc: AgentError | ModelError, n_sent: int) -> "_StepEnd":
        status, outcome = _status_of(exc), Outcome.REFUSED
        if isinstance(exc, StepFailedError):
            status, outcome = exc.status, exc.outcome
        if status is RunStatus.NOT_FOUND and self._config.is_dry and step_idx > 0:
            detail = f"Dry run: {exc.message} The steps before it may have to bring it there."
            return _done(step, StepReport(outcome=Outcome.REFUSED, detail=detail))
        if n_sent and outcome is Outcome.REFUSED:
            outcome = Outcome.UNVERIFIABLE  # something was sent, and nobody knows what came of it
        return _StepEnd(
            result=StepResult(step=step, outcome=outcome, detail=exc.message),
            status=status,
            message=exc.message,
            hint=exc.hint,
        )


@contextmanager
def _result_before_log() -> Iterator[None]:
    """The run is over: its result is worth more than the end of its log."""
    try:
        yield
    except RunLogError as exc:
        logger.warning("%s %s", exc.message, exc.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class _StepEnd:
    """How a step ended, and with it the run, unless ``status`` is DONE."""

    result: StepResult
    status: RunStatus = RunStatus.DONE
    message: str = ""
    hint: str = ""


def _status_of(exc: AgentError | ModelError) -> RunStatus:
    match exc:
        case Cancelled():
            return RunStatus.STOPPED
        case PlanError():
            return RunStatus.NOT_UNDERSTOOD
        case _:
            return RunStatus.FAILED


def _done(step: Step, report: StepReport) -> _StepEnd:
    return _StepEnd(result=StepResult(step=step, outcome=report.outcome, detail=report.detail))


def _result(log: RunLog, ended: list[_StepEnd], exc: AgentError | ModelError | None) -> RunResult:
    steps = tuple(end.result for end in ended)
    if exc is not None:
        status = _status_of(exc)
        return RunResult(run_id=log.run_id, status=status, steps=steps, message=exc.message, hint=exc.hint)
    last = ended[-1]
    if last.status is RunStatus.DONE and last.result.outcome is Outcome.NO_VISIBLE_EFFECT:
        # In the middle of a run the next step tells whether it mattered; at its end nothing does.
        return RunResult(run_id=log.run_id, status=RunStatus.FAILED, steps=steps, message=last.result.detail)
    return RunResult(run_id=log.run_id, status=last.status, steps=steps, message=last.message, hint=last.hint)

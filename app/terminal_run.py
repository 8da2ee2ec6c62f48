"""One command, carried out in the terminal's sight: what ``foveal do`` opens, connects and closes."""

import logging
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import TextIO

from agent.cancel import StopSwitch
from agent.capture import open_capture
from agent.confirm import AlwaysConfirm, NoWindows
from agent.desktop_loop import open_desktop_loop
from agent.errors import ControlError
from agent.grounding_child import ChildGrounding
from agent.guard import Guard, GuardDied, GuardMessage, HeardInPart, HotkeyName, UserLeftMouse
from agent.loop_config import LoopConfig
from agent.run_log import RunLogFactory, default_folder
from agent.types import RunResult
from app.commands._target import check_monitor
from app.settings import Settings
from app.terminal import TerminalConfirmer, TerminalReporter, tell_loading

logger = logging.getLogger(__name__)


def run_in_terminal(
    command: str, *, settings: Settings, config: LoopConfig, is_text_recorded: bool, out: TextIO
) -> RunResult:
    """Carry out a command; progress goes to ``out``, questions to stderr.

    Raises:
        app.commands._errors.UsageError: there is no monitor of the number that is configured.
        agent.errors.AgentError: screen, mouse or keyboard cannot be used at all.
    """
    stop = StopSwitch(multiprocessing.get_context("spawn"))
    with (
        closing(open_capture()) as capture,
        closing(ChildGrounding(settings.model, stop=stop, on_loading=tell_loading)) as grounder,
        open_desktop_loop(
            capture=capture,
            grounder=grounder,
            confirmer=TerminalConfirmer(stop) if config.is_confirming else AlwaysConfirm(),
            own_windows=NoWindows(),
            stop=stop,
            run_logs=RunLogFactory(folder=default_folder(), is_text_recorded=is_text_recorded),
            config=config,
            on_event=TerminalReporter(out).on_event,
        ) as loop,
        _guarded(stop, settings),
        _stopped_by_signals(stop),
    ):
        check_monitor(capture, config.monitor_idx)
        grounder.start()
        return loop.run(command)


@contextmanager
def _guarded(stop: StopSwitch, settings: Settings) -> Iterator[None]:
    """Listen to the stop key and to the mouse; where that is impossible, Ctrl-C is left and the person is told."""

    def on_message(message: GuardMessage) -> None:
        match message:
            case GuardDied():
                stop.stop()  # nothing would hear the stop key any more
            case UserLeftMouse():
                stop.resume()  # a terminal has no bar in which the person could say that they are done
            case HeardInPart(message=text):
                sys.stderr.write(f"{text} Ctrl-C stops in any case.\n")
            case _:
                pass

    guard = Guard(stop, {HotkeyName.STOP: settings.hotkeys.stop}, on_message)
    try:
        guard.start()
    except ControlError as error:
        sys.stderr.write(f"The stop key cannot be heard here ({error.message}) Ctrl-C stops.\n")
        yield
        return
    with closing(guard):
        yield


@contextmanager
def _stopped_by_signals(stop: StopSwitch) -> Iterator[None]:
    """Ctrl-C and a polite kill go the way of every stop: nothing more is sent, what is pressed is released."""

    def pull(_number: int, _frame: FrameType | None) -> None:
        stop.stop()

    before = {number: signal.signal(number, pull) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

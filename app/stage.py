"""The tray program on a virtual screen, driven as a person would: words to its socket, real keys."""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from PIL import Image

from agent.cancel import StopSwitch
from agent.capture import open_capture
from agent.control import open_control
from agent.errors import AgentError, RunLogError, WindowError
from agent.run_log import default_folder
from agent.run_log.reader import read_run
from agent.run_log.record import Record
from agent.types import PressKeys, TypeText
from agent.virtual_screen import Program, VirtualScreen
from agent.windows import open_windows
from agent.windows.ewmh import Properties
from agent.x11 import connect, disconnect
from app.command_bar import BAR_TITLE
from app.single_instance import Word, send_word

_START_LIMIT_S = 60.0
_RUN_LIMIT_S = 90.0
_POLL_S = 0.05


class Stage:
    """Made by ``open_stage``; the environment of this process is the screen's meanwhile.

    Args:
        screen: where everything happens.
        held: closes what the stage opens.
    """

    def __init__(self, screen: VirtualScreen, held: ExitStack) -> None:
        self.screen = screen
        self._windows = held.enter_context(closing(open_windows()))
        self._capture = held.enter_context(closing(open_capture()))
        self._display = connect(WindowError)
        held.callback(disconnect, self._display)
        stop = StopSwitch(multiprocessing.get_context("spawn"))
        self._control = held.enter_context(closing(open_control(stop)))

    def open_program(self, *command: str) -> None:
        """Start a program and wait for its window.

        Raises:
            agent.errors.AgentError: it is not installed, or shows no window.
        """
        n_before = len(self._windows.windows())
        self.screen.start(*command)
        self._wait(f"The program {command[0]}", lambda: len(self._windows.windows()) > n_before)

    def start_tray(self) -> Program:
        """Start Foveal with its command bar open, and wait for the bar."""
        path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
        tray = self.screen.start(sys.executable, "-m", "app", "--bar", env={"PYTHONPATH": path})
        self._wait("Foveal", self._is_bar_focused)
        return tray

    def open_bar(self, word: Word) -> None:
        """Open the bar as a hotkey would, and wait until it has the keyboard."""
        send_word(word)
        self._wait("The command bar", self._is_bar_focused)

    def type(self, text: str) -> None:
        """Type into whatever has the keyboard."""
        self._control.perform(TypeText(text=text))

    def press(self, *keys: str) -> None:
        """Press keys together."""
        self._control.perform(PressKeys(keys=keys))

    def save_picture(self, path: Path, after_s: float = 0.0) -> None:
        """The whole screen as PNG, once what fades in has come."""
        time.sleep(after_s)
        Image.fromarray(self._capture.capture(0).pixels).save(path)

    def run_typed(self) -> Iterator[Record]:
        """Press Enter and yield the records of the run as they are written, to its end.

        Raises:
            agent.errors.AgentError: no run begins, or it does not come to an end.
        """
        known = set(default_folder().glob("*/run.jsonl"))
        self.press("enter")
        self._wait("The run", lambda: set(default_folder().glob("*/run.jsonl")) > known)
        (log,) = set(default_folder().glob("*/run.jsonl")) - known
        n_seen = 0
        deadline = time.monotonic() + _RUN_LIMIT_S
        while time.monotonic() < deadline:
            records = _records(log.parent)
            yield from records[n_seen:]
            if any(record.event == "run_finished" for record in records):  # its last picture may come later
                return
            n_seen = len(records)
            time.sleep(_POLL_S)
        raise RunLogError("The run did not come to an end.", hint=f"Its log is in {log.parent}.")

    def _is_bar_focused(self) -> bool:
        """Whether the program's own window is active; ``WindowSystem`` never tells of those."""
        properties = Properties(self._display)
        active_ids = properties.numbers(self._display.screen().root.id, "_NET_ACTIVE_WINDOW")
        return any(BAR_TITLE in properties.text(window_id, "_NET_WM_NAME") for window_id in active_ids if window_id)

    def _wait(self, what: str, is_there: Callable[[], bool]) -> None:
        if not wait_until(is_there, _START_LIMIT_S):
            raise AgentError(f"{what} did not start.", hint="Look at the logs in the output.")


@contextmanager
def open_stage(width_px: int, height_px: int, settings: dict[str, object]) -> Iterator[Stage]:
    """A virtual screen with a plain background, and Foveal's settings in its home.

    Args:
        width_px: width of the screen.
        height_px: its height.
        settings: what differs from the defaults of ``app.settings.Settings``.

    Raises:
        agent.errors.AgentError: the screen does not start.
    """
    with VirtualScreen(width_px, height_px) as screen, _environment(screen.env), ExitStack() as held:
        screen.start("hsetroot", "-add", "#20304a", "-add", "#4a6076", "-gradient", "30")
        folder = Path(screen.env["XDG_CONFIG_HOME"]) / "foveal"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.json").write_text(json.dumps({"schema_version": 1, "is_first_start": False} | settings))
        yield Stage(screen, held)


def wait_until(is_true: Callable[[], bool], limit_s: float) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + limit_s
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


@contextmanager
def _environment(env: dict[str, str]) -> Iterator[None]:
    """This process on the virtual screen: capture, control and paths read their environment."""
    before = os.environ.copy()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _records(folder: Path) -> tuple[Record, ...]:
    try:
        return read_run(folder).records
    except RunLogError:  # not written yet
        return ()

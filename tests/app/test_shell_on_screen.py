"""The shell over a real program, under a window manager with a compositor and under one without."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from agent.geometry import Point
from agent.virtual_screen import Program, VirtualScreen
from agent.windows import open_windows
from tests.app.programs.recorder import COLOUR

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
TARGET = (400, 300, 520, 330)
PLAIN = ((COLOUR >> 16) & 255, (COLOUR >> 8) & 255, COLOUR & 255)
RING = (255, 86, 60)
TIMEOUT_S = 15.0


def is_ring(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which of the pixels, [n, 3], show the ring, faded in."""
    return np.abs(pixels.astype(int) - RING).max(axis=1) < 12


class Stage:
    """A screen with a program to work in, and the person's hands and eyes."""

    def __init__(self, screen: VirtualScreen) -> None:
        self.screen = screen
        self.recorder = self.start("recorder", "tests.app.programs.recorder")
        self.wait(lambda: "shown" in self.told("recorder"))
        self.wait(lambda: self.active_title() == "Recorder")

    def start(self, log: str, module: str, *arguments: str, **env: str) -> Program:
        script = f'exec "$0" -m "$@" > {log}.out 2> {log}.err'
        env = {"PYTHONPATH": str(ROOT), "FOVEAL_TEST": "1", **env}
        return self.screen.start("sh", "-c", script, sys.executable, module, *arguments, env=env)

    def told(self, log: str) -> list[str]:
        path = self.screen.home / f"{log}.out"
        return path.read_text().splitlines() if path.exists() else []

    def n_keys(self) -> int:
        """How many keys the program that is worked in got."""
        return sum(line.startswith("key") for line in self.told("recorder"))

    def heard(self, line: str) -> bool:
        """Whether this is the last key or click that it got."""
        return [entry for entry in self.told("recorder") if entry != "shown"][-1:] == [line]

    def tool(self, *command: str) -> str:
        done = subprocess.run(command, env=self.screen.env, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def active_title(self) -> str:
        return self.tool("xdotool", "getactivewindow", "getwindowname")

    def focused_title(self) -> str:
        return self.tool("xdotool", "getwindowfocus", "getwindowname")

    def picture(self) -> NDArray[np.uint8]:
        path = self.screen.home / "seen.png"
        self.tool("import", "-window", "root", str(path))
        with Image.open(path) as image:
            return np.array(image.convert("RGB"))

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + TIMEOUT_S
        while not condition():
            assert time.monotonic() < deadline_s, self.troubles()
            time.sleep(0.03)

    def troubles(self) -> str:
        return "\n".join(path.read_text()[-2000:] for path in self.screen.home.glob("*.err"))


class Shell:
    """The program under test on a stage."""

    def __init__(self, stage: Stage, folder: Path, **env: str) -> None:
        self.stage = stage
        self.folder = folder
        for name in ("shell.out", "shell.err"):
            (stage.screen.home / name).unlink(missing_ok=True)
        target = [str(edge) for edge in TARGET]
        self.process = stage.start("shell", "tests.app.programs.shell_on_screen", str(folder), *target, **env)
        stage.wait(lambda: "ready" in self.told)

    @property
    def told(self) -> list[str]:
        return self.stage.told("shell")

    def send(self, word: str) -> None:
        script = "import sys; from app.single_instance import *; sys.exit(not send_word(Word(sys.argv[1])))"
        env = self.stage.screen.env | {"PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", script, word], env=env, check=True)

    def open_bar(self) -> None:
        self.send("command")
        self.stage.wait(lambda: self.stage.focused_title() == "Command bar — Foveal")

    def run(self, command: str) -> None:
        """Type a command; returns when the person is asked to confirm."""
        self.open_bar()
        self.stage.tool("xdotool", "type", command)
        self.stage.tool("xdotool", "key", "Return")
        self.stage.wait(lambda: f"run {command}" in self.told)
        self.stage.wait(self.is_ringed)

    def is_ringed(self) -> bool:
        """Whether the overlay's ring is fully there."""
        return bool(is_ring(self.stage.picture()[TARGET[1] - 14 : TARGET[1], TARGET[0] + 60]).any())

    def quit(self) -> None:
        self.process.terminate()
        self.stage.wait(lambda: self.process.poll() is not None)
        assert "closed" in self.told
        errors = (self.stage.screen.home / "shell.err").read_text()
        assert errors == "", "Qt warnings and traces fail the test"


@pytest.fixture(scope="module", params=["xfwm4", "openbox"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with VirtualScreen(1280, 800, window_manager=request.param) as screen:
        yield Stage(screen)


@pytest.fixture
def shell(stage: Stage, tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(stage, tmp_path)
    yield shell
    shell.quit()


def test_bar_takes_the_keyboard_and_gives_it_back(shell: Shell) -> None:
    shell.open_bar()
    n_keys = shell.stage.n_keys()
    shell.stage.tool("xdotool", "type", "Save")
    shell.stage.wait(lambda: "score Save" in shell.told)
    shell.stage.tool("xdotool", "key", "Escape")
    shell.stage.wait(lambda: shell.stage.active_title() == "Recorder")
    assert shell.stage.n_keys() == n_keys
    shell.stage.tool("xdotool", "key", "z")
    shell.stage.wait(lambda: shell.stage.heard("key z"))


def test_other_processes_of_ours_leave_the_bar_alone(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.open_bar()
    told = shell.stage.tool("xdotool", "getwindowfocus", "getwindowgeometry", "--shell")
    place = {name: int(number) for name, _, number in (line.partition("=") for line in told.splitlines())}
    monkeypatch.setenv("DISPLAY", shell.stage.screen.env["DISPLAY"])
    with closing(open_windows()) as windows:
        hit = windows.window_at(Point(place["X"] + place["WIDTH"] / 2, place["Y"] + place["HEIGHT"] / 2))
        assert hit is not None
        assert hit.pid != os.getpid()
        assert windows.is_own(hit)
    shell.stage.tool("xdotool", "key", "Escape")
    shell.stage.wait(lambda: shell.stage.active_title() == "Recorder")


def test_run_leaves_the_focus_where_it_was_and_clicks_go_through(shell: Shell) -> None:
    shell.run("click Save")
    stage = shell.stage
    assert stage.focused_title() == "Recorder"
    assert stage.active_title() == "Recorder"
    stage.tool("xdotool", "mousemove", "460", "315", "click", "1")
    stage.wait(lambda: stage.heard("click 460 315"))
    assert stage.focused_title() == "Recorder"
    n_keys = stage.n_keys()
    stage.tool("xdotool", "key", "Return")
    stage.wait(lambda: "decision True 0" in shell.told)
    assert stage.n_keys() == n_keys, "the answer does not reach the program that is worked in"
    stage.tool("xdotool", "key", "y")
    stage.wait(lambda: stage.heard("key y"))


def test_own_windows_are_never_in_a_picture(shell: Shell) -> None:
    for n in range(2):
        shell.run(f"click {n}")
        shell.stage.tool("xdotool", "key", "Return")
        shell.stage.wait(lambda: shell.told[-1].startswith("decision"))
    pictures = sorted(shell.folder.glob("*.png"))
    assert len(pictures) == 4, "one as the bar opens and one in each run, while the panel is up"
    for path in pictures:
        with Image.open(path) as image:
            strange = (np.array(image) != PLAIN).any(axis=2)
        assert not strange.any(), f"{path.name}: {strange.sum()} pixels of ours"


def test_escape_stops_while_the_program_keeps_the_focus(shell: Shell) -> None:
    shell.run("click Save")
    shell.stage.tool("xdotool", "key", "Escape")
    shell.stage.wait(lambda: "decision False 0" in shell.told)
    assert shell.stage.focused_title() == "Recorder"


@pytest.mark.parametrize("factor", ["1", "1.25", "2"])
def test_ring_lies_on_the_target_at_any_scale(stage: Stage, tmp_path: Path, factor: str) -> None:
    shell = Shell(stage, tmp_path, QT_SCALE_FACTOR=factor)
    try:
        shell.run("click Save")
        # The middle of the ring lies five points outside of the target.
        ringed = is_ring(stage.picture()[315, 300:620]).nonzero()[0] + 300
        stage.tool("xdotool", "key", "Escape")
        stage.wait(lambda: "decision False 0" in shell.told)
    finally:
        shell.quit()
    air = 5 * float(factor)
    assert ringed.min() == pytest.approx(TARGET[0] - air, abs=2.5 * float(factor))
    assert ringed.max() == pytest.approx(TARGET[2] + air, abs=2.5 * float(factor))


def test_second_start_opens_the_bar_of_the_first(shell: Shell) -> None:
    env = shell.stage.screen.env | {"PYTHONPATH": str(ROOT)}
    second = subprocess.run(
        [sys.executable, "-c", "from app.application import run_tray; raise SystemExit(run_tray())"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert second.returncode == 0, second.stderr
    shell.stage.wait(lambda: shell.stage.focused_title() == "Command bar — Foveal")
    shell.stage.tool("xdotool", "key", "Escape")
    shell.stage.wait(lambda: shell.stage.active_title() == "Recorder")


@pytest.mark.parametrize(
    ("display", "said"),
    [(None, "There is no display."), (":987", 'The display ":987" cannot be reached.')],
)
def test_no_display_is_said_in_a_sentence(tmp_path: Path, display: str | None, said: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    env = kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]]), "HOME": str(tmp_path)}
    if display is not None:
        env["DISPLAY"] = display
    script = "from app.application import run_tray\ntry:\n    run_tray()\nexcept Exception as e:\n    print(e, e.hint)"
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(said)

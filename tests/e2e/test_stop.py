"""Stop and trust through the real command line: whatever stops a run, nothing comes after it and nothing stays down."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import Xlib.display
from PIL import Image

from agent.geometry import Rect
from agent.virtual_screen import VirtualScreen, end_program
from tests.e2e._foveal import Foveal, ask, open_bar, runs_folder
from tests.e2e._programs import start
from tests.e2e._windows import park_pointer, run, wait_until
from tests.fakes.acting import Recorder, settled

pytestmark = pytest.mark.e2e

_ENDLESS = f'type "{"many words and no end " * 300}"'
_STOPPED = 4
_BELOW_EDITOR_PX = 700
_MONITOR = Rect(left=0, top=0, width=1280, height=800)


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(1280, 800) as running:
        yield running


@pytest.fixture
def recorder(screen: VirtualScreen) -> Iterator[Recorder]:
    """A window with the focus that writes down the keys it gets."""
    park_pointer(screen, _MONITOR)
    window = Recorder(screen)
    yield window
    window.close()


@pytest.fixture
def typing(screen: VirtualScreen, recorder: Recorder) -> Iterator[Foveal]:
    """A run in the middle of typing a long text into the recorder."""
    foveal = Foveal(screen, "do", "--yes", _ENDLESS)
    wait_until(lambda: len(recorder.of("key_down")) > 20, "Foveal types")
    yield foveal
    foveal.close()


def pressed(screen: VirtualScreen) -> list[int]:
    """Keycodes that the server holds for pressed, and the mask of mouse buttons if there is one."""
    display = Xlib.display.Display(screen.env["DISPLAY"])
    try:
        keys = [8 * i + bit for i, byte in enumerate(display.query_keymap()) for bit in range(8) if byte >> bit & 1]
        return keys + ([-1] if display.screen().root.query_pointer().mask & 0x1F00 else [])
    finally:
        display.close()


def newest_run(screen: VirtualScreen) -> str:
    return max(path.name for path in runs_folder(screen).iterdir())


def tool(*command: str) -> Callable[[VirtualScreen, Foveal], object]:
    return lambda screen, _foveal: run(screen, "xdotool", *command)


STOPS: dict[str, Callable[[VirtualScreen, Foveal], object]] = {
    "stop key": tool("key", "ctrl+alt+x"),
    "mouse in the corner": tool("mousemove", "0", "0"),
    "Ctrl-C": lambda _screen, foveal: foveal.send(signal.SIGINT),
    "polite kill": lambda _screen, foveal: foveal.send(signal.SIGTERM),
}


@pytest.mark.parametrize("how", STOPS)
def test_a_stop_ends_the_run_and_nothing_comes_after_it(
    screen: VirtualScreen, recorder: Recorder, typing: Foveal, how: str
) -> None:
    STOPS[how](screen, typing)
    assert typing.wait() == _STOPPED, typing.said
    n_typed = len(recorder.of("key_down"))
    assert "stopped: Stopped." in typing.said
    assert "Traceback" not in typing.said
    assert len(settled(recorder, "key_down")) == n_typed
    assert n_typed < len(_ENDLESS) - 1000
    assert pressed(screen) == []
    assert ask(screen, "runs", "verify", newest_run(screen)).returncode == 0


def test_a_killed_run_leaves_a_readable_log_and_no_key_down(
    screen: VirtualScreen, recorder: Recorder, typing: Foveal
) -> None:
    typing.send(signal.SIGKILL)
    typing.wait()
    wait_until(lambda: pressed(screen) == [], "the guard lets go of the keys")
    n_typed = len(settled(recorder, "key_down"))
    assert len(settled(recorder, "key_down")) == n_typed
    name = newest_run(screen)
    verified = ask(screen, "runs", "verify", name, "--json")
    assert verified.returncode == 0, verified.stdout
    shown = json.loads(ask(screen, "runs", "show", name, "--json").stdout)
    assert shown["status"] == "unfinished"
    assert "step_started" in [record["event"] for record in shown["records"]]


def test_taking_the_mouse_pauses_and_the_run_goes_on(screen: VirtualScreen) -> None:
    editor = start(screen, "l3afpad")
    text = "as if nothing had happened " * 12
    foveal = Foveal(screen, "do", "--yes", f'click Edit, press Escape, type "{text}"')
    try:
        wait_until(lambda: '3. Type "' in foveal.said, "Foveal begins to type")
        run(screen, "xdotool", "mousemove_relative", "--", "150", "120")
        wait_until(lambda: "paused: " in foveal.said, "the run is paused")
        assert foveal.wait() == 0, foveal.said
    finally:
        foveal.close()
    assert foveal.said.index("paused: ") < foveal.said.index("going on")
    assert editor.document_text() == text
    end_program(editor.process)


def test_a_text_does_not_go_on_in_a_window_that_came_to_the_front_meanwhile(screen: VirtualScreen) -> None:
    editor = start(screen, "l3afpad")
    foveal = Foveal(screen, "do", "--yes", f'click Edit, press Escape, type "{"for this window only " * 150}"')
    wait_until(lambda: '3. Type "' in foveal.said, "Foveal begins to type")
    run(screen, "xdotool", "mousemove_relative", "--", "150", "120")
    wait_until(lambda: "paused: " in foveal.said, "the run is paused")
    recorder = Recorder(screen)
    try:
        assert foveal.wait() == 1, foveal.said
        assert "no longer has the keyboard focus" in foveal.said
        assert settled(recorder, "key_down") == []
    finally:
        foveal.close()
        recorder.close()
        end_program(editor.process)


def is_bare_beyond_the_editor(picture: Path) -> bool:
    """Whether the strip below the editor shows nothing; bar and panel reach into it."""
    with Image.open(picture) as image:
        below = np.array(image.convert("RGB"))[_BELOW_EDITOR_PX:]
    return bool((below == below[-1, 0]).all())


class TestTray:
    """The tray program from end to end."""

    @pytest.fixture
    def tray(self, screen: VirtualScreen) -> Iterator[Foveal]:
        folder = screen.home / ".config" / "foveal"
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"schema_version": 1, "countdown_s": 0.5, "is_first_start": False, "is_history_saved": False}
        (folder / "settings.json").write_text(json.dumps(settings))
        foveal = Foveal(screen)
        yield foveal
        foveal.close()
        assert "Traceback" not in foveal.said

    def test_a_command_is_typed_into_the_bar_and_has_its_effect(self, screen: VirtualScreen, tray: Foveal) -> None:
        editor = start(screen, "l3afpad")
        before = {path.name for path in runs_folder(screen).glob("*")}
        open_bar(screen)
        run(screen, "xdotool", "type", "--delay", "20", "type draft, press Ctrl+A, click Edit, click Cut, type done")
        run(screen, "xdotool", "key", "Return")
        wait_until(lambda: not self._is_screen_bare(screen), "the panel can be seen")
        name = self._wait_for_run(screen, before)
        wait_until(lambda: self._run(screen, name)["status"] != "unfinished", "the run ends")
        ended = self._run(screen, name)
        assert ended["status"] == "done", ended["records"][-1]
        assert editor.document_text() == "done"
        assert ask(screen, "runs", "verify", name).returncode == 0
        self._assert_only_the_editor_is_in_the_pictures(screen, name)
        end_program(editor.process)

    def test_trigger_stop_ends_its_run(self, screen: VirtualScreen, recorder: Recorder, tray: Foveal) -> None:
        before = {path.name for path in runs_folder(screen).glob("*")}
        open_bar(screen)
        n_before = len(recorder.of("key_down"))
        run(screen, "xdotool", "type", "--delay", "5", f'type "{"words " * 60}"')
        run(screen, "xdotool", "key", "Return")
        name = self._wait_for_run(screen, before)
        wait_until(lambda: len(recorder.of("key_down")) > n_before + 20, "Foveal types")
        assert ask(screen, "trigger", "stop").returncode == 0
        wait_until(lambda: self._run(screen, name)["status"] == "stopped", "the run is stopped")
        n_typed = len(recorder.of("key_down"))
        assert len(settled(recorder, "key_down")) == n_typed
        assert pressed(screen) == []
        assert tray.process.poll() is None

    def _wait_for_run(self, screen: VirtualScreen, before: set[str]) -> str:
        def new() -> list[str]:
            return [
                path.parent.name for path in runs_folder(screen).glob("*/run.jsonl") if path.parent.name not in before
            ]

        wait_until(lambda: bool(new()), "a run begins")
        return new()[0]

    def _run(self, screen: VirtualScreen, name: str) -> dict[str, object]:
        return dict(json.loads(ask(screen, "runs", "show", name, "--json").stdout))

    def _is_screen_bare(self, screen: VirtualScreen) -> bool:
        picture = screen.home / "seen.png"
        run(screen, "import", "-window", "root", str(picture))
        return is_bare_beyond_the_editor(picture)

    def _assert_only_the_editor_is_in_the_pictures(self, screen: VirtualScreen, name: str) -> None:
        """The panel was seen below the editor; in the pictures of the run it is not."""
        frames = sorted((runs_folder(screen) / name / "frames").glob("*.png"))
        assert len(frames) >= 4
        assert all(is_bare_beyond_the_editor(frame) for frame in frames)

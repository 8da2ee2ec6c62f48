"""The doctor on real screens, with clicks that arrive, go astray or never come."""

import dataclasses
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from agent.capture import open_capture
from agent.doctor import CheckResult, CheckStatus, DoctorParts, run_checks
from agent.doctor._arrival import check_click
from agent.doctor._model import check_model, check_runtime, load_self_test
from agent.doctor._window import ArrivalWindow
from agent.errors import ControlError
from agent.geometry import Point, Rect
from agent.types import Action, Click, Monitor, PressKeys
from agent.virtual_screen import VirtualScreen, end_program
from agent.windows import open_windows
from model.errors import ModelLoadError
from model.grounder import Candidate, Grounding, Look, ModelInfo, PatchScores, Timings
from model.patches import PatchGrid

MONITORS = (Rect(left=640, top=0, width=640, height=480), Rect(left=0, top=60, width=640, height=400))


class XtestControl:
    """Sends through XTEST, if asked to at a wrong place or with a wrong key."""

    install_hint = ""

    def __init__(self, *, off_px: int = 0, key: str | None = None, is_silent: bool = False) -> None:
        self._display = Display()
        self._off_px = off_px
        self._key = key
        self._is_silent = is_silent
        self.is_closed = False

    def is_supported(self) -> bool:
        return True

    def is_available(self) -> bool:
        return True

    def perform(self, action: Action) -> Action:
        match action:
            case Click(at_pt=at_pt):
                root = self._display.screen().root
                root.warp_pointer(int(at_pt.x) + self._off_px, int(at_pt.y) + self._off_px)
                self._send(X.ButtonPress, X.ButtonRelease, 1)
            case PressKeys(keys=(key,)):
                code = self._display.keysym_to_keycode(XK.string_to_keysym(self._key or key))
                self._send(X.KeyPress, X.KeyRelease, code)
            case _:
                raise ControlError("This is not known here.")
        return action

    def pointer_pt(self) -> Point:
        raise AssertionError("the doctor has no need of this")

    def release_all(self) -> None: ...

    def close(self) -> None:
        self._display.close()
        self.is_closed = True

    def _send(self, press: int, release: int, detail: int) -> None:
        if not self._is_silent:
            xtest.fake_input(self._display, press, detail)
            xtest.fake_input(self._display, release, detail)
        self._display.sync()


class KnowingGrounder:
    """Knows the answers; ``miss`` names an instruction that it gets wrong."""

    info = ModelInfo(name="knowing", device="cpu", digest="0")

    def __init__(self, miss: str = "") -> None:
        self._answers = dict(load_self_test().cases)
        self._miss = miss

    def look(self, image: Any) -> Look:
        height, width = image.shape[:2]
        return Look(
            look_id="1",
            grid=PatchGrid.of_squares(width_px=width, height_px=height, cell_px=100),
            encode_ms=12.5,
            is_cached=False,
        )

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        left, top, right, bottom = self._answers[instruction]
        x, y = ((left + right) / 2, (top + bottom) / 2) if instruction != self._miss else (1.0, 1.0)
        zeros = np.zeros(look.grid.shape, np.float32)
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=False,
            point=(x, y),
            score=1.0,
            candidates=(Candidate(x=x, y=y, score=1.0),),
            scored=PatchScores(grid=look.grid, scores=zeros, keep_mask=zeros > 0),
            pointer_probs=zeros,
            timings=Timings(score=2.0, point=3.0),
        )

    def score(self, look: Look, instruction: str) -> PatchScores:
        raise AssertionError("the doctor has no need of this")

    def read(self, look: Look) -> tuple[()]:
        return ()

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(1280, 480, monitors=MONITORS) as running:
        yield running


@pytest.fixture
def parts(screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch) -> DoctorParts:
    monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.env["DBUS_SESSION_BUS_ADDRESS"])
    return DoctorParts(
        open_capture=open_capture, load_grounder=KnowingGrounder, open_control=XtestControl, listen_hotkeys=tuple
    )


def by_name(results: tuple[CheckResult, ...]) -> dict[str, CheckResult]:
    return {result.name: result for result in results}


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 10
    while not is_true():
        assert time.monotonic() < deadline_s, "it did not come true in time"
        time.sleep(0.02)


@pytest.mark.e2e
def test_a_healthy_desktop_has_no_failures(parts: DoctorParts) -> None:
    seen: list[CheckResult] = []
    results = run_checks(parts, on_result=seen.append)
    assert tuple(seen) == results
    assert {result.name for result in results if result.status is CheckStatus.FAIL} <= {"ONNX Runtime"}
    found = by_name(results)
    assert found["Monitors"].detail == "0: 640 x 480 px at (640, 0), primary; 1: 640 x 400 px at (0, 60)"
    assert found["Window manager"].detail == "Xfwm4, with compositing."
    assert found["Tray"].status is CheckStatus.WARN
    assert found["Grounding model"].detail == ('"knowing" on cpu found 3 of 3 elements of the bundled picture.')
    assert [m.name for m in found["Grounding model"].measures] == ["load", "encode", "score", "point"]
    for name in ("Click on monitor 0", "Click on monitor 1"):
        assert found[name].detail == "It arrived where it was sent."
        assert [m.value for m in found[name].measures] == [0, 0]
    assert found["Key"].detail == "It arrived as it was sent."


@pytest.mark.e2e
def test_pointer_and_focus_are_put_back(parts: DoctorParts, screen: VirtualScreen) -> None:
    program = screen.start("xterm")
    windows, display = open_windows(), Display()
    wait_until(lambda: (active := windows.active()) is not None and active.pid == program.pid)
    focus, root = display.get_input_focus().focus, display.screen().root
    root.warp_pointer(700, 77)
    run_checks(parts)
    pointer = root.query_pointer()
    assert (pointer.root_x, pointer.root_y) == (700, 77)
    assert display.get_input_focus().focus == focus
    display.close()
    windows.close()
    end_program(program)


@pytest.mark.e2e
def test_a_click_that_goes_astray_is_measured(parts: DoctorParts) -> None:
    results = by_name(run_checks(dataclasses.replace(parts, open_control=lambda: XtestControl(off_px=7))))
    astray = results["Click on monitor 1"]
    assert astray.status is CheckStatus.FAIL
    assert astray.detail == "It arrived (+7, +7) px off."
    assert [m.value for m in astray.measures] == [7, 7]


@pytest.mark.e2e
def test_a_click_and_a_key_that_never_arrive_are_told(parts: DoctorParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.doctor._window.EVENT_TIMEOUT_S", 0.2)
    results = by_name(run_checks(dataclasses.replace(parts, open_control=lambda: XtestControl(is_silent=True))))
    for name in ("Click on monitor 0", "Click on monitor 1", "Key"):
        assert results[name].status is CheckStatus.FAIL
        assert results[name].detail == "It was sent, but did not arrive."
        assert results[name].hint


@pytest.mark.e2e
def test_a_key_of_another_layout_is_told(parts: DoctorParts) -> None:
    results = by_name(run_checks(dataclasses.replace(parts, open_control=lambda: XtestControl(key="m"))))
    assert results["Key"].detail == '"k" was sent and "m" arrived.'


@pytest.mark.e2e
def test_nothing_is_sent_into_a_window_that_covers_ours(parts: DoctorParts) -> None:
    """A screen lock, say: it puts itself back on top of everything."""
    display = Display()
    control = XtestControl()
    lock = display.screen().root.create_window(
        0, 0, 1280, 480, 0, X.CopyFromParent, override_redirect=True, event_mask=X.ButtonPressMask
    )
    with ArrivalWindow(MONITORS[0].center) as window:
        lock.map()
        lock.raise_window()
        display.sync()
        result = check_click(control, window, Monitor(index=0, bounds_pt=MONITORS[0], is_primary=True))
    assert result.status is CheckStatus.FAIL
    assert "covers ours" in result.detail
    display.sync()
    assert not display.pending_events()
    control.close()
    lock.destroy()
    display.close()


@pytest.mark.e2e
def test_input_can_be_left_out(parts: DoctorParts) -> None:
    names = [result.name for result in run_checks(dataclasses.replace(parts, open_control=None))]
    assert "Key" not in names
    assert not [name for name in names if name.startswith("Click")]


@pytest.mark.e2e
def test_control_that_does_not_open_is_a_failure_with_its_hint(parts: DoctorParts) -> None:
    def refuse() -> XtestControl:
        raise ControlError("No mouse.", hint="Plug one in.")

    result = by_name(run_checks(dataclasses.replace(parts, open_control=refuse)))["Mouse and keyboard"]
    assert (result.status, result.detail, result.hint) == (CheckStatus.FAIL, "No mouse.", "Plug one in.")


@pytest.mark.e2e
def test_a_taken_hotkey_is_told(parts: DoctorParts) -> None:
    results = by_name(run_checks(dataclasses.replace(parts, listen_hotkeys=lambda: ("ctrl+alt+space",))))
    assert results["Hotkeys"].status is CheckStatus.WARN
    assert "ctrl+alt+space" in results["Hotkeys"].detail
    assert by_name(run_checks(parts))["Hotkeys"].status is CheckStatus.OK


@pytest.mark.e2e
def test_a_clipboard_that_answers_and_one_that_does_not(parts: DoctorParts, screen: VirtualScreen) -> None:
    subprocess.run(["xclip", "-selection", "clipboard"], input=b"secret", env=screen.env, check=True)
    quick = dataclasses.replace(parts, open_control=None)
    answered = by_name(run_checks(quick))["Clipboard"]
    assert answered.status is CheckStatus.OK
    assert "secret" not in answered.detail
    display = Display()
    hung = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    hung.set_selection_owner(display.intern_atom("CLIPBOARD"), X.CurrentTime)
    display.sync()
    silent = by_name(run_checks(quick))["Clipboard"]
    display.close()
    assert silent.status is CheckStatus.WARN
    assert "does not answer" in silent.detail


@pytest.mark.e2e
def test_no_window_manager_and_no_compositing_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualScreen(640, 480, window_manager="openbox") as screen:
        monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        parts = DoctorParts(
            open_capture=open_capture, load_grounder=KnowingGrounder, open_control=XtestControl, listen_hotkeys=tuple
        )
        found = by_name(run_checks(parts))
        assert found["Window manager"].detail == "Openbox, without compositing."
        assert found["Window manager"].status is CheckStatus.WARN
        assert found["Screen capture"].status is CheckStatus.WARN  # nothing but a black root window
        subprocess.run(["openbox", "--exit"], env=screen.env, check=True)
        wait_until(lambda: by_name(run_checks(parts))["Window manager"].status is CheckStatus.FAIL)


def test_without_a_display_the_rest_is_still_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    parts = DoctorParts(
        open_capture=open_capture, load_grounder=KnowingGrounder, open_control=XtestControl, listen_hotkeys=tuple
    )
    results = by_name(run_checks(parts))
    assert list(results) == ["Display", "ONNX Runtime", "Grounding model"]
    assert results["Display"].status is CheckStatus.FAIL
    assert results["Display"].hint


def test_a_model_that_does_not_load_is_a_failure_with_its_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> KnowingGrounder:
        raise ModelLoadError("A file is missing.", hint="Install anew.")

    monkeypatch.delenv("DISPLAY", raising=False)
    result = by_name(
        run_checks(
            DoctorParts(open_capture=open_capture, load_grounder=refuse, open_control=None, listen_hotkeys=tuple)
        )
    )["Grounding model"]
    assert (result.status, result.detail, result.hint) == (CheckStatus.FAIL, "A file is missing.", "Install anew.")


def test_an_error_that_nobody_thought_of_is_a_result(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode() -> KnowingGrounder:
        raise ZeroDivisionError("of all things")

    monkeypatch.delenv("DISPLAY", raising=False)
    result = by_name(
        run_checks(
            DoctorParts(open_capture=open_capture, load_grounder=explode, open_control=None, listen_hotkeys=tuple)
        )
    )["Grounding model"]
    assert result.status is CheckStatus.FAIL
    assert "of all things" in result.detail
    assert "the check of Grounding model failed" in caplog.text


def test_a_model_that_misses_is_a_failure_that_names_what() -> None:
    test = load_self_test()
    result = check_model(lambda: KnowingGrounder(miss=test.cases[1][0]), test)
    assert result.status is CheckStatus.FAIL
    assert "found 2 of 3" in result.detail
    assert test.cases[1][0] in result.detail


@pytest.mark.parametrize(
    ("installed", "status", "word"),
    [
        (["numpy", "onnxruntime"], CheckStatus.OK, "onnxruntime is installed"),
        (["ONNXRuntime-GPU"], CheckStatus.OK, "onnxruntime-gpu"),
        (["onnxruntime", "onnxruntime-gpu"], CheckStatus.FAIL, "over each other"),
        (["numpy"], CheckStatus.FAIL, "No ONNX Runtime"),
    ],
)
def test_exactly_one_runtime_is_right(installed: list[str], status: CheckStatus, word: str) -> None:
    result = check_runtime(installed)
    assert result.status is status
    assert word in result.detail
    assert bool(result.hint) == (status is CheckStatus.FAIL)


def test_the_boxes_of_the_self_test_lie_in_its_picture() -> None:
    test = load_self_test()
    height, width = test.pixels.shape[:2]
    assert len(test.cases) == 3
    for _, (left, top, right, bottom) in test.cases:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height

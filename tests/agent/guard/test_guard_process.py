"""The real guard process on a real screen; xdotool plays the person."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import Xlib.display
from Xlib import X

from agent.cancel import StopSwitch
from agent.control import open_control
from agent.errors import ControlError, Paused
from agent.geometry import Point
from agent.guard import (
    DEFAULT_HOTKEYS,
    Guard,
    GuardDied,
    GuardMessage,
    HeardInPart,
    HotkeyName,
    HotkeyPressed,
    HotkeyTaken,
    StopPulled,
    UserLeftMouse,
    UserTookMouse,
)
from agent.types import Move, TypeText
from agent.virtual_screen import VirtualScreen
from tests.fakes.acting import Recorder, acting_on_screen, new_stop, pressed_now, settled, wait_until, xdotool

pytestmark = pytest.mark.e2e
PARENT = Path(__file__).with_name("hanging_parent.py")


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with acting_on_screen() as screen:
        yield screen


@pytest.fixture
def stop() -> StopSwitch:
    return new_stop()


@pytest.fixture
def messages() -> list[GuardMessage]:
    return []


@pytest.fixture
def guard(screen: VirtualScreen, stop: StopSwitch, messages: list[GuardMessage]) -> Iterator[Guard]:
    xdotool("mousemove", "400", "300")
    guard = Guard(stop, DEFAULT_HOTKEYS, messages.append)
    guard.start(30.0)
    yield guard
    guard.close()


@pytest.mark.usefixtures("guard")
def test_hotkeys_are_told(messages: list[GuardMessage]) -> None:
    xdotool("key", "ctrl+alt+g")
    wait_until(lambda: messages)
    xdotool("key", "ctrl+alt+space")
    wait_until(lambda: len(messages) == 2)
    assert messages == [HotkeyPressed(name=HotkeyName.GROUND), HotkeyPressed(name=HotkeyName.COMMAND)]


@pytest.mark.usefixtures("guard")
def test_a_hotkey_does_not_reach_the_focused_program(screen: VirtualScreen, messages: list[GuardMessage]) -> None:
    recorder = Recorder(screen)
    xdotool("key", "ctrl+alt+g")
    xdotool("key", "b")
    wait_until(lambda: any(event["keysym"] == ord("b") for event in recorder.of("key_down")))
    assert not [event for event in settled(recorder, "key_down", "key_up") if event["keysym"] == ord("g")]
    assert messages == [HotkeyPressed(name=HotkeyName.GROUND)]
    recorder.close()


@pytest.mark.usefixtures("guard")
def test_the_stop_key_is_heard_while_another_program_has_the_keyboard(
    stop: StopSwitch, messages: list[GuardMessage]
) -> None:
    """As when a menu is open: grabbed hotkeys are silent then."""
    display = Xlib.display.Display()
    display.screen().root.grab_keyboard(True, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
    display.sync()
    try:
        xdotool("key", "ctrl+alt+x")
        wait_until(lambda: stop.is_stopped)
    finally:
        display.close()
    wait_until(lambda: messages)
    assert isinstance(messages[0], StopPulled)


@pytest.mark.usefixtures("guard")
def test_what_a_run_types_triggers_nothing_but_the_stop(stop: StopSwitch, messages: list[GuardMessage]) -> None:
    with stop.acting():
        xdotool("key", "ctrl+alt+g")
        xdotool("key", "ctrl+alt+x")
        wait_until(lambda: stop.is_stopped)
    wait_until(lambda: messages)
    assert [type(message) for message in messages] == [StopPulled]


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("corner", [(0, 0), (1279, 0), (0, 799), (1279, 799)])
def test_the_mouse_in_a_corner_stops_a_run(
    corner: tuple[int, int], stop: StopSwitch, messages: list[GuardMessage]
) -> None:
    stop.expect_pointer(Point(400, 300))
    with stop.acting():
        xdotool("mousemove", *map(str, corner))
        wait_until(lambda: stop.is_stopped)
    wait_until(lambda: messages)
    assert isinstance(messages[0], StopPulled)


@pytest.mark.usefixtures("guard")
def test_a_person_who_takes_the_mouse_pauses_the_run(stop: StopSwitch, messages: list[GuardMessage]) -> None:
    with stop.acting():
        stop.expect_pointer(Point(400, 300))
        xdotool("mousemove", "430", "320")
        wait_until(lambda: stop.is_paused)
        wait_until(lambda: len(messages) == 2)
    assert messages == [UserTookMouse(), UserLeftMouse()]


@pytest.mark.usefixtures("guard")
def test_our_own_moves_pause_nothing(stop: StopSwitch, messages: list[GuardMessage]) -> None:
    control = open_control(stop)
    with stop.acting():
        for x, y in ((100, 100), (1200, 120), (640, 700), (642, 701), (2000, 2000), (-5, 300)) * 2:
            control.perform(Move(at_pt=Point(x, y)))
    control.close()
    assert not stop.is_paused
    assert messages == []


@pytest.mark.usefixtures("guard")
def test_a_person_can_take_the_mouse_and_give_it_back(screen: VirtualScreen, stop: StopSwitch) -> None:
    recorder = Recorder(screen)
    control = open_control(stop)

    def take_the_mouse() -> None:
        wait_until(lambda: recorder.of("key_down"))
        xdotool("mousemove", "500", "350")

    person = threading.Thread(target=take_the_mouse)
    with stop.acting():
        control.perform(Move(at_pt=Point(400, 300)))
        person.start()
        with pytest.raises(Paused) as paused:
            control.perform(TypeText(text="a" * 400))
        person.join()
        assert len(settled(recorder, "key_down")) < 400
        stop.resume()
        control.perform(paused.value.rest)
    assert len(settled(recorder, "key_down")) == 400
    control.close()
    recorder.close()


def test_a_taken_combination_is_told_and_the_others_work(screen: VirtualScreen, stop: StopSwitch) -> None:
    other = Xlib.display.Display()
    code = other.keysym_to_keycode(ord("g"))
    other.screen().root.grab_key(code, X.ControlMask | X.Mod1Mask, True, X.GrabModeAsync, X.GrabModeAsync)
    other.sync()
    messages: list[GuardMessage] = []
    guard = Guard(stop, DEFAULT_HOTKEYS, messages.append)
    guard.start(30.0)
    try:
        wait_until(lambda: messages)
        assert messages == [HotkeyTaken(name=HotkeyName.GROUND, combination="ctrl+alt+g")]
        xdotool("key", "ctrl+alt+r")
        wait_until(lambda: HotkeyPressed(name=HotkeyName.RECORD) in messages)
        guard.rebind({**DEFAULT_HOTKEYS, HotkeyName.GROUND: "ctrl+alt+j"})
        pressed = HotkeyPressed(name=HotkeyName.GROUND)
        wait_until(lambda: xdotool("key", "ctrl+alt+j") == "" and pressed in messages)
    finally:
        guard.close()
        other.close()


def test_a_dead_guard_is_told_and_can_be_started_again(guard: Guard, messages: list[GuardMessage]) -> None:
    pid = guard.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: messages)
    assert isinstance(messages[0], GuardDied)
    guard.start(30.0)
    xdotool("key", "ctrl+alt+g")
    wait_until(lambda: HotkeyPressed(name=HotkeyName.GROUND) in messages)


def test_closing_leaves_no_process(guard: Guard) -> None:
    pid = guard.pid
    guard.close()
    guard.close()
    assert pid is not None
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_parent_that_hangs_or_dies_leaves_nothing_pressed(screen: VirtualScreen, how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, str(PARENT)], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        guard_pid = int(parent.stdout.readline())
        wait_until(lambda: len(pressed_now()) == 2)
        parent.send_signal(how)
        if how is signal.SIGSTOP:
            xdotool("key", "ctrl+alt+x")
        wait_until(lambda: not pressed_now())
        if how is signal.SIGKILL:
            wait_until(lambda: _has_ended(guard_pid))
    finally:
        parent.kill()
        parent.communicate()
    wait_until(lambda: _has_ended(guard_pid))


def test_a_parent_that_is_killed_while_typing_leaves_no_key_mapped(screen: VirtualScreen) -> None:
    def mapping() -> str:
        return subprocess.run(["xmodmap", "-pke"], env=screen.env, check=True, capture_output=True, text=True).stdout

    before = mapping()
    parent = subprocess.Popen([sys.executable, str(PARENT), "你好"], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        guard_pid = int(parent.stdout.readline())
        wait_until(lambda: mapping() != before)
    finally:
        parent.kill()
        parent.communicate()
    wait_until(lambda: _has_ended(guard_pid))
    assert mapping() == before


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, stop: StopSwitch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(ControlError) as error:
        Guard(stop, DEFAULT_HOTKEYS, print).start()
    assert "foveal trigger" in error.value.hint


def test_beside_wayland_it_says_what_it_does_not_hear(
    screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch, stop: StopSwitch, messages: list[GuardMessage]
) -> None:
    assert screen.env["DISPLAY"]
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    guard = Guard(stop, DEFAULT_HOTKEYS, messages.append)
    guard.start(30.0)
    wait_until(lambda: messages)
    guard.close()
    assert isinstance(messages[0], HeardInPart)
    assert "foveal trigger" in messages[0].hint


def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, stop: StopSwitch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    started_s = time.monotonic()
    with pytest.raises(ControlError) as error:
        Guard(stop, DEFAULT_HOTKEYS, print).start(60.0)
    assert error.value.hint
    assert time.monotonic() - started_s < 50


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_end_of_a_session_leaves_time_to_close_in_order(guard: Guard, messages: list[GuardMessage]) -> None:
    pid = guard.pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    guard.close()
    assert messages == []

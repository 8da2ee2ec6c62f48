"""Real mouse and keyboard events, and what a window got of them."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from agent.cancel import StopSwitch
from agent.control import open_control
from agent.control._base import DesktopControl
from agent.errors import Cancelled, ControlError, Paused
from agent.geometry import Point
from agent.types import Action, Click, Direction, Drag, MouseButton, Move, PressKeys, Scroll, TypeText
from agent.virtual_screen import VirtualScreen
from tests.fakes.acting import Recorder, acting_on_screen, new_stop, pressed_now, settled, wait_until, xdotool

pytestmark = pytest.mark.e2e
PLACE = Point(400, 400)
DOUBLE_CLICK_MS = 250


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with acting_on_screen() as screen:
        yield screen


@pytest.fixture
def recorder(screen: VirtualScreen) -> Iterator[Recorder]:
    recorder = Recorder(screen)
    yield recorder
    recorder.close()


@pytest.fixture
def stop() -> StopSwitch:
    return new_stop()


@pytest.fixture
def control(screen: VirtualScreen, stop: StopSwitch) -> Iterator[DesktopControl]:
    control = open_control(stop)
    yield control
    control.close()
    assert pressed_now() == []


def buttons(recorder: Recorder) -> list[tuple[str, int, int, int]]:
    events = settled(recorder, "button_down", "button_up")
    return [(event["event"], event["detail"], event["x"], event["y"]) for event in events]


def test_a_click_arrives_where_it_was_sent(recorder: Recorder, control: DesktopControl) -> None:
    action = Click(at_pt=Point(400.4, 399.6), button=MouseButton.RIGHT)
    assert control.perform(action) == Click(at_pt=PLACE, button=MouseButton.RIGHT)
    assert buttons(recorder) == [("button_down", 3, 400, 400), ("button_up", 3, 400, 400)]
    assert control.pointer_pt() == PLACE


def test_the_pointer_glides(recorder: Recorder, control: DesktopControl) -> None:
    control.perform(Move(at_pt=Point(200, 200)))
    control.perform(Move(at_pt=Point(700, 500)))
    assert len(settled(recorder, "motion")) >= 4


def test_a_double_click_is_quick_enough(recorder: Recorder, control: DesktopControl) -> None:
    control.perform(Click(at_pt=PLACE, count=2))
    wait_until(lambda: len(recorder.of("button_down")) == 2)
    first, second = recorder.of("button_down")
    assert second["server_ms"] - first["server_ms"] < DOUBLE_CLICK_MS


def test_a_drag_presses_moves_and_releases(recorder: Recorder, control: DesktopControl) -> None:
    control.perform(Drag(from_pt=PLACE, to_pt=Point(600, 450)))
    names = [event["event"] for event in settled(recorder, "button_down", "motion", "button_up")]
    down, up = names.index("button_down"), names.index("button_up")
    assert names[down:up].count("motion") >= 3
    assert buttons(recorder) == [("button_down", 1, 400, 400), ("button_up", 1, 600, 450)]


@pytest.mark.parametrize(("direction", "button"), list(zip(Direction, (4, 5, 6, 7), strict=True)))
def test_scrolling(direction: Direction, button: int, recorder: Recorder, control: DesktopControl) -> None:
    control.perform(Scroll(at_pt=PLACE, direction=direction, clicks=3))
    assert buttons(recorder) == [("button_down", button, 400, 400), ("button_up", button, 400, 400)] * 3


@pytest.mark.parametrize(
    ("keys", "keysyms"),
    [
        (("ctrl", "shift", "s"), [0xFFE3, 0xFFE1, ord("s")]),
        (("shift", "f4"), [0xFFE1, 0xFFC1]),
        (("enter",), [0xFF0D]),
        (("ctrl", "+"), [0xFFE3, 0xFFE1, ord("=")]),
        (("pagedown",), [0xFF56]),
        (("ctrl", "ü"), [0xFFE3, ord("ü")]),
    ],
)
def test_keys_go_down_in_order_and_up_in_reverse(
    keys: tuple[str, ...], keysyms: list[int], recorder: Recorder, control: DesktopControl
) -> None:
    control.perform(PressKeys(keys=keys))
    events = settled(recorder, "key_down", "key_up")
    assert len([event for event in events if event["event"] == "key_down"]) == len(keysyms)
    codes = [event["detail"] for event in events]
    assert codes[: len(keysyms)] == codes[len(keysyms) :][::-1]
    known = [event["keysym"] for event in events][: len(keysyms)]
    assert [keysym for keysym in known if keysym] == [keysym for keysym in keysyms if keysym in known]


def test_a_key_is_held(recorder: Recorder, control: DesktopControl) -> None:
    control.perform(PressKeys(keys=("left",), hold_s=0.3))
    wait_until(lambda: recorder.of("key_up"))
    down, up = recorder.of("key_down")[0], recorder.of("key_up")[-1]
    assert up["server_ms"] - down["server_ms"] >= 300


@pytest.mark.parametrize(
    ("asked", "done"),
    [(Point(-50, -50), Point(2, 0)), (Point(5000, 400), Point(1279, 400)), (Point(1279, 799), Point(1277, 799))],
)
def test_places_are_clamped_and_told(asked: Point, done: Point, control: DesktopControl) -> None:
    assert control.perform(Move(at_pt=asked)) == Move(at_pt=done)
    assert control.pointer_pt() == done


@pytest.mark.parametrize(
    "action",
    [Click(at_pt=PLACE), Drag(from_pt=Point(200, 200), to_pt=PLACE), Scroll(at_pt=PLACE, direction=Direction.UP)],
)
@pytest.mark.usefixtures("screen")
def test_our_own_windows_are_left_alone(action: Action, stop: StopSwitch, recorder: Recorder) -> None:
    control = open_control(stop, is_blocked=lambda point: point == PLACE)
    with pytest.raises(ControlError, match="Foveal's own window"):
        control.perform(action)
    control.close()
    assert buttons(recorder) == []


def test_a_stop_in_the_middle_of_a_text(recorder: Recorder, control: DesktopControl, stop: StopSwitch) -> None:
    timer = threading.Timer(0.3, stop.stop)
    timer.start()
    with pytest.raises(Cancelled):
        control.perform(TypeText(text="Grüße, 你好 " * 500))
    timer.join()
    assert stop.held == ()
    assert pressed_now() == []
    n_events = len(settled(recorder, "key_down"))
    assert 0 < n_events < 3000


@pytest.mark.parametrize(
    "action", [Drag(from_pt=PLACE, to_pt=Point(700, 500)), PressKeys(keys=("ctrl", "a"), hold_s=60.0)]
)
def test_a_stop_releases_what_is_pressed(action: Action, control: DesktopControl, stop: StopSwitch) -> None:
    thread = when_held(stop, stop.stop)
    with pytest.raises(Cancelled):
        control.perform(action)
    thread.join()
    assert pressed_now() == []
    assert stop.held == ()


def when_held(stop: StopSwitch, pull: Callable[[], None]) -> threading.Thread:
    def wait_and_pull() -> None:
        wait_until(lambda: stop.held)
        pull()

    thread = threading.Thread(target=wait_and_pull)
    thread.start()
    return thread


def test_a_drag_ends_when_the_person_takes_the_mouse(control: DesktopControl, stop: StopSwitch) -> None:
    thread = when_held(stop, stop.pause)
    with pytest.raises(ControlError, match="you took the mouse"):
        control.perform(Drag(from_pt=PLACE, to_pt=Point(700, 500)))
    thread.join()
    assert pressed_now() == []


def test_a_held_key_is_finished_when_a_pause_begins(control: DesktopControl, stop: StopSwitch) -> None:
    thread = when_held(stop, stop.pause)
    control.perform(PressKeys(keys=("left",), hold_s=0.2))
    thread.join()
    assert pressed_now() == []


def test_nothing_is_sent_after_a_stop(recorder: Recorder, control: DesktopControl, stop: StopSwitch) -> None:
    stop.stop()
    for action in (Click(at_pt=PLACE), PressKeys(keys=("a",)), TypeText(text="a"), Move(at_pt=PLACE)):
        with pytest.raises(Cancelled):
            control.perform(action)
    assert settled(recorder, "key_down", "button_down", "motion") == []


def test_the_corner_is_a_stop_for_pyautogui_too(control: DesktopControl) -> None:
    control.perform(Move(at_pt=PLACE))
    xdotool("mousemove", "0", "0")
    with pytest.raises(Cancelled):
        control.perform(Click(at_pt=PLACE))


def test_a_pointer_left_in_a_corner_before_the_run_is_no_stop(recorder: Recorder, control: DesktopControl) -> None:
    xdotool("mousemove", "1279", "799")
    control.perform(PressKeys(keys=("enter",)))
    wait_until(lambda: recorder.of("key_up"))


@pytest.mark.parametrize(
    "action",
    [
        Move(at_pt=PLACE),
        Click(at_pt=PLACE, count=2),
        Drag(from_pt=PLACE, to_pt=Point(600, 450)),
        Scroll(at_pt=PLACE, direction=Direction.UP),
        PressKeys(keys=("b",)),
        TypeText(text="b"),
    ],
)
def test_while_paused_nothing_is_sent_and_nobody_waits(
    action: Action, recorder: Recorder, control: DesktopControl, stop: StopSwitch
) -> None:
    stop.pause()
    with pytest.raises(Paused) as paused:
        control.perform(action)
    assert (paused.value.done, paused.value.rest) == (None, action)
    assert settled(recorder, "key_down", "button_down") == []
    stop.resume()
    control.perform(paused.value.rest)


def test_a_pause_in_the_middle_of_a_text_tells_what_is_left(
    recorder: Recorder, control: DesktopControl, stop: StopSwitch
) -> None:
    text = "Grüße, 你好 " * 40
    thread = when_typed(recorder, stop.pause)
    with pytest.raises(Paused) as paused:
        control.perform(TypeText(text=text))
    thread.join()
    done, rest = paused.value.done, paused.value.rest
    assert isinstance(done, TypeText)
    assert isinstance(rest, TypeText)
    assert done.text + rest.text == text
    stop.resume()
    control.perform(rest)
    wait_until(lambda: sum(event["keysym"] == ord("e") for event in recorder.of("key_down")) == 40)


def when_typed(recorder: Recorder, pull: Callable[[], None]) -> threading.Thread:
    def wait_and_pull() -> None:
        wait_until(lambda: recorder.of("key_down"))
        pull()

    thread = threading.Thread(target=wait_and_pull)
    thread.start()
    return thread


def test_a_double_click_that_was_begun_is_not_finished_elsewhere(control: DesktopControl, stop: StopSwitch) -> None:
    thread = when_held(stop, stop.pause)
    with pytest.raises(ControlError, match="you took the mouse"):
        control.perform(Click(at_pt=PLACE, count=2))
    thread.join()
    assert pressed_now() == []


def test_a_modifier_held_by_the_person_is_not_typed_over(recorder: Recorder, control: DesktopControl) -> None:
    xdotool("keydown", "ctrl")
    try:
        with pytest.raises(ControlError, match="held down"):
            control.perform(TypeText(text="a"))
    finally:
        xdotool("keyup", "ctrl")
    assert [event["keysym"] for event in settled(recorder, "key_down")] == [0xFFE3]


@pytest.mark.parametrize("text", ["a\x1b", "\x00", "\ud800"])
def test_what_no_keyboard_has_is_refused(text: str, control: DesktopControl) -> None:
    with pytest.raises(ControlError, match="control character"):
        control.perform(TypeText(text=text))


def test_an_unknown_key_is_refused(control: DesktopControl) -> None:
    with pytest.raises(ControlError, match="no key called"):
        control.perform(PressKeys(keys=("ctrl", "entre")))


def test_the_keyboard_mapping_is_put_back(screen: VirtualScreen, control: DesktopControl) -> None:
    def mapping() -> str:
        return subprocess.run(["xmodmap", "-pke"], env=screen.env, check=True, capture_output=True, text=True).stdout

    before = mapping()
    control.perform(TypeText(text="你好, 🙂"))
    control.perform(PressKeys(keys=("ctrl", "ü")))
    assert mapping() == before


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, stop: StopSwitch) -> None:
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(ControlError) as error:
        open_control(stop)
    assert error.value.hint


def test_an_unknown_backend_is_refused(monkeypatch: pytest.MonkeyPatch, stop: StopSwitch) -> None:
    monkeypatch.setenv("FOVEAL_CONTROL", "telepathy")
    with pytest.raises(ControlError, match="telepathy"):
        open_control(stop)


def test_it_works_where_tkinter_is_missing(screen: VirtualScreen) -> None:
    """Pyautogui's helper mouseinfo ends the process then."""
    script = """
import multiprocessing, sys
sys.modules["tkinter"] = sys.modules["Tkinter"] = None
from agent.cancel import StopSwitch
from agent.control import open_control
from agent.geometry import Point
from agent.types import Move
control = open_control(StopSwitch(multiprocessing.get_context("spawn")))
print(control.perform(Move(at_pt=Point(321, 123))).at_pt)
control.close()
"""
    done = subprocess.run([sys.executable, "-c", script], env=screen.env, capture_output=True, text=True, check=False)
    assert "x=321, y=123" in done.stdout, done.stderr

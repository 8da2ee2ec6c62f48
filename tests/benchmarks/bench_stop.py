"""From the stop key to the last event that the server is given.

The stop key is pressed by another X client; the order and times of events, the stop key included, are the server's.
"""

import contextlib
import threading
import time
from collections.abc import Iterator

import Xlib.display
from Xlib import X
from Xlib.ext import xtest

from agent.cancel import StopSwitch
from agent.control import open_control
from agent.errors import Cancelled
from agent.geometry import Point
from agent.guard import DEFAULT_HOTKEYS, Guard, HotkeyName
from agent.types import Action, Drag, PressKeys, TypeText
from tests.benchmarks._measure import Benchmark, from_values
from tests.fakes.acting import Recorder, acting_on_screen, new_stop, pressed_now, settled, wait_until

_N_RUNS = 8
_BUDGET_MS = 50
_OURS = ("key_down", "key_up", "button_down", "button_up", "motion")
# Without modifiers: typing waits by itself as soon as somebody holds Ctrl, which would hide what is measured.
_STOP_KEY, _STOP_KEYSYM = "f9", 0xFFC6
_CASES: dict[str, list[Action]] = {
    "typing": [TypeText(text="a quick brown fog " * 500)],
    "typing other scripts": [TypeText(text="你好, 🙂 Ελλάδα " * 200)],
    "dragging": [Drag(from_pt=Point(200, 200), to_pt=Point(900, 600))] * 20,
    "holding a key": [PressKeys(keys=("left",), hold_s=20.0)],
}


def run() -> Iterator[Benchmark]:
    """One row per thing that is stopped."""
    with acting_on_screen() as screen:
        window = Recorder(screen)
        recorder = Recorder(screen, "server_record.py")
        stop = new_stop()
        guard = Guard(stop, {**DEFAULT_HOTKEYS, HotkeyName.STOP: _STOP_KEY}, lambda message: None)
        guard.start(30.0)
        person = Xlib.display.Display()
        try:
            for name, actions in _CASES.items():
                delays_ms, n_left = [], 0
                for _ in range(_N_RUNS):
                    delays_ms.append(_one_run(stop, recorder, person, actions))
                    n_left += len(pressed_now())
                note = f"worst {max(delays_ms):.0f} ms, keys and buttons left down: {n_left}"
                yield from_values(f"stop key while {name}", delays_ms, budget=_BUDGET_MS, note=note)
        finally:
            person.close()
            guard.close()
            recorder.close()
            window.close()


def _one_run(stop: StopSwitch, recorder: Recorder, person: Xlib.display.Display, actions: list[Action]) -> float:
    """Milliseconds from the stop key to the last event of ours; 0 if none came after it."""
    stop.reset()
    n_before = len(recorder.of(*_OURS))
    thread = threading.Thread(target=_act, args=(stop, actions))
    thread.start()
    wait_until(lambda: len(recorder.of(*_OURS)) > n_before)
    time.sleep(0.1)
    code = person.keysym_to_keycode(_STOP_KEYSYM)
    for kind in (X.KeyPress, X.KeyRelease):
        xtest.fake_input(person, kind, code)
        person.sync()
        if kind == X.KeyPress:
            thread.join()
    events = settled(recorder, *_OURS)[n_before:]
    stop_keys = [event for event in events if event.get("keysym") == _STOP_KEYSYM]
    ours = [event for event in events if event not in stop_keys]
    return float(max(0, ours[-1]["server_ms"] - stop_keys[0]["server_ms"]))


def _act(stop: StopSwitch, actions: list[Action]) -> None:
    control = open_control(stop)
    with contextlib.suppress(Cancelled), stop.acting():
        for action in actions:
            control.perform(action)
    control.close()

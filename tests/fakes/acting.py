"""What tests of real input share: a virtual screen that this process acts on, and a window that records."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import Xlib.display

from agent.cancel import StopSwitch
from agent.virtual_screen import VirtualScreen, end_program

WAIT_S = 30.0


def wait_until(condition: Callable[[], Any], timeout_s: float = WAIT_S) -> Any:
    """The first true value of a condition."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.005)
    raise AssertionError(f"did not happen within {timeout_s} s")


@contextmanager
def acting_on_screen(width_px: int = 1280, height_px: int = 800) -> Iterator[VirtualScreen]:
    """A virtual screen whose environment is this process's own as long as it lasts."""
    with VirtualScreen(width_px, height_px) as screen:
        before = dict(os.environ)
        os.environ.update(screen.env)
        os.environ.pop("WAYLAND_DISPLAY", None)
        try:
            yield screen
        finally:
            os.environ.clear()
            os.environ.update(before)


def new_stop() -> StopSwitch:
    return StopSwitch(multiprocessing.get_context("spawn"))


def xdotool(*arguments: str) -> str:
    """Play the person."""
    return subprocess.run(["xdotool", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def pressed_now() -> list[int]:
    """Keycodes (positive) and mouse buttons (negative) that the server holds for pressed."""
    display = Xlib.display.Display()
    try:
        keys = [
            8 * index + bit for index, byte in enumerate(display.query_keymap()) for bit in range(8) if byte >> bit & 1
        ]
        mask = display.screen().root.query_pointer().mask
        return keys + [-button for button in range(1, 6) if mask >> (7 + button) & 1]
    finally:
        display.close()


class Recorder:
    """A program that writes input events down: a window what arrives in it, or the server's own record."""

    def __init__(self, screen: VirtualScreen, script_name: str = "recorder_window.py") -> None:
        self._path = screen.home / f"recorder-{time.monotonic_ns()}.jsonl"
        script = Path(__file__).with_name(script_name)
        self._program = screen.start(sys.executable, str(script), str(self._path))
        wait_until(lambda: self.of("ready"))

    def events(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        lines = self._path.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def of(self, *names: str) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["event"] in names]

    def close(self) -> None:
        end_program(self._program)


def settled(recorder: Recorder, *names: str) -> list[dict[str, Any]]:
    """The events once no more have come for a while."""
    seen: list[dict[str, Any]] = []
    last_change_s = time.monotonic()
    while time.monotonic() - last_change_s < 0.25:
        now = recorder.of(*names)
        if len(now) != len(seen):
            seen, last_change_s = now, time.monotonic()
        time.sleep(0.01)
    return seen

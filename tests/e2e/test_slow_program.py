"""A program that is slow to draw: the run waits for what it asked for, and nothing else is clicked meanwhile."""

import json
import signal
import time
from collections.abc import Iterator

import pytest

from agent.virtual_screen import VirtualScreen, end_program
from tests.e2e._foveal import Foveal, runs_folder
from tests.e2e._programs import RunningProgram, start
from tests.e2e._windows import wait_until

pytestmark = pytest.mark.e2e

_SLOWNESS_S = 1.0


@pytest.fixture
def editor() -> Iterator[RunningProgram]:
    with VirtualScreen(1280, 800) as screen:
        program = start(screen, "l3afpad")
        yield program
        end_program(program.process)


def n_clicks(screen: VirtualScreen) -> int:
    """How many clicks the run has sent so far."""
    lines = [line for log in runs_folder(screen).glob("*/run.jsonl") for line in log.read_text().splitlines()]
    sent = [record["data"]["action"] for record in map(json.loads, lines) if record["event"] == "action_sent"]
    return sum(action["kind"] == "Click" for action in sent)


def test_a_menu_that_opens_late_is_waited_for(editor: RunningProgram) -> None:
    editor.process.send_signal(signal.SIGSTOP)
    foveal = Foveal(editor.screen, "do", "--yes", "click Help, click About")
    wait_until(lambda: n_clicks(editor.screen) == 1, "Help is clicked")
    time.sleep(_SLOWNESS_S)  # this is the slowness itself
    assert n_clicks(editor.screen) == 1, "what cannot be there yet is not clicked"
    editor.process.send_signal(signal.SIGCONT)
    assert foveal.wait() == 0, foveal.said
    wait_until(lambda: any("About" in title for title in editor.titles), "the dialog is open")
    assert n_clicks(editor.screen) == 2
    foveal.close()

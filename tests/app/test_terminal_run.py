"""A command in the terminal, on a real screen with the real guard; xdotool plays the person."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.loop_config import LoopConfig
from agent.types import RunStatus
from agent.virtual_screen import VirtualScreen
from app.settings import Settings
from app.terminal_run import run_in_terminal
from tests.fakes.acting import acting_on_screen, wait_until, xdotool

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with acting_on_screen() as screen:
        yield screen


def test_a_run_goes_on_once_the_mouse_has_been_left_alone(
    screen: VirtualScreen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a person who moves the mouse during a run, WHEN they let go of it, THEN the run waits and goes on."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    screen.start("xterm", "-geometry", "80x24+100+100")
    xdotool("search", "--sync", "--onlyvisible", "--class", "xterm", "windowactivate", "--sync")
    out = io.StringIO()

    def play_the_person() -> None:
        wait_until(lambda: "2. Wait" in out.getvalue())
        xdotool("mousemove", "700", "500")
        wait_until(lambda: "paused" in out.getvalue())
        xdotool("mousemove", "720", "520")

    person = threading.Thread(target=play_the_person)
    person.start()
    result = run_in_terminal(
        "scroll down; wait 1 second",
        settings=Settings(),
        config=LoopConfig(is_confirming=False, countdown_s=None, is_dry=False),
        is_text_recorded=False,
        out=out,
    )
    person.join()
    assert result.status is RunStatus.DONE
    lines = [line.strip() for line in out.getvalue().splitlines()]
    assert [line for line in lines if line in ("going on",) or line.startswith("paused")][-1] == "going on"

"""The commands work where every connection beyond this machine is denied, and none is even tried."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.virtual_screen import VirtualScreen, end_program
from tests.e2e._foveal import Foveal, open_bar
from tests.e2e._programs import start
from tests.e2e._windows import run, wait_until
from tests.e2e.runner import foveal_env

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(1280, 800) as running:
        program = start(running, "l3afpad")
        yield running
        end_program(program.process)


@pytest.fixture
def denied(tmp_path: Path) -> Path:
    """Where attempts are written down."""
    return tmp_path / "denied.txt"


def test_attempts_are_written_down(screen: VirtualScreen, denied: Path) -> None:
    code = "import socket, contextlib\nwith contextlib.suppress(OSError): socket.create_connection(('192.0.2.1', 9))"
    program = screen.start(sys.executable, "-c", code, env=foveal_env(screen) | {"FOVEAL_DENIED": str(denied)})
    program.wait(30)
    assert "192.0.2.1" in denied.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("ground", "screen", "File", "--json"),
        ("parse", "screen", "--json"),
        ("do", "--dry-run", "--json", "click File, click Save As…"),
        ("doctor", "--json", "--no-input"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_needs_no_network(screen: VirtualScreen, denied: Path, arguments: tuple[str, ...]) -> None:
    foveal = Foveal(screen, *arguments, FOVEAL_DENIED=str(denied))
    assert foveal.wait() == 0, foveal.said
    assert not denied.exists()


def test_ground_on_the_screen_tells_how_long_each_part_took(screen: VirtualScreen) -> None:
    foveal = Foveal(screen, "ground", "screen", "File", "--json")
    assert foveal.wait() == 0, foveal.said
    answer = json.loads(foveal.said)
    assert answer["image"] == {"width": 1280, "height": 800}
    timings = answer["timings_ms"]
    assert set(timings) == {"capture", "encode", "score", "point", "total"}
    assert timings["capture"] > 0
    assert timings["total"] >= timings["capture"]


@pytest.mark.parametrize(
    "arguments", [("ground", "screen", "File"), ("parse", "screen"), ("do", "--yes", "click File")]
)
def test_a_monitor_that_is_not_there(screen: VirtualScreen, arguments: tuple[str, ...]) -> None:
    foveal = Foveal(screen, *arguments, "--monitor", "7")
    assert foveal.wait() == 2, foveal.said
    assert foveal.said == "foveal: There is no monitor 7.\n  The monitors here are: 0.\n"


def test_the_tray_program_needs_no_network(screen: VirtualScreen, denied: Path) -> None:
    foveal = Foveal(screen, FOVEAL_DENIED=str(denied))
    try:
        open_bar(screen)
        run(screen, "xdotool", "type", "--delay", "20", "click File")
        run(screen, "xdotool", "key", "Escape")
        wait_until(lambda: "Foveal" not in run(screen, "xdotool", "getwindowfocus", "getwindowname"), "the bar closes")
    finally:
        foveal.close()
    assert foveal.process.returncode == 0, foveal.said
    assert foveal.said == ""
    assert not denied.exists()

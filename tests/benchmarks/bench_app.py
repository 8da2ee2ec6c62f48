"""The tray program at 1920x1080: starting, opening its bar, doing nothing."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from agent.virtual_screen import Program, VirtualScreen, end_program
from tests.benchmarks._measure import Benchmark, Unit, from_values
from tests.fakes.acting import wait_until

_ROOT = Path(__file__).parents[2]
_N_STARTS = 5
_N_OPENINGS = 9
_IDLE_S = 10.0
_QUIET_S = 1.0
_PROGRAM = "from app.application import run_tray; raise SystemExit(run_tray())"
# A process of its own, as a desktop's shortcut would start; it times from the word until the bar has the keyboard.
_TRIGGER = """
import time
from app.single_instance import Word, send_word
import Xlib.display
server = Xlib.display.Display()
def has_bar():
    active = server.screen().root.get_full_property(server.get_atom("_NET_ACTIVE_WINDOW"), 0)
    if active is None or not active.value or not active.value[0]:
        return False
    name = server.create_resource_object("window", active.value[0]).get_wm_name()
    return bool(name) and "Command bar" in str(name)
start_s = time.perf_counter()
assert send_word(Word.COMMAND)
while not has_bar():
    time.sleep(0.001)
print((time.perf_counter() - start_s) * 1e3)
assert send_word(Word.COMMAND)
while has_bar():
    time.sleep(0.001)
"""


def run() -> Iterator[Benchmark]:
    """The real program on a virtual screen."""
    with VirtualScreen(1920, 1080) as screen:
        env = screen.env | {"PYTHONPATH": str(_ROOT)}
        starts_ms = []
        for n in range(_N_STARTS):
            program, took_ms = _start(screen, env)
            starts_ms.append(took_ms)
            if n < _N_STARTS - 1:
                end_program(program)
        yield from_values("tray start, until it answers", starts_ms, budget=1500)
        openings_ms = [float(_python(env, _TRIGGER)) for _ in range(_N_OPENINGS)]
        yield from_values("hotkey to bar, until it has the keyboard", openings_ms, budget=100)
        wait_until(lambda: _is_quiet(program.pid))
        before_s = _cpu_s(program.pid)
        time.sleep(_IDLE_S)
        percent = 100 * (_cpu_s(program.pid) - before_s) / _IDLE_S
        yield from_values("idle, share of one core", [percent], unit=Unit.PERCENT, budget=0.5, note=f"{_IDLE_S:.0f} s")
        memory = [_memory_mb(pid) for pid in _family(program.pid)]
        note = f"{len(memory)} processes, the model loaded: " + " + ".join(f"{part:.0f}" for part in memory)
        yield from_values("idle, memory", [sum(memory)], unit=Unit.MEGABYTES, budget=300, note=note)


def _start(screen: VirtualScreen, env: dict[str, str]) -> tuple[Program, float]:
    start_s = time.perf_counter()
    program = screen.start(sys.executable, "-c", _PROGRAM, env=env)
    wait_until(lambda: _is_answering(Path(env["XDG_RUNTIME_DIR"])))
    return program, (time.perf_counter() - start_s) * 1e3


def _is_answering(folder: Path) -> bool:
    """Whether the event loop of the program answers a word."""
    for path in folder.glob("foveal-*"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"stop\n")
            return client.recv(8) == b"ok\n"
    return False


def _python(env: dict[str, str], code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


def _is_quiet(pid: int) -> bool:
    """Whether the program has ended what the last opening of the bar set off."""
    before_s = _cpu_s(pid)
    time.sleep(_QUIET_S)
    return _cpu_s(pid) - before_s < 0.02 * _QUIET_S


def _family(pid: int) -> list[int]:
    """A program and everything it started, in whichever thread."""
    family = [pid]
    for member in family:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            family += [int(child) for child in children.read_text().split()]
    return family


def _cpu_s(pid: int) -> float:
    """CPU seconds so far of a program and everything it started."""
    ticks = 0
    for member in _family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    """Proportional set size: pages shared with others count in part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("the system does not tell the memory of a process")

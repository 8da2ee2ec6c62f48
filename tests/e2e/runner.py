"""Runs the end-to-end commands through the real program, two at a time, each on a screen of its own.

``python -m tests.e2e.runner [WORD…]`` runs those whose program or command contains one of the words, and prints a
table; the run logs of what failed, with their pictures, and ``results.json`` go to out/e2e.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.virtual_screen import VirtualScreen
from tests.e2e._page import page_server
from tests.e2e._programs import RunningProgram, start
from tests.e2e.commands import COMMANDS, E2eCommand

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "e2e"
N_AT_ONCE = 2
_RUN_LIMIT_S = 120.0
_CHECK_LIMIT_S = 12.0
_POLL_S = 0.2
_DENY_NETWORK = ROOT / "tests" / "deny_network"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What came of a command.

    Attributes:
        command: what was run.
        is_effective: whether the effect is there.
        exit_status: of ``foveal do``; None if it did not come to an end, or the program did not start.
        output: what it printed, or what kept it from starting.
        seconds: how long it took.
    """

    command: E2eCommand
    is_effective: bool
    exit_status: int | None
    output: str
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the effect is there and the program says so."""
        return self.is_effective and self.exit_status == 0

    def line(self) -> str:
        """One line for people."""
        width, height = self.command.size_px
        said = " / ".join(self.command.command.splitlines())
        mark = "ok  " if self.is_good else "FAIL"
        effect = "effect" if self.is_effective else "none  "
        where = f"{self.command.program:13} {width}x{height}"
        return f"{mark} {effect} exit {self.exit_status} {self.seconds:5.1f} s  {where}  {said}"

    def to_json(self) -> dict[str, Any]:
        """For ``results.json``."""
        return {
            "program": self.command.program,
            "size_px": list(self.command.size_px),
            "n_monitors": max(1, len(self.command.monitors)),
            "command": self.command.command,
            "is_effective": self.is_effective,
            "exit_status": self.exit_status,
            "seconds": round(self.seconds, 2),
            "output": "" if self.is_good else self.output,
        }


def foveal_env(screen: VirtualScreen) -> dict[str, str]:
    """The environment of Foveal on a screen: run from these sources, and without the network."""
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    paths = dict.fromkeys([str(ROOT), str(_DENY_NETWORK), *inherited])
    return screen.env | {"PYTHONPATH": os.pathsep.join(paths)}


def foveal(*arguments: str) -> list[str]:
    """The command line of Foveal as started from these sources."""
    return [sys.executable, "-m", "app", *arguments]


def run_command(command: E2eCommand, out: Path) -> CommandResult:
    """Start the program, run ``foveal do --yes``, and check the effect."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        try:
            # xfwm4 keeps windows on the monitors that have an output of their own, and Xvfb has just one.
            manager = "openbox" if command.monitors else "xfwm4"
            screen = stack.enter_context(
                VirtualScreen(*command.size_px, monitors=command.monitors, window_manager=manager)
            )
            program = _start(command, screen, stack)
        except AssertionError as error:
            return _result(command, False, None, f"{command.program} did not start: {error}", began)
        began = time.monotonic()
        try:
            done = subprocess.run(
                foveal("do", "--yes", command.command),
                env=foveal_env(screen),
                capture_output=True,
                text=True,
                check=False,
                timeout=_RUN_LIMIT_S,
            )
        except subprocess.TimeoutExpired as error:
            _keep(screen, out)
            return _result(command, False, None, str(error), began)
        output, seconds_until = done.stdout + done.stderr, time.monotonic()
        result = _result(command, _is_effective(command, program), done.returncode, output, began, seconds_until)
        if not result.is_good:
            _keep(screen, out)
    return result


def run_commands(commands: Sequence[E2eCommand], out: Path) -> Iterator[CommandResult]:
    """Run commands and yield the results in their order; what failed leaves its run log, with pictures, in ``out``."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    results = []
    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        folders = (out / f"{number:02}-{command.program}" for number, command in enumerate(commands, start=1))
        for result in pool.map(run_command, commands, folders):
            results.append(result)
            yield result
    text = json.dumps([result.to_json() for result in results], ensure_ascii=False, indent=1)
    (out / "results.json").write_text(text, encoding="utf-8")


def _start(command: E2eCommand, screen: VirtualScreen, stack: contextlib.ExitStack) -> RunningProgram:
    page = stack.enter_context(page_server()) if command.program == "chromium" else None
    arguments: tuple[str, ...] = ()
    if command.opened is not None:
        name, text = command.opened
        (screen.home / name).write_text(text)
        arguments = (name,)
    monitor = command.monitors[-1] if command.monitors else None
    return start(screen, command.program, arguments=arguments, page=page, monitor=monitor)


def _result(
    command: E2eCommand,
    is_effective: bool,
    exit_status: int | None,
    output: str,
    began: float,
    ended: float | None = None,
) -> CommandResult:
    seconds = (time.monotonic() if ended is None else ended) - began
    return CommandResult(
        command=command, is_effective=is_effective, exit_status=exit_status, output=output, seconds=seconds
    )


def _is_effective(command: E2eCommand, program: RunningProgram) -> bool:
    deadline = time.monotonic() + _CHECK_LIMIT_S
    while time.monotonic() < deadline:
        # While a dialog is in front, a document cannot be copied: not yet, or never.
        with contextlib.suppress(AssertionError):
            if command.check(program):
                return True
        time.sleep(_POLL_S)
    return False


def _keep(screen: VirtualScreen, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    runs = screen.home / ".local" / "state" / "foveal" / "runs"
    if runs.is_dir():
        shutil.copytree(runs, out / "runs", dirs_exist_ok=True)


def main() -> int:
    """Run the chosen commands; the exit status tells whether all had their effect."""
    words = sys.argv[1:]
    chosen = [c for c in COMMANDS if not words or any(word in f"{c.program} {c.command}" for word in words)]
    began, n_good = time.monotonic(), 0
    for result in run_commands(chosen, OUT):
        n_good += result.is_good
        print(result.line(), flush=True)
        if not result.is_good:
            print(result.output, flush=True)
    print(f"{n_good} of {len(chosen)} commands had their effect and exit status 0, in {time.monotonic() - began:.0f} s")
    return 0 if n_good == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())

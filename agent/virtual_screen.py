"""A screen that nobody sees: Xvfb, a window manager, a session bus and a home of its own.

The demonstration and the end-to-end tests run real programs on it.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from agent.errors import WindowError
from agent.geometry import Rect

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 3.0


class VirtualScreen:
    """Runs from ``__enter__`` to ``__exit__``; ``env`` is what programs on it need.

    Args:
        width_px, height_px: size of the whole screen.
        window_manager: "xfwm4" (blends translucent windows) or "openbox" (does not).
        monitors: bounds of the monitors that the screen is divided into, as programs see them, the primary one first;
            none makes one of the whole screen.
        home: home folder for the programs; None makes an empty one that goes away afterwards.

    Raises:
        agent.errors.WindowError: a program that is needed is missing or does not start.
    """

    def __init__(
        self,
        width_px: int = 1280,
        height_px: int = 800,
        *,
        window_manager: str = "xfwm4",
        monitors: tuple[Rect, ...] = (),
        home: Path | None = None,
    ) -> None:
        self.width_px = width_px
        self.height_px = height_px
        self.env: dict[str, str] = {}
        self._window_manager = window_manager
        self._monitors = monitors
        self._home = home
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._scratch = tempfile.TemporaryDirectory(prefix="foveal-screen-")
        scratch = Path(self._scratch.name)
        home = self._home or scratch / "home"
        runtime = scratch / "runtime"
        home.mkdir(parents=True, exist_ok=True)
        runtime.mkdir(mode=0o700)
        try:
            display = self._start_server()
            self.env = _environment(display, home, runtime)
            self._divide()
            self.env["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
            self._start_window_manager()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def home(self) -> Path:
        """Home folder of the programs."""
        return Path(self.env["HOME"])

    def start(self, *command: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> "Program":
        """Start a program on the screen; it is ended with the screen. Its output goes to a file in its home."""
        with (self.home / f"{Path(command[0]).name}.log").open("ab") as log:
            return self._spawn(*command, env=self.env | dict(env or {}), output=log, cwd=cwd or self.home)

    def _spawn(
        self,
        *command: str,
        env: Mapping[str, str] | None = None,
        output: IO[bytes] | int = subprocess.DEVNULL,
        cwd: Path | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> "Program":
        if shutil.which(command[0]) is None:
            raise WindowError(
                f'The program "{command[0]}" is not installed.',
                hint="`make run` and `make test` install what they need; run one of them first.",
            )
        process = subprocess.Popen(  # noqa: S603 - a fixed argument list, no shell
            command,
            env=env if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def _start_server(self) -> str:
        read_fd, write_fd = os.pipe()
        size = f"{self.width_px}x{self.height_px}x24"
        # The server picks a free display number itself and writes it once it takes connections.
        self._spawn(
            *("Xvfb", "-displayfd", str(write_fd), "-screen", "0", size, "-dpi", "96", "-nolisten", "tcp", "-noreset"),
            pass_fds=(write_fd,),
        )
        os.close(write_fd)
        with os.fdopen(read_fd) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise WindowError("The virtual screen did not start.", hint="Is the package xvfb installed?")
        return f":{number}"

    def _divide(self) -> None:
        """Name the monitors to RandR, before any program asks; the server's only output goes to the first one."""
        for idx, bounds in enumerate(self._monitors):
            name, output = ("*monitor-0", "screen") if idx == 0 else (f"monitor-{idx}", "none")
            # Millimetres for 96 dpi.
            width_mm, height_mm = round(bounds.width / 96 * 25.4), round(bounds.height / 96 * 25.4)
            geometry = (
                f"{bounds.width:.0f}/{width_mm}x{bounds.height:.0f}/{height_mm}+{bounds.left:.0f}+{bounds.top:.0f}"
            )
            done = self._spawn("xrandr", "--setmonitor", name, geometry, output, env=self.env)
            if done.wait(_START_TIMEOUT_S) != 0:
                raise WindowError(f"The virtual screen could not be divided into monitors: {geometry} was refused.")

    def _start_bus(self) -> str:
        read_fd, write_fd = os.pipe()
        self._spawn(
            *("dbus-daemon", "--session", "--nofork", f"--print-address={write_fd}"),
            env=self.env,
            pass_fds=(write_fd,),
        )
        os.close(write_fd)
        with os.fdopen(read_fd) as pipe:
            address = pipe.readline().strip()
        if not address:
            raise WindowError("The session bus did not start.", hint="Is the package dbus installed?")
        return address

    def _start_window_manager(self) -> None:
        options = {"xfwm4": ("--compositor=on", "--vblank=off"), "openbox": ()}[self._window_manager]
        self.start(self._window_manager, *options)
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._has_window_manager():
                return
            time.sleep(0.05)
        raise WindowError(f"The window manager {self._window_manager} did not start.")

    def _has_window_manager(self) -> bool:
        answer = subprocess.run(
            ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"],  # noqa: S607 - found on the path like every program here
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        return "window id" in answer.stdout

    def _stop(self) -> None:
        for process in reversed(self._processes):
            end_program(process)
        self._processes.clear()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None


Program = subprocess.Popen[bytes]


def end_program(process: Program) -> None:
    """End a program and the processes it started: ask, wait, then insist."""
    if process.poll() is None:
        _signal_group(process, 15)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_TIMEOUT_S)
    _signal_group(process, 9)
    process.wait()


def _signal_group(process: Program, signal_number: int) -> None:
    try:
        os.killpg(process.pid, signal_number)
    except ProcessLookupError:
        return


def _environment(display: str, home: Path, runtime: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV") if name in os.environ}
    kept.setdefault("LANG", "C.UTF-8")
    return kept | {
        "DISPLAY": display,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_SESSION_TYPE": "x11",
        "GDK_BACKEND": "x11",
        "QT_QPA_PLATFORM": "xcb",
        "NO_AT_BRIDGE": "1",
    }

"""The real program on a virtual screen, as a process that a test can wait for, stop and kill."""

import os
import signal
import subprocess
import time
from pathlib import Path

from agent.virtual_screen import VirtualScreen
from tests.e2e._windows import run, wait_until
from tests.e2e.runner import foveal, foveal_env


class Foveal:
    """A running ``foveal …``; what it says goes to a file in the home folder."""

    def __init__(self, screen: VirtualScreen, *arguments: str, **env: str) -> None:
        self.screen = screen
        self._log = screen.home / f"foveal-{time.monotonic_ns()}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                foveal(*arguments),
                env=foveal_env(screen) | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self._log.read_text(encoding="utf-8")

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """The exit status."""
        return self.process.wait(60)

    def close(self) -> None:
        """Make sure that nothing of it is left."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)


def ask(screen: VirtualScreen, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a short ``foveal …`` to its end."""
    return subprocess.run(
        foveal(*arguments), env=foveal_env(screen), capture_output=True, text=True, check=False, timeout=120
    )


def runs_folder(screen: VirtualScreen) -> Path:
    """Where runs are logged."""
    return screen.home / ".local" / "state" / "foveal" / "runs"


def open_bar(screen: VirtualScreen) -> None:
    """Open the command bar of the running tray program, as a desktop's own shortcut would."""
    wait_until(lambda: ask(screen, "trigger", "command").returncode == 0, "the tray program takes a word")
    wait_until(lambda: "Foveal" in run(screen, "xdotool", "getwindowfocus", "getwindowname"), "the bar has the focus")

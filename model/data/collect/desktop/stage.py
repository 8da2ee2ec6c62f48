"""A program on a virtual screen: started, worked by mouse and keys, its picture and its accessibility tree taken."""

import json
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from model.data.collect.desktop.windows import Node, Window, is_uncovered, mapped_windows

_WINDOW_TIMEOUT_S = 40.0
_STILL_TIMEOUT_S = 8.0
_TREE_TIMEOUT_S = 10.0
_POLL_S = 0.4
_ACCESSIBLE = {
    "NO_AT_BRIDGE": "0",
    "GTK_MODULES": "gail:atk-bridge",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    "QT_ACCESSIBILITY": "1",
}
_NOTES = "Shopping list\n\nMilk, bread and 12 eggs\nTwo bottles of water\n"


class Screen(Protocol):
    """A virtual screen with a window manager, a session bus and a home folder of its own."""

    width_px: int
    height_px: int
    env: dict[str, str]

    @property
    def home(self) -> Path:
        """Home folder of the programs on it."""

    def start(self, *command: str, env: Mapping[str, str] | None = None) -> Any:
        """Start a program that ends with the screen."""


class Stage:
    """A program on a virtual screen, with its accessibility tree on the bus.

    Args:
        screen: empty so far; some documents to open are put into its home.
        command: starts the program.
        env: variables of the program, for instance its theme.
    """

    def __init__(self, screen: Screen, command: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._screen = screen
        self._command = command
        self._theme = dict(env)
        self._env = screen.env | _ACCESSIBLE
        (screen.home / "notes.txt").write_text(_NOTES, encoding="utf-8")
        (screen.home / "notes").mkdir(exist_ok=True)
        notebook = "[Notebook]\nversion=0.4\nname=Notes\nhome=Home\n"
        (screen.home / "notes" / "notebook.zim").write_text(notebook, encoding="utf-8")
        screen.start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately", env=_ACCESSIBLE)
        for flag in ("IsEnabled", "ScreenReaderEnabled"):
            self._call(
                *("gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"),
                *("--method", "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", flag, "<true>"),
            )

    def start(self) -> None:
        """Start the program and wait until it shows a window that no longer changes."""
        self._screen.start(*self._command, env=_ACCESSIBLE | self._theme)
        deadline = time.monotonic() + _WINDOW_TIMEOUT_S
        while not self._call("wmctrl", "-l").strip() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        self.park()
        self.picture_when_still()

    def park(self) -> None:
        """Move the pointer out of the way of tooltips."""
        self._call("xdotool", "mousemove", str(self._screen.width_px - 1), str(self._screen.height_px - 1))

    def set_background(self, colour: str) -> None:
        """Give the screen behind the windows a colour, "#rrggbb"."""
        self._call("hsetroot", "-solid", colour)

    def maximise(self) -> None:
        """Let the active window fill the screen."""
        self._call("wmctrl", "-r", ":ACTIVE:", "-b", "add,maximized_vert,maximized_horz")
        self.picture_when_still()

    def key(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self._call("xdotool", "key", key)
            time.sleep(_POLL_S)

    def click(self, box: list[int]) -> None:
        """Click the middle of a box."""
        x, y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
        self._call("xdotool", "mousemove", str(x), str(y), "click", "1")

    def picture_when_still(self) -> bytes:
        """A PNG of the screen once two in a row are equal."""
        path = self._screen.home / "screen.png"
        deadline = time.monotonic() + _STILL_TIMEOUT_S
        before = b""
        while True:
            subprocess.run(  # noqa: S603 - a fixed argument list, no shell
                ["import", "-window", "root", str(path)],  # noqa: S607 - found on the path like every program here
                env=self._env,
                check=True,
            )
            now = path.read_bytes()
            if now == before or time.monotonic() > deadline:
                return now
            before = now
            time.sleep(_POLL_S)

    def tree(self) -> list[Node]:
        """The nodes that show, without those that another window covers."""
        windows = self.windows()
        return [node for node in self.whole_tree() if is_uncovered(node, windows)]

    def whole_tree(self) -> list[Node]:
        """The nodes that show according to the program, covered or not."""
        printed = self._call("/usr/bin/python3", str(Path(__file__).with_name("walk_tree.py")))
        nodes: list[Node] = json.loads(printed or "[]")
        return [node for node in nodes if node["box"]]

    def windows(self) -> list[Window]:
        """Mapped windows, topmost first."""
        return mapped_windows(self._env["DISPLAY"])

    def tree_when_there(self) -> list[Node]:
        """The tree, once the program has put it on the bus."""
        deadline = time.monotonic() + _TREE_TIMEOUT_S
        while True:
            nodes = self.tree()
            if len(nodes) > 3 or time.monotonic() > deadline:
                return nodes
            time.sleep(_POLL_S)

    def _call(self, *command: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - no shell
                command, env=self._env, capture_output=True, text=True, check=False, timeout=_TREE_TIMEOUT_S
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout

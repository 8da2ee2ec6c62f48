"""Pictures of real programs, each with what their accessibility trees say is where."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from Xlib import X
from Xlib.display import Display

from agent.virtual_screen import VirtualScreen
from tests.benchmarks.desktop.programs import Subject

_WINDOW_TIMEOUT_S = 40.0
_STILL_TIMEOUT_S = 8.0
_TREE_TIMEOUT_S = 10.0
_POLL_S = 0.4
_N_MENUS = 4
_DIALOGS = re.compile(
    r"^(?:preferences|options|settings|configure.*|properties|replace|find|find and replace|find & replace|about.*|"
    r"add.*|new.*account.*|page setup|search.*)$",
    re.IGNORECASE,
)
_N_DIALOGS = 3
_N_STARTS = 4
_ACCESSIBLE = {
    "NO_AT_BRIDGE": "0",
    "GTK_MODULES": "gail:atk-bridge",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    "QT_ACCESSIBILITY": "1",
}

Node = dict[str, Any]


class Stage:
    """A program on a virtual screen, with its accessibility tree on the bus."""

    def __init__(self, subject: Subject, screen: VirtualScreen) -> None:
        self._subject = subject
        self._screen = screen
        self._env = screen.env | _ACCESSIBLE
        (screen.home / "notes.txt").write_text("Shopping list\n\nMilk, bread and 12 eggs\nTwo bottles of water\n")
        (screen.home / "notes").mkdir(exist_ok=True)
        (screen.home / "notes" / "notebook.zim").write_text("[Notebook]\nversion=0.4\nname=Notes\nhome=Home\n")
        (screen.home / ".config" / "gtk-3.0").mkdir(parents=True, exist_ok=True)
        (screen.home / ".config" / "gtk-3.0" / "settings.ini").write_text("[Settings]\ngtk-enable-animations=0\n")
        screen.start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately", env=_ACCESSIBLE)
        for flag in ("IsEnabled", "ScreenReaderEnabled"):
            self._call(
                *("gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"),
                *("--method", "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", flag, "<true>"),
            )

    def start(self) -> None:
        """Start the program and wait until it shows a window that no longer changes."""
        self._screen.start(*self._subject.command, env=_ACCESSIBLE | dict(self._subject.env))
        deadline = time.monotonic() + _WINDOW_TIMEOUT_S
        while not self._call("wmctrl", "-l").strip() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        self.park()
        self.picture_when_still()

    def park(self) -> None:
        """Move the pointer out of the way of tooltips."""
        width, height = self._subject.size_px
        self._call("xdotool", "mousemove", str(width - 1), str(height - 1))

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
            subprocess.run(["import", "-window", "root", str(path)], env=self._env, check=True)
            now = path.read_bytes()
            if now == before or time.monotonic() > deadline:
                return now
            before = now
            time.sleep(_POLL_S)

    def tree(self) -> list[Node]:
        """The nodes that show, without those that another window covers."""
        printed = self._call("/usr/bin/python3", str(Path(__file__).with_name("walk_tree.py")))
        nodes: list[Node] = json.loads(printed or "[]")
        windows = _windows(self._env["DISPLAY"])
        return [node for node in nodes if node["box"] and _is_uncovered(node, windows)]

    def windows(self) -> list[dict[str, Any]]:
        """Mapped windows, topmost first."""
        return _windows(self._env["DISPLAY"])

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
            done = subprocess.run(
                command, env=self._env, capture_output=True, text=True, check=False, timeout=_TREE_TIMEOUT_S
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout


def collect(subject: Subject, folder: Path) -> int:
    """Save the states of one program as NAME-STATE.png and .json; returns how many there are."""
    # Qt puts itself on the accessibility bus in some starts only.
    return next((n for n in (_collect_once(subject, folder) for _ in range(_N_STARTS)) if n), 0)


def _collect_once(subject: Subject, folder: Path) -> int:
    width, height = subject.size_px
    n_states = 0
    with VirtualScreen(width, height, window_manager=subject.window_manager) as screen:
        stage = Stage(subject, screen)
        stage.start()
        if not stage.tree_when_there():
            return 0
        for name, picture, nodes in _states(stage):
            path = folder / f"{subject.name}-{name}"
            path.with_suffix(".png").write_bytes(picture)
            truth = {"program": subject.name, "part": subject.part, "size_px": [width, height]}
            truth |= {"nodes": nodes, "windows": stage.windows()}
            path.with_suffix(".json").write_text(json.dumps(truth))
            n_states += 1
    return n_states


def _states(stage: Stage) -> Iterator[tuple[str, bytes, list[Node]]]:
    """The program as it starts, its first menus, and a few dialogs that they open."""
    picture = stage.picture_when_still()
    first = stage.tree()
    yield "start", picture, first
    menus = [n for n in first if n["role"] in {"menu", "menu item"} and n["path"][-1:] == ["menu bar"] and n["name"]]
    dialogs: list[tuple[Node, str]] = []
    for number, menu in enumerate(menus[: _N_MENUS + 2]):
        stage.click(menu["box"])
        stage.park()
        picture = stage.picture_when_still()
        nodes = stage.tree()
        items = [n for n in nodes if "item" in n["role"] and n["name"] and n["path"][-1:] != ["menu bar"]]
        dialogs += [(menu, node["name"]) for node in items if _DIALOGS.match(node["name"].strip(" .…"))]
        if items and number < _N_MENUS:
            yield f"menu{number}", picture, nodes
        stage.key("Escape", "Escape")
    for number, (menu, name) in enumerate(dialogs[:_N_DIALOGS]):
        stage.click(menu["box"])
        stage.picture_when_still()
        entry = next((n for n in stage.tree() if n["name"] == name and "item" in n["role"]), None)
        if entry is None:
            stage.key("Escape", "Escape")
            continue
        stage.click(entry["box"])
        stage.park()
        picture = stage.picture_when_still()
        if len(stage.windows()) < 2:
            continue
        yield f"dialog{number}", picture, stage.tree()
        stage.key("Escape", "Escape")


def _windows(display_name: str) -> list[dict[str, Any]]:
    """Mapped children of the root, topmost first."""
    display = Display(display_name)
    try:
        found = []
        for window in reversed(display.screen().root.query_tree().children):
            attributes, shape = window.get_attributes(), window.get_geometry()
            if attributes.map_state != X.IsViewable or attributes.win_class != X.InputOutput or shape.width < 8:
                continue
            found.append({"box": [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height]})
        return found
    finally:
        display.close()


def _is_uncovered(node: Node, windows: list[dict[str, Any]]) -> bool:
    """Whether the window that is uppermost at a node's middle is its own."""
    x, y = (node["box"][0] + node["box"][2]) / 2, (node["box"][1] + node["box"][3]) / 2
    above = next((w for w in windows if w["box"][0] <= x < w["box"][2] and w["box"][1] <= y < w["box"][3]), None)
    if above is None:
        return False
    if not _is_within(node["box"], above["box"]):
        return False
    is_in_popup = bool({"menu", "popup menu", "combo box"} & set(node["path"])) or node["role"] == "tool tip"
    own = node["top_box"]
    is_own_frame = own is not None and _is_within(own, above["box"])
    if is_own_frame and _area(above["box"]) < 1.6 * _area(own):
        return True
    return is_in_popup and not any(_is_within(own, w["box"]) for w in [above] if own)


def _is_within(inner: list[int], outer: list[int], slack: int = 6) -> bool:
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def _area(box: list[int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])

"""Programs to act on: each starts on a virtual screen, without first-run dialogs, placed in view and drawn.

What makes them reliable, as root in a container, at 1280x800 to 2560x1440:
- all are moved and resized through the window manager, because their own default sizes are small or unsaved;
- the pointer is parked first, because tooltips of calculators cover neighbouring keys;
- speedcrunch shows its keypad only if its settings say so;
- xfe warns about running as root until its settings say not to;
- chromium needs --no-sandbox as root, and --test-type hides the warning bar that this causes;
- gnote takes its shortcuts a moment after it is drawn (until then, typing goes into its search field);
- gnote keeps one instance per session bus: the screen's own bus keeps it from talking to another one.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.geometry import Rect
from agent.virtual_screen import Program, VirtualScreen
from tests.e2e._page import PageServer
from tests.e2e._windows import (
    activate,
    clipboard,
    park_pointer,
    place,
    put_clipboard,
    send_keys,
    shown_windows,
    wait_until,
    wait_until_drawn,
)

_UNCHANGED = "(nothing was copied)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProgram:
    """A program on a virtual screen.

    Attributes:
        name: short name, a key of ``PROGRAMS``.
        screen: where it runs.
        process: the process that was started.
        window_id: its main window.
        page: the server of the page it shows; None unless it is the browser.
    """

    name: str
    screen: VirtualScreen
    process: Program
    window_id: int
    page: PageServer | None = None

    @property
    def home(self) -> Path:
        """Where its files are."""
        return self.screen.home

    @property
    def is_open(self) -> bool:
        """Whether the main window is still there."""
        return any(window.window_id == self.window_id for window in shown_windows(self.screen))

    @property
    def title(self) -> str:
        """Title of the main window; "" if it has gone."""
        return next((w.title for w in shown_windows(self.screen) if w.window_id == self.window_id), "")

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of all windows on the screen."""
        return tuple(window.title for window in shown_windows(self.screen))

    @property
    def page_state(self) -> dict[str, Any]:
        """What the page last told of itself: values of its fields, and what happened to it."""
        return {} if self.page is None else self.page.state

    def file_text(self, name: str) -> str | None:
        """A file in the home folder; None while it is not there."""
        path = self.home / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def copied_with(self, *combinations: str) -> str:
        """What key combinations in the main window copy; changes the selection, so ask last."""
        put_clipboard(self.screen, _UNCHANGED)
        activate(self.screen, self.window_id)
        send_keys(self.screen, *combinations)
        wait_until(lambda: clipboard(self.screen) != _UNCHANGED, f"{self.name} copies something", 10)
        return clipboard(self.screen)

    def document_text(self) -> str:
        """Text of an editor's document, by selecting and copying it; one line break at the end does not count."""
        return self.copied_with("ctrl+a", "ctrl+c").removesuffix("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recipe:
    """How a program is started: its command, the title of its main window, and what it finds in its home."""

    command: tuple[str, ...]
    title: str
    prepare: Callable[[Path], None] = lambda _home: None
    width_px: int = 900
    height_px: int = 600


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _prepare_speedcrunch(home: Path) -> None:
    _write(
        home / ".config/SpeedCrunch/SpeedCrunch.ini",
        "[General]\nConfigVersion=1200\n\n[SpeedCrunch]\nLayout\\KeypadVisible=true\nGeneral\\SessionSave=false\n",
    )


def _prepare_xfe(home: Path) -> None:
    options = ("root_warn=0", "root_mode=0", "confirm_delete=1", "use_trash_can=0", "panel_view=1")
    _write(home / ".config/xfe/xferc", "\n".join(("[OPTIONS]", *options, "")))
    _write(home / "Documents/notes.txt", "first line\nsecond line\n")
    _write(home / "Documents/report.txt", "a report\n")
    _write(home / "Music/song.txt", "la la la\n")


def _prepare_chromium(home: Path) -> None:
    preferences = {"browser": {"check_default_browser": False}, "credentials_enable_service": False}
    _write(home / "browser/Default/Preferences", json.dumps(preferences))
    _write(home / "browser/First Run", "")


_CHROMIUM = (
    *("chromium", "--no-sandbox", "--test-type", "--no-first-run", "--no-default-browser-check", "--disable-gpu"),
    *("--disable-dev-shm-usage", "--password-store=basic", "--disable-sync", "--disable-background-networking"),
    *("--disable-component-update", "--disable-extensions", "--disable-session-crashed-bubble", "--lang=en-US"),
    *("--disable-features=Translate,MediaRouter,OptimizationHints", "--force-device-scale-factor=1", "--new-window"),
)
_RECIPES = {
    "l3afpad": _Recipe(command=("l3afpad",), title=r"\(Untitled\)"),
    "juffed": _Recipe(command=("juffed",), title=r"JuffEd$"),
    "speedcrunch": _Recipe(
        command=("speedcrunch",), title=r"^SpeedCrunch$", prepare=_prepare_speedcrunch, width_px=640
    ),
    "qalculate-gtk": _Recipe(command=("qalculate-gtk",), title=r"^Qalculate!$"),
    "xfe": _Recipe(command=("xfe",), title=r"^Xfe\b", prepare=_prepare_xfe),
    "gnote": _Recipe(command=("gnote",), title=r"^Gnote$", width_px=700),
    "chromium": _Recipe(
        command=_CHROMIUM, title=r"^Order form", prepare=_prepare_chromium, width_px=1000, height_px=700
    ),
}
PROGRAMS = tuple(_RECIPES)
"""Names of the programs that can be started."""


def start(
    screen: VirtualScreen,
    name: str,
    *,
    arguments: tuple[str, ...] = (),
    page: PageServer | None = None,
    monitor: Rect | None = None,
) -> RunningProgram:
    """Start a program and wait until its main window is placed and drawn.

    Args:
        screen: where.
        name: one of ``PROGRAMS``.
        arguments: appended to its command: files to open.
        page: what the browser shows; needed by "chromium".
        monitor: where the window goes, and the pointer; None for a screen that is one monitor.
    """
    recipe = _RECIPES[name]
    recipe.prepare(screen.home)
    monitor = monitor or Rect(left=0, top=0, width=screen.width_px, height=screen.height_px)
    park_pointer(screen, monitor)
    before = {window.window_id for window in shown_windows(screen)}
    command = (*recipe.command, *arguments)
    if page is not None:
        command = (*command, f"--user-data-dir={screen.home / 'browser'}", page.url)
    process = screen.start(*command, env=_program_env(screen, name))

    def new_windows() -> list[int]:
        title = r"" if arguments else recipe.title
        return [w.window_id for w in shown_windows(screen) if w.window_id not in before and re.search(title, w.title)]

    wait_until(lambda: bool(new_windows()), f"the window of {name} is there")
    window_id = new_windows()[0]
    width, height = min(recipe.width_px, monitor.width - 80), min(recipe.height_px, monitor.height - 100)
    left, top = monitor.left + (monitor.width - width) // 3, monitor.top + (monitor.height - height) // 3
    place(screen, window_id, int(left), int(top), int(width), int(height))
    wait_until_drawn(screen, window_id)
    return RunningProgram(name=name, screen=screen, process=process, window_id=window_id, page=page)


def _program_env(screen: VirtualScreen, name: str) -> dict[str, str]:
    """A folder of its own for sockets, by which some programs find a first instance on another screen.

    The accessibility bus is not needed, and gnote waits for it.
    """
    quiet = {"NO_AT_BRIDGE": "1", "GTK_A11Y": "none"} if name == "gnote" else {}
    return {"TMPDIR": screen.env["XDG_RUNTIME_DIR"]} | quiet

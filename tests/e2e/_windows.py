"""Windows as a person at the screen sees them, asked of the X server directly: independent of the code under test."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from Xlib import X
from Xlib.display import Display
from Xlib.error import BadDrawable, BadMatch, BadWindow

from agent.geometry import Rect
from agent.virtual_screen import VirtualScreen

TIMEOUT_S = 60.0
_POLL_S = 0.1
_GONE = (BadDrawable, BadMatch, BadWindow)


def wait_until(is_true: Callable[[], bool], what: str, timeout_s: float = TIMEOUT_S) -> None:
    """Wait for a condition; ``what`` names it when it never comes."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if is_true():
            return
        time.sleep(_POLL_S)
    raise AssertionError(f"waited {timeout_s:.0f} s in vain: {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWindow:
    """A managed window: X id, title, class of its program."""

    window_id: int
    title: str
    app: str


@contextmanager
def _display(screen: VirtualScreen) -> Iterator[Display]:
    display = Display(screen.env["DISPLAY"])
    try:
        yield display
    finally:
        display.close()


def shown_windows(screen: VirtualScreen) -> tuple[ShownWindow, ...]:
    """All managed windows, oldest first."""
    with _display(screen) as display:
        atom = display.intern_atom
        clients = display.screen().root.get_full_property(atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
        found = []
        for window_id in clients.value if clients else ():
            window = display.create_resource_object("window", window_id)
            try:
                name = window.get_full_property(atom("_NET_WM_NAME"), X.AnyPropertyType)
                name = name or window.get_full_property(atom("WM_NAME"), X.AnyPropertyType)
                title = bytes(name.value).decode("utf-8", "replace") if name and name.format == 8 else ""
                app = (window.get_wm_class() or ("", ""))[1]
            except _GONE:
                continue
            found.append(ShownWindow(window_id=int(window_id), title=title, app=app))
        return tuple(found)


def pixels_of(screen: VirtualScreen, window_id: int) -> bytes | None:
    """What a window shows now, or None while it is not mapped, has gone, or reaches over the screen's edge."""
    with _display(screen) as display:
        window = display.create_resource_object("window", window_id)
        try:
            size = window.get_geometry()
            image = window.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF)
        except _GONE:
            return None
        return bytes(image.data)


def wait_until_drawn(screen: VirtualScreen, window_id: int, *, n_colors: int = 8) -> None:
    """Wait until a window shows more than a blank area and has come to rest (a text cursor may blink)."""
    seen: list[bytes] = []

    def is_drawn() -> bool:
        pixels = pixels_of(screen, window_id)
        if pixels is None or len({pixels[i : i + 3] for i in range(0, len(pixels), 4)}) < n_colors:
            seen.clear()
            return False
        seen.append(pixels)
        return len(seen) >= 3 and _is_alike(seen[-1], seen[-2]) and _is_alike(seen[-2], seen[-3])

    wait_until(is_drawn, f"window {window_id:#x} is drawn")


def _is_alike(first: bytes, second: bytes) -> bool:
    if len(first) != len(second):
        return False
    if first == second:
        return True
    n_different = sum(a != b for a, b in zip(first[::4], second[::4], strict=True))
    return n_different < 200


def place(screen: VirtualScreen, window_id: int, left: int, top: int, width: int, height: int) -> None:
    """Move and resize a window through the window manager, and give it the focus."""
    run(screen, "wmctrl", "-i", "-r", hex(window_id), "-b", "remove,maximized_vert,maximized_horz")
    run(screen, "wmctrl", "-i", "-r", hex(window_id), "-e", f"0,{left},{top},{width},{height}")
    activate(screen, window_id)


def activate(screen: VirtualScreen, window_id: int) -> None:
    """Bring a window to the front; returns when it has the focus."""
    run(screen, "xdotool", "windowactivate", "--sync", str(window_id))


def send_keys(screen: VirtualScreen, *combinations: str) -> None:
    """Press keys as a person would, named as xdotool does: ctrl+a, Return."""
    run(screen, "xdotool", "key", "--delay", "60", *combinations)


def park_pointer(screen: VirtualScreen, monitor: Rect) -> None:
    """Out of the way of tooltips, and not in a corner."""
    run(screen, "xdotool", "mousemove", str(int(monitor.left) + 4), str(int(monitor.center.y)))


def clipboard(screen: VirtualScreen) -> str:
    """The clipboard's text; "" if it holds none."""
    return run(screen, "xclip", "-selection", "clipboard", "-o")


def put_clipboard(screen: VirtualScreen, text: str) -> None:
    """Fill the clipboard, so that one can see it change."""
    subprocess.run(
        ["xclip", "-selection", "clipboard", "-i"],
        env=screen.env,
        input=text,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=TIMEOUT_S,
    )


def run(screen: VirtualScreen, *command: str) -> str:
    """Run a small tool on the screen and return what it prints; its exit status does not matter."""
    done = subprocess.run(command, env=screen.env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    return done.stdout

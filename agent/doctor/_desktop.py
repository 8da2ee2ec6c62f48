"""What the X11 desktop offers: window manager, compositing, tray, input extensions, clipboard."""

import select
import shutil
import subprocess
import time
from typing import Any

from Xlib import X, Xatom
from Xlib import error as xerror

from agent.doctor._result import CheckResult, CheckStatus, Measure
from agent.errors import WindowError
from agent.windows.ewmh import Properties
from agent.x11 import connect

_CLIPBOARD_TIMEOUT_S = 1.0
_BUS_TIMEOUT_S = 3.0


def check_desktop() -> tuple[CheckResult, ...]:
    """Ask the X server and the session bus.

    Raises:
        agent.errors.WindowError: the display cannot be reached.
    """
    display = connect(WindowError)
    try:
        return (_check_manager(display), _check_tray(display), _check_input(display), _check_clipboard(display))
    finally:
        display.close()


def _check_manager(display: Any) -> CheckResult:
    name = Properties(display).window_manager()
    if name is None:
        return CheckResult(
            name="Window manager",
            status=CheckStatus.FAIL,
            detail="No window manager is running.",
            hint="Start one, for instance xfwm4 or openbox: windows cannot be found, switched or closed without.",
        )
    if not _has_owner(display, f"_NET_WM_CM_S{display.get_default_screen()}"):
        return CheckResult(
            name="Window manager",
            status=CheckStatus.WARN,
            detail=f"{name or 'unnamed'}, without compositing.",
            hint="Turn compositing on (or start picom) to see the heatmap over your windows.",
        )
    return CheckResult(name="Window manager", status=CheckStatus.OK, detail=f"{name or 'unnamed'}, with compositing.")


def _check_tray(display: Any) -> CheckResult:
    if _has_owner(display, f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}") or _has_notifier():
        return CheckResult(name="Tray", status=CheckStatus.OK, detail="There is a tray for the icon.")
    return CheckResult(
        name="Tray",
        status=CheckStatus.WARN,
        detail="There is no tray.",
        hint='The hotkeys and "foveal trigger" work without. On GNOME, the AppIndicator extension adds a tray.',
    )


def _check_input(display: Any) -> CheckResult:
    missing = [name for name in ("XTEST", "RECORD") if not display.has_extension(name)]
    if missing:
        return CheckResult(
            name="Input extensions",
            status=CheckStatus.FAIL,
            detail=f"The display lacks {' and '.join(missing)}.",
            hint="XTEST sends clicks and keys, RECORD hears the stop key; enable them in the X server's configuration.",
        )
    return CheckResult(name="Input extensions", status=CheckStatus.OK, detail="XTEST and RECORD are there.")


def _check_clipboard(display: Any) -> CheckResult:
    """Ask whoever holds the clipboard which formats it has, without reading what is in it."""
    if not _has_owner(display, "CLIPBOARD"):
        return CheckResult(name="Clipboard", status=CheckStatus.OK, detail="It is empty.")
    started_s = time.monotonic()
    n_formats = _count_formats(display)
    waited_ms = (time.monotonic() - started_s) * 1000
    if n_formats is None:
        return CheckResult(
            name="Clipboard",
            status=CheckStatus.WARN,
            detail="The program that holds the clipboard does not answer.",
            hint="Copy something anew; until then Foveal cannot put back what is in the clipboard.",
        )
    return CheckResult(
        name="Clipboard",
        status=CheckStatus.OK,
        detail=f"It answers; what is in it comes in {n_formats} formats.",
        measures=(Measure(name="answer", value=waited_ms, unit="ms"),),
    )


def _count_formats(display: Any) -> int | None:
    root = display.screen().root
    window = root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    try:
        answer_to = display.intern_atom("FOVEAL_FORMATS")
        window.convert_selection(
            display.intern_atom("CLIPBOARD"), display.intern_atom("TARGETS"), answer_to, X.CurrentTime
        )
        display.flush()
        deadline_s = time.monotonic() + _CLIPBOARD_TIMEOUT_S
        while (left_s := deadline_s - time.monotonic()) > 0:
            if not display.pending_events():
                select.select([display.fileno()], [], [], left_s)
                continue
            event = display.next_event()
            if event.type == X.SelectionNotify and event.requestor == window:
                answer = window.get_full_property(answer_to, Xatom.ATOM) if event.property else None
                return 0 if answer is None else len(answer.value)
        return None
    finally:
        window.destroy()


def _has_owner(display: Any, selection: str) -> bool:
    try:
        return bool(display.get_selection_owner(display.intern_atom(selection)))
    except xerror.BadWindow:  # went away in between
        return False


def _has_notifier() -> bool:
    """Whether the session bus has a tray of the kind that KDE and newer desktops offer."""
    program = shutil.which("dbus-send")
    if program is None:
        return False
    question = "org.freedesktop.DBus.NameHasOwner", "string:org.kde.StatusNotifierWatcher"
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed argument list, no shell
            [program, "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus", *question],
            capture_output=True,
            text=True,
            timeout=_BUS_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return "boolean true" in answer.stdout

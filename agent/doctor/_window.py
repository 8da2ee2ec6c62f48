"""A plain window that tells what mouse and keyboard events it really got. No toolkit, no window manager needed."""

import select
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from Xlib import XK, X
from Xlib import error as xerror

from agent.errors import WindowError
from agent.geometry import Point, Rect
from agent.x11 import connect

SIZE_PT = (280, 96)
EVENT_TIMEOUT_S = 3.0
_TITLE = b"Foveal tests mouse and keyboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedClick:
    """A button press as the window got it; ``at_pt`` on the desktop."""

    at_pt: Point
    button: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedKey:
    """A key press as the window got it; ``name`` is the X11 name of the symbol on the key."""

    name: str


class ArrivalWindow:
    """On the screen from ``__enter__`` to ``__exit__``, on top of everything.

    Afterwards the pointer and the focus are where they were before.

    Raises:
        WindowError: the display cannot be reached, or the window does not appear.
    """

    def __init__(self, center_pt: Point) -> None:
        width, height = SIZE_PT
        self.bounds_pt = Rect(
            left=round(center_pt.x - width / 2), top=round(center_pt.y - height / 2), width=width, height=height
        )
        self._display: Any = None
        self._window: Any = None
        self._pointer_before = Point(0, 0)
        self._focus_before: Any = None

    def __enter__(self) -> Self:
        self._display = connect(WindowError)
        try:
            root = self._display.screen().root
            pointer = root.query_pointer()
            self._pointer_before = Point(pointer.root_x, pointer.root_y)
            self._focus_before = self._display.get_input_focus()
            self._window = self._open(root)
        except BaseException:
            self._display.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        root = self._display.screen().root
        root.warp_pointer(round(self._pointer_before.x), round(self._pointer_before.y))
        # What had the focus may be gone by now; then the server's own choice stands.
        self._display.set_input_focus(
            self._focus_before.focus,
            self._focus_before.revert_to,
            X.CurrentTime,
            onerror=xerror.CatchError(xerror.BadWindow, xerror.BadMatch),
        )
        self._window.destroy()
        self._display.sync()
        self._display.close()

    def is_on_top_at(self, at_pt: Point) -> bool:
        """Whether a click there would get to this window."""
        root = self._display.screen().root
        return bool(root.translate_coords(root, round(at_pt.x), round(at_pt.y)).child == self._window)

    def take_focus(self) -> bool:
        """Take the keyboard focus; False if it did not come."""
        self._window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        deadline_s = time.monotonic() + EVENT_TIMEOUT_S
        while time.monotonic() < deadline_s:
            if self._display.get_input_focus().focus == self._window:
                return True
        return False

    def wait_for_click(self) -> ArrivedClick | None:
        """The next button press, or None if none comes in time."""
        event = self._wait_for(X.ButtonPress)
        return event and ArrivedClick(at_pt=Point(event.root_x, event.root_y), button=event.detail)

    def wait_for_key(self) -> ArrivedKey | None:
        """The next key press, or None if none comes in time."""
        event = self._wait_for(X.KeyPress)
        if event is None:
            return None
        keysym = self._display.keycode_to_keysym(event.detail, 1 if event.state & X.ShiftMask else 0)
        return ArrivedKey(name=XK.keysym_to_string(keysym) or f"keysym {keysym:#x}")

    def _open(self, root: Any) -> Any:
        screen = self._display.screen()
        window = root.create_window(
            int(self.bounds_pt.left),
            int(self.bounds_pt.top),
            *SIZE_PT,
            0,
            screen.root_depth,
            override_redirect=True,
            background_pixel=screen.white_pixel,
            event_mask=X.ButtonPressMask | X.KeyPressMask | X.ExposureMask,
        )
        window.set_wm_name(_TITLE.decode())
        window.map()
        window.raise_window()
        self._window = window
        if self._wait_for(X.Expose) is None:
            raise WindowError("A window of our own did not appear on the screen.", hint="Is the screen locked?")
        pen = window.create_gc(foreground=screen.black_pixel, background=screen.white_pixel)
        window.image_text(pen, 24, 54, _TITLE)
        self._display.sync()
        return window

    def _wait_for(self, event_type: int) -> Any:
        deadline_s = time.monotonic() + EVENT_TIMEOUT_S
        while (left_s := deadline_s - time.monotonic()) > 0:
            if not self._display.pending_events():
                select.select([self._display.fileno()], [], [], left_s)
                continue
            event = self._display.next_event()
            if event.type == event_type:
                return event
        return None

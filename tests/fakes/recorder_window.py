"""A window that writes down every event it gets, one JSON object a line: python recorder_window.py OUT."""

import json
import sys
import time
from pathlib import Path

import Xlib.display
from Xlib import X

_NAMES = {
    X.KeyPress: "key_down",
    X.KeyRelease: "key_up",
    X.ButtonPress: "button_down",
    X.ButtonRelease: "button_up",
    X.MotionNotify: "motion",
    X.FocusIn: "ready",
}


def main(out: Path) -> None:
    display = Xlib.display.Display()
    screen = display.screen()
    window = screen.root.create_window(
        *(100, 100, 900, 600, 0),
        screen.root_depth,
        event_mask=X.KeyPressMask
        | X.KeyReleaseMask
        | X.ButtonPressMask
        | X.ButtonReleaseMask
        | X.PointerMotionMask
        | X.FocusChangeMask,
        background_pixel=screen.white_pixel,
    )
    window.set_wm_name("recorder")
    window.map()
    display.flush()
    with out.open("w", buffering=1) as file:
        while True:
            event = display.next_event()
            if event.type not in _NAMES:
                continue
            line = {"event": _NAMES[event.type], "seen_s": time.monotonic()}
            if event.type != X.FocusIn:
                line |= {"detail": event.detail, "x": event.root_x, "y": event.root_y, "server_ms": event.time}
            if event.type in (X.KeyPress, X.KeyRelease):
                line["keysym"] = display.keycode_to_keysym(event.detail, 0)
                line["state"] = event.state
            file.write(json.dumps(line) + "\n")


main(Path(sys.argv[1]))

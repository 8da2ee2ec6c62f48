"""A program to work in: one plain window over the whole screen that tells what it gets, one line each."""

import sys

from Xlib import XK, X, display

COLOUR = 0x3A7D44


def main() -> None:
    server = display.Display()
    screen = server.screen()
    window = screen.root.create_window(
        *(0, 0, screen.width_in_pixels, screen.height_in_pixels, 0, screen.root_depth),
        background_pixel=COLOUR,
        event_mask=X.KeyPressMask | X.ButtonPressMask | X.ExposureMask,
    )
    window.set_wm_name("Recorder")
    window.set_wm_class("recorder", "Recorder")
    hints = server.get_atom("_MOTIF_WM_HINTS")
    window.change_property(hints, hints, 32, [2, 0, 0, 0, 0])  # no frame: the window is the screen
    window.set_wm_normal_hints(flags=1 | 4, min_width=1, min_height=1)  # at the place that we asked for
    window.set_wm_protocols([server.get_atom("WM_DELETE_WINDOW")])
    window.map()
    while True:
        event = server.next_event()
        match event.type:
            case X.Expose:
                print("shown", flush=True)
            case X.KeyPress:
                keysym = server.keycode_to_keysym(event.detail, event.state & X.ShiftMask)
                print(f"key {XK.keysym_to_string(keysym) or keysym}", flush=True)
            case X.ButtonPress:
                print(f"click {event.root_x} {event.root_y}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

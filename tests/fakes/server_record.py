"""Writes down every input event of the whole X server, also those that a grab hides: python server_record.py OUT."""

import json
import sys
from pathlib import Path
from typing import Any

import Xlib.display
from Xlib import X
from Xlib.ext import record
from Xlib.protocol import rq

_NAMES = {
    X.KeyPress: "key_down",
    X.KeyRelease: "key_up",
    X.ButtonPress: "button_down",
    X.ButtonRelease: "button_up",
    X.MotionNotify: "motion",
}


def main(out: Path) -> None:
    display, recording = Xlib.display.Display(), Xlib.display.Display()
    nothing = {"core_requests": (0, 0), "core_replies": (0, 0), "ext_requests": (0, 0, 0, 0), "errors": (0, 0)}
    wanted = nothing | {
        "ext_replies": (0, 0, 0, 0),
        "delivered_events": (0, 0),
        "device_events": (X.KeyPress, X.MotionNotify),
        "client_started": False,
        "client_died": False,
    }
    context = recording.record_create_context(0, [record.AllClients], [wanted])
    with out.open("w", buffering=1) as file:

        def write(reply: Any) -> None:
            if reply.category == record.StartOfData:
                file.write(json.dumps({"event": "ready"}) + "\n")
            data = reply.data if reply.category == record.FromServer else b""
            while data:
                event, data = rq.EventField(None).parse_binary_value(data, recording.display, None, None)
                line = {"event": _NAMES[event.type], "detail": event.detail, "server_ms": event.time}
                if event.type in (X.KeyPress, X.KeyRelease):
                    line["keysym"] = display.keycode_to_keysym(event.detail, 0)
                file.write(json.dumps(line) + "\n")

        recording.record_enable_context(context, write)


main(Path(sys.argv[1]))

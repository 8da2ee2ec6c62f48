"""A program that acts for a long time: python hanging_parent.py [TEXT]. Prints its guard's process id.

It holds Shift+F7, or types the text over and over.
"""

import multiprocessing
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from agent.cancel import StopSwitch
from agent.control import open_control
from agent.guard import DEFAULT_HOTKEYS, Guard
from agent.types import PressKeys, TypeText


def main() -> None:
    stop = StopSwitch(multiprocessing.get_context("spawn"))
    guard = Guard(stop, DEFAULT_HOTKEYS, lambda message: None)
    guard.start(30.0)
    control = open_control(stop)
    print(guard.pid, flush=True)
    with stop.acting():
        if len(sys.argv) > 1:
            control.perform(TypeText(text=sys.argv[1] * 10_000))
        else:
            control.perform(PressKeys(keys=("shift", "f7"), hold_s=120.0))


if __name__ == "__main__":
    main()

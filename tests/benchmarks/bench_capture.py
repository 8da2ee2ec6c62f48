"""Looking at the screen and asking for windows, on a virtual screen."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from agent.capture import open_capture
from agent.geometry import Point
from agent.stillness import count_changed_cells
from agent.windows import open_windows
from tests.benchmarks._measure import Benchmark, measure
from tests.fakes.acting import acting_on_screen, wait_until

_SIZES = ((1280, 800), (1920, 1080), (2560, 1440), (3840, 2160))


def run() -> Iterator[Benchmark]:
    """A picture and its comparison per size of the screen; the rest does not depend on it."""
    for width_px, height_px in _SIZES:
        size = f"{width_px}x{height_px}"
        with acting_on_screen(width_px, height_px) as screen, closing(open_capture()) as capture:
            yield measure(f"a picture, {size}", capture.capture)
            before, after = capture.capture().pixels, capture.capture().pixels
            yield measure(f"comparing two pictures, {size}", partial(count_changed_cells, before, after))
            if (width_px, height_px) != _SIZES[0]:
                continue
            screen.start("xterm")
            with closing(open_windows()) as windows:
                wait_until(windows.windows)
                yield measure("list of monitors", capture.monitors)
                yield measure("place of the pointer", capture.pointer_pt)
                yield measure("list of windows", windows.windows)
                yield measure("window at a point", partial(windows.window_at, Point(100, 100)))

"""What the loop adds to each step: the last look, verification, the log, the pipe to the model."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.geometry import Rect, ScreenTransform
from agent.grounding_child import ChildGrounding
from agent.run_log.frames import write_frame
from agent.run_log.record import FRAMES_NAME
from agent.steps.observation import Change, Observation, restless_mask
from agent.types import Monitor, Screenshot
from tests.benchmarks._measure import Benchmark, measure
from tests.benchmarks._screens import drawn_screen
from tests.fakes.child_grounders import load_unruly

_SIZES = ((1920, 1080), (3840, 2160))


def run() -> Iterator[Benchmark]:
    """Rows per size of the screen."""
    for width_px, height_px in _SIZES:
        yield from _run_size(width_px, height_px)


def _run_size(width_px: int, height_px: int) -> Iterator[Benchmark]:
    size = f"{width_px}x{height_px}"
    pixels = drawn_screen(width_px, height_px)
    with_menu = pixels.copy()
    with_menu[40:600, 20:420] = 250
    before, same, after = (_observe(picture) for picture in (pixels, pixels.copy(), with_menu))
    target_px = Rect(left=20, top=20, width=60, height=20)

    def verify(later: Observation) -> bool:
        return Change(before=before, after=later).is_effect(near_px=target_px, window=None)

    yield measure(f"change of the screen, none, {size}", lambda: verify(same))
    yield measure(f"change of the screen, a menu, {size}", lambda: verify(after))
    yield measure(f"restless cells, {size}", lambda: restless_mask(Change(before=before, after=after)))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FRAMES_NAME).mkdir()
        yield measure(
            f"run log: a picture, {size}",
            lambda: write_frame(Path(folder), 0, before.screenshot),
            note="in a thread of its own",
        )
    child = ChildGrounding("fake", load=load_unruly)
    try:
        yield measure(
            f"a picture to the child and back, {size}",
            lambda: child.look(before.screenshot),
            note="with the hash by which the fake grounder knows it again",
        )
    finally:
        child.close()


def _observe(pixels: NDArray[np.uint8]) -> Observation:
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    height_px, width_px, _ = pixels.shape
    bounds = Rect(left=0, top=0, width=width_px, height=height_px)
    screenshot = Screenshot(
        pixels=pixels,
        monitor=Monitor(index=0, bounds_pt=bounds, is_primary=True),
        transform=ScreenTransform(width_px=width_px, height_px=height_px, bounds_pt=bounds),
        captured_at_s=0.0,
        capture_ms=0.0,
    )
    return Observation(screenshot=screenshot, windows=(), active=None)

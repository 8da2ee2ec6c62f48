"""The OCR matcher at 1920x1080, five real windows on the screen."""

from collections.abc import Iterator
from itertools import count

import numpy as np

from model.ocr.grounder import OcrGrounder
from model.ocr.match import Matcher
from model.ocr.meaning import TextEncoder
from model.ocr.reader import ScreenReader
from model.ocr.scene import build_scene
from model.uigraph import DEFAULT_CELL_PX, ui_graph
from tests.benchmarks._grounder import grounder_rows
from tests.benchmarks._measure import Benchmark, measure
from tests.model.ocr.drawing import Picture, desktop


def run() -> Iterator[Benchmark]:
    """The budgets first, then the stages of a first look."""
    picture = desktop()
    yield from grounder_rows(OcrGrounder, picture)
    yield from _run_stages(picture)


def _run_stages(picture: Picture) -> Iterator[Benchmark]:
    readers = [ScreenReader()]

    def start_anew() -> None:
        readers.pop().close()
        readers.append(ScreenReader())

    page = readers[0].read(picture)
    yield measure(
        "stage of a look: reading",
        lambda: readers[0].read(picture),
        before=start_anew,
        n_runs=5,
        note=f"{len(page.lines)} lines",
    )
    yield measure("stage of a look: targets and their labels", lambda: build_scene(page))
    scene = build_scene(page)
    encoder = TextEncoder()
    Matcher(scene, encoder)
    yield measure(
        "stage of a look: names and meanings, known texts",
        lambda: Matcher(scene, encoder),
        note=f"{len(scene.targets)} targets",
    )
    yield measure("stage of a look: UI graph", lambda: ui_graph(picture, DEFAULT_CELL_PX))
    shifts = count(1)
    yield measure(
        "reading, everything moved",
        lambda: readers[0].read(np.roll(picture, next(shifts), axis=1)),
        n_runs=7,
    )
    readers.pop().close()

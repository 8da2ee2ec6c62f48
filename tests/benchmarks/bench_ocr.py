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
from tests.benchmarks._measure import Benchmark, from_values, measure
from tests.model.ocr.drawing import Picture, desktop, write

_INSTRUCTIONS = (
    "Replace All",
    "the second OK button",
    "the field below Name",
    "checkbox match case",
    "close the dialog",
    "order number",
    "the button left of Cancel",
    "the seven key",
)


def run() -> Iterator[Benchmark]:
    """The budgets first, then the stages of a first look."""
    picture = desktop()
    yield from _run_grounder(picture)
    yield from _run_stages(picture)


def _run_grounder(picture: Picture) -> Iterator[Benchmark]:
    grounders = [OcrGrounder()]

    def start_anew() -> None:
        grounders.pop().close()
        grounders.append(OcrGrounder())
        grounders[0].look(np.full((64, 64, 3), 255, np.uint8))  # the networks are loaded when the program starts

    yield measure("first look", lambda: grounders[0].look(picture), before=start_anew, n_runs=7, budget=200)
    grounder = grounders[0]
    look = grounder.look(picture)
    seconds = count()
    ticking = picture.copy()

    def tick() -> None:
        ticking[4:34, 1780:1900] = picture[4:34, 1780:1900]
        write(ticking, f"{next(seconds):08d}", 1800, 8, color=(255, 255, 255))

    yield measure("look after a small change", lambda: grounder.look(ticking), before=tick, n_runs=7, budget=60)
    look = grounder.look(picture)
    found = [grounder.find(look, instruction) for instruction in _INSTRUCTIONS for _ in range(3)]
    times_ms = [answer.timings.score + answer.timings.point for answer in found]
    yield from_values("next instruction", times_ms, budget=30, note=f"{len(_INSTRUCTIONS)} instructions")
    yield from_values("  of which matching and patch scores", [answer.timings.score for answer in found])
    yield from_values("  of which pointer and candidates", [answer.timings.point for answer in found])
    yield measure("live scores, per key typed", lambda: grounder.score(look, "click Replace A"))
    grounder.close()


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

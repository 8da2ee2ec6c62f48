"""What every grounder's budgets are measured with: five real windows at 1920x1080, and eight instructions."""

from collections.abc import Callable, Iterator
from itertools import count

import numpy as np

from model.grounder import Grounder
from tests.benchmarks._measure import Benchmark, from_values, measure
from tests.model.ocr.drawing import Picture, write

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


def grounder_rows(make: Callable[[], Grounder], picture: Picture) -> Iterator[Benchmark]:
    """First look, small change, next instruction, live scores.

    Args:
        make: a new grounder.
        picture: [1080, 1920, 3], with a clock in its upper right corner.
    """
    grounders = [make()]

    def start_anew() -> None:
        grounders.pop().close()
        grounders.append(make())
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

"""Foveal Nano at 1920x1080, five real windows on the screen, beside the OCR matcher."""

from collections.abc import Iterator

import numpy as np

from model.grounder import Grounder
from model.nano.encoding import NanoSession
from model.nano.grounder import NanoGrounder
from model.nano.page import read_page
from model.nano.skipping import SkippingEncoder
from model.ocr.grounder import OcrGrounder
from tests.benchmarks._grounder import grounder_rows
from tests.benchmarks._measure import Benchmark, Unit, from_values, measure
from tests.model.ocr.drawing import Picture, desktop


def run() -> Iterator[Benchmark]:
    """The budgets first, then the stages of a first look."""
    picture = desktop()
    yield from grounder_rows(NanoGrounder, picture)
    yield from _run_stages(picture)
    yield _ratio(picture)


def _run_stages(picture: Picture) -> Iterator[Benchmark]:
    session = NanoSession()
    eyes = SkippingEncoder(session)
    yield measure("stage of a look: the encoder, whole screen", lambda: session.encode(picture), n_runs=9)
    yield measure("stage of a look: the encoder, without plain parts", lambda: eyes.encode(picture), n_runs=9)
    encoded = eyes.encode(picture)
    yield measure(
        "stage of a look: lines and elements",
        lambda: read_page(picture, encoded, session),
    )


def _ratio(picture: Picture) -> Benchmark:
    """Both look at the same screen for the first time, one after the other."""
    ratios = []
    for _ in range(5):
        took_ms = []
        for make in (OcrGrounder, NanoGrounder):
            grounder: Grounder = make()
            grounder.look(np.full((64, 64, 3), 255, np.uint8))  # the networks are loaded when the program starts
            took_ms.append(grounder.look(picture).encode_ms)
            grounder.close()
        ratios.append(took_ms[0] / took_ms[1])
    name = "OCR matcher's first look in first looks of Nano"
    return from_values(name, ratios, unit=Unit.TIMES, budget=20, is_budget_minimum=True)

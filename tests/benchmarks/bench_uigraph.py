"""UI graph against a plain Python union-find of the same result."""

from collections.abc import Iterator

import numpy as np

from model.uigraph import DEFAULT_CELL_PX, ui_graph
from tests.benchmarks._measure import Benchmark, Unit, from_values, measure
from tests.benchmarks._screens import drawn_screen
from tests.plain_union_find import are_alike_by_numpy, plain_labels


def run() -> Iterator[Benchmark]:
    """1920x1080, then 3840x2160 with both forms of the plain one."""
    small = drawn_screen(1920, 1080)
    yield measure("UI graph, 1920x1080", lambda: ui_graph(small))
    image = drawn_screen(3840, 2160)
    ours = measure("UI graph, 3840x2160", lambda: ui_graph(image))
    yield ours
    if not np.array_equal(ui_graph(image).labels, plain_labels(image, DEFAULT_CELL_PX)):
        raise AssertionError("the two results differ")
    by_numpy = measure(
        "plain union-find, NumPy distances",
        lambda: plain_labels(image, DEFAULT_CELL_PX, are_alike_by_numpy),
        n_runs=3,
        n_warm_up=0,
        note="3840x2160",
    )
    yield by_numpy
    plain = measure(
        "plain union-find, Python alone",
        lambda: plain_labels(image, DEFAULT_CELL_PX),
        n_runs=2,
        n_warm_up=0,
        note="3840x2160",
    )
    yield plain
    yield from_values(
        "how much faster than plain Python",
        [plain.median / ours.median],
        unit=Unit.TIMES,
        budget=100,
        is_budget_minimum=True,
        note=f"{by_numpy.median / ours.median:.0f} x with NumPy distances",
    )

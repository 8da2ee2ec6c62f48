"""How a benchmark is measured and shown."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Unit(StrEnum):
    """What a row counts."""

    MS = "ms"
    PERCENT = "%"
    MEGABYTES = "MB"
    TIMES = "x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One row of the table.

    Attributes:
        name: what was measured, for instance "UI graph, 3840x2160".
        median, p10, p90: over the runs.
        n_runs: how many runs.
        unit: of the three and of the budget.
        budget: what the design allows, or None if it names no budget.
        is_budget_minimum: whether the budget is the least that is wanted, not the most.
        note: anything else worth knowing, such as a ratio.
    """

    name: str
    median: float
    p10: float
    p90: float
    n_runs: int
    unit: Unit = Unit.MS
    budget: float | None = None
    is_budget_minimum: bool = False
    note: str = ""

    @property
    def is_within_budget(self) -> bool:
        """Whether the median keeps to the budget; without one it does."""
        if self.budget is None:
            return True
        return self.median >= self.budget if self.is_budget_minimum else self.median <= self.budget


def measure(
    name: str,
    fn: Callable[[], object],
    *,
    n_runs: int = 20,
    n_warm_up: int = 1,
    before: Callable[[], object] | None = None,
    budget: float | None = None,
    note: str = "",
) -> Benchmark:
    """Time ``fn`` several times. ``before`` runs untimed ahead of each run, to undo caches, say."""
    times_ms = []
    for i in range(n_warm_up + n_runs):
        if before is not None:
            before()
        start = time.perf_counter()
        fn()
        if i >= n_warm_up:
            times_ms.append((time.perf_counter() - start) * 1e3)
    return from_values(name, times_ms, budget=budget, note=note)


def from_values(
    name: str,
    values: Sequence[float],
    *,
    unit: Unit = Unit.MS,
    budget: float | None = None,
    is_budget_minimum: bool = False,
    note: str = "",
) -> Benchmark:
    """A row from values that were taken in another way."""
    p10, median, p90 = (float(value) for value in np.percentile(values, (10, 50, 90)))
    return Benchmark(
        name=name,
        median=median,
        p10=p10,
        p90=p90,
        n_runs=len(values),
        unit=unit,
        budget=budget,
        is_budget_minimum=is_budget_minimum,
        note=note,
    )

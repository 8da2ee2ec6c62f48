"""The command line: what it takes before anything is done, each time in a Python of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks._measure import Benchmark, from_values, measure

_ROOT = Path(__file__).parents[2]
_BUDGET_MS = 300
_N_RUNS = 9
_IMPORT = "import time; start = time.perf_counter(); import app.cli; print((time.perf_counter() - start) * 1e3)"


def run() -> Iterator[Benchmark]:
    """Import, help, and a bare Python for comparison."""
    _python("-c", _IMPORT)  # writes the bytecode
    imports_ms = [float(_python("-c", _IMPORT)) for _ in range(_N_RUNS)]
    yield from_values("import app.cli", imports_ms, budget=_BUDGET_MS)
    yield measure("foveal --help", lambda: _python("-m", "app", "--help"), n_runs=_N_RUNS, budget=_BUDGET_MS)
    yield measure("  of which Python itself", lambda: _python("-c", ""), n_runs=_N_RUNS)


def _python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], cwd=_ROOT, capture_output=True, text=True, check=True).stdout

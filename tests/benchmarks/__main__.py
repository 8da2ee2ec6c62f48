"""Run every bench_*.py beside this file, or those that are named, and print one table."""

import importlib
import os
import platform
import sys
import time
from pathlib import Path
from types import ModuleType

from tests.benchmarks._measure import Benchmark, Unit

_ROW = "  {:<50} {:>9} {:>19} {:>5} {:>10}  {}"


def main() -> int:
    """Print the table as it grows; a benchmark that cannot run here says why and the rest goes on."""
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = sys.argv[1:] or names
    if unknown := sorted(set(wanted) - set(names)):
        print(f"No benchmark named {', '.join(unknown)}; there are {', '.join(names)}.", file=sys.stderr)
        return 2
    started_s = time.monotonic()
    print(f"{os.cpu_count()} CPU cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    print(_ROW.format("", "median", "p10 to p90", "runs", "budget", "").rstrip())
    rows: list[Benchmark] = []
    failed: list[str] = []
    for name in wanted:
        try:
            module = importlib.import_module(f"tests.benchmarks.bench_{name}")
            print(_title(module))
            for row in module.run():
                print(_line(row), flush=True)
                rows.append(row)
        except Exception as exc:  # whatever stops one benchmark must not hide the others
            failed.append(name)
            print(f"  could not be measured: {type(exc).__name__}: {exc}", flush=True)
    print(_summary(rows, failed, time.monotonic() - started_s))
    return 1 if failed else 0


def _title(module: ModuleType) -> str:
    """The first line of the benchmark's docstring."""
    return "\n" + (module.__doc__ or module.__name__).partition("\n")[0].rstrip(".")


def _line(row: Benchmark) -> str:
    budget = ""
    if row.budget is not None:
        sign = "≥" if row.is_budget_minimum else "≤"
        budget = f"{sign} {_shown(row.budget, row.unit)}" + ("" if row.is_within_budget else " !")
    spread = f"{_shown(row.p10, row.unit)} to {_shown(row.p90, row.unit)}" if row.n_runs > 1 else ""
    cells = (row.name, _shown(row.median, row.unit), spread, row.n_runs, budget, row.note)
    return _ROW.format(*cells).rstrip()


def _shown(value: float, unit: Unit) -> str:
    """Three digits at most: "0.43 ms", "7.9 ms", "182 ms", "1.43 s"."""
    if unit is Unit.MS and value >= 1000:
        return f"{value / 1000:.2g} s" if value % 1000 == 0 else f"{value / 1000:.2f} s"
    digits = 2 if 0 < value < 1 else 1 if 0 < value < 10 and value % 1 else 0
    return f"{value:.{digits}f} {unit}"


def _summary(rows: list[Benchmark], failed: list[str], took_s: float) -> str:
    budgeted = [row for row in rows if row.budget is not None]
    missed = [row.name for row in budgeted if not row.is_within_budget]
    said = f"\nMeasured in {took_s:.0f} s."
    if budgeted:
        said += f" {len(budgeted) - len(missed)} of {len(budgeted)} budgets kept."
    if missed:
        said += f"\nOver budget: {'; '.join(missed)}."
    if failed:
        said += f"\nNot measured: {', '.join(failed)}."
    return said


if __name__ == "__main__":
    sys.exit(main())

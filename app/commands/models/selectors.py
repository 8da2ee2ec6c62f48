"""``foveal models selectors``: what becomes of grounding if visual tokens are chosen and left out otherwise."""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands._errors import UsageError
from app.commands._extras import require_extra
from app.commands._network import open_network
from app.commands._values import keep_fraction, list_of
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.packing import Packing
    from model.selectors.base import Selector
    from model.selectors.comparison import SelectorBench, Summary, Trial
    from model.selectors.rows import Row

_SCHEMA_VERSION = 1
_COLUMNS = ("selector", "packing", "keep", "n", "hit@1", "low", "high", "target_kept", "median_ms")


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "selectors",
        help="compare ways of choosing and leaving out visual tokens",
        description="Grounds every row of a file with every selector, packing and keep fraction, and prints hit@1 with "
        "its 95 % interval, the share of rows that kept a cell of the target, and the median time. Rows are JSON "
        'lines {"image", "instruction", "bbox"}, the box as [x1, y1, x2, y2] in pixels of the picture.',
    )
    parser.add_argument(
        "--model", required=True, metavar="NAME|DIR", help="a FocusUI or GUI-Actor model, or its folder"
    )
    parser.add_argument("--data", required=True, type=Path, metavar="FILE.jsonl", help="the rows")
    parser.add_argument(
        "--keep",
        type=list_of(keep_fraction),
        default=[1.0, 0.5, 0.3],
        metavar="LIST",
        help="shares of visual tokens to keep, each above 0 and at most 1 (default: 1.0,0.5,0.3)",
    )
    parser.add_argument(
        "--selectors", type=list_of(str), metavar="LIST", help="by name (default: all that the model can do)"
    )
    parser.add_argument(
        "--packing",
        type=list_of(str),
        metavar="LIST",
        help="of pospad, drop and renumber (default: all that the model can do)",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="for what is left to chance (default: 0)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--csv", type=Path, metavar="OUT.csv", help="write the table there, too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    require_extra("focusui")
    if arguments.csv is not None and not arguments.csv.parent.is_dir():
        raise UsageError(f"There is no folder {arguments.csv.parent} for the table.", hint="Create it first.")
    selectors, packings = _chosen_selectors(arguments.selectors), _chosen_packings(arguments.packing)
    rows, n_bad = _read_rows(arguments.data)
    _require_any(rows, arguments.data)

    from model.selectors.comparison import SelectorBench, summarise, usable_packings, usable_selectors

    with closing(open_network(arguments.model)) as grounder:
        bench = SelectorBench(
            grounder.checkpoint,
            selectors=usable_selectors(grounder.checkpoint) if selectors is None else selectors,
            packings=usable_packings(grounder.checkpoint) if packings is None else packings,
            keep_fractions=arguments.keep,
            seed=arguments.seed,
        )
        trials, n_failed = _ground_all(bench, rows)
    _require_any(trials, arguments.data)
    summaries = summarise(trials)
    if arguments.csv is not None:
        _write_csv(arguments.csv, summaries)
    if arguments.json:
        print(json.dumps(_to_json(summaries, arguments, n_bad + n_failed)))
    else:
        _print_table(summaries)
    return ExitStatus.DONE


def _chosen_selectors(names: Sequence[str] | None) -> "list[Selector] | None":
    from model.selectors.catalog import find_selector

    return None if names is None else [find_selector(name) for name in names]


def _chosen_packings(names: Sequence[str] | None) -> "list[Packing] | None":
    from app.commands._packings import known_packings

    return None if names is None else known_packings(names)


def _read_rows(path: Path) -> "tuple[list[Row], int]":
    """The usable rows, and how many are not; those are told on stderr."""
    from model.selectors.rows import BadRow, read_rows

    rows: list[Row] = []
    n_bad = 0
    for row in read_rows(path):
        if isinstance(row, BadRow):
            _report(row.line, row.problem)
            n_bad += 1
        else:
            rows.append(row)
    return rows, n_bad


def _ground_all(bench: "SelectorBench", rows: "Sequence[Row]") -> "tuple[list[Trial], int]":
    """The trials of all rows, and how many rows turned out to be unusable."""
    from model.errors import InputError

    trials: list[Trial] = []
    n_failed = 0
    for n_done, row in enumerate(rows, start=1):
        try:
            trials += bench.ground(row)
        except InputError as error:
            _report(row.line, error.message)
            n_failed += 1
        if sys.stderr.isatty():
            print(f"\r{n_done} of {len(rows)}", end="\n" if n_done == len(rows) else "", file=sys.stderr, flush=True)
    return trials, n_failed


def _require_any(usable: Sequence[object], path: Path) -> None:
    if not usable:
        raise UsageError(f"No row of {path} can be used.", hint="The lines above tell why.")


def _report(line: int, problem: str) -> None:
    print(f"Line {line} is left out: {problem}", file=sys.stderr)


def _cells(summary: "Summary") -> tuple[Any, ...]:
    """The values of ``_COLUMNS``."""
    return (
        summary.setting.selector,
        str(summary.setting.packing),
        summary.setting.keep_fraction,
        summary.n,
        summary.hit_rate,
        *summary.hit_interval,
        summary.target_kept_rate,
        summary.latency_ms,
    )


def _print_table(summaries: "Sequence[Summary]") -> None:
    print(f"{'selector':<10} {'packing':<9} {'keep':>5} {'n':>5} {'hit@1':>6}  {'95 %':<15} {'kept':>6} {'ms':>8}")
    for summary in summaries:
        selector, packing, keep, n, rate, low, high, kept, ms = _cells(summary)
        interval = f"{low:.1%} - {high:.1%}"
        print(f"{selector:<10} {packing:<9} {keep:>5g} {n:>5} {rate:>6.1%}  {interval:<15} {kept:>6.1%} {ms:>8.1f}")


def _write_csv(path: Path, summaries: "Sequence[Summary]") -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        writer.writerows(_cells(summary) for summary in summaries)


def _to_json(summaries: "Sequence[Summary]", arguments: argparse.Namespace, n_bad: int) -> dict[str, Any]:
    return {
        "schema": _SCHEMA_VERSION,
        "model": arguments.model,
        "seed": arguments.seed,
        "rows_left_out": n_bad,
        "settings": [dict(zip(_COLUMNS, _cells(summary), strict=True)) for summary in summaries],
    }

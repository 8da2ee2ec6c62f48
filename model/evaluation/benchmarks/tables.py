"""The tables of a benchmark: as text for a person, as JSON and CSV for programs."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from model.evaluation.benchmarks.items import BadItem, reasons_of
from model.evaluation.benchmarks.measure import TOP
from model.evaluation.benchmarks.summary import Metrics, Summary
from model.evaluation.rates import Rate, rate_cell

SCHEMA_VERSION = 1

HEADINGS: Mapping[str, str] = {
    "hits": "hit@1",
    "top": f"hit@{TOP}",
    "overlap": "overlap@1, what is there",
    "overlap_top": f"overlap@{TOP}, what is there",
    "pointed": "hit@1, nothing refused",
    "refused": "refused, not there",
    "falsely_refused": "refused, though there",
}
"""What the metrics are called."""

_MIN_LABEL_WIDTH = 38
_WAY_COLUMNS = ("benchmark", "model", "selector", "packing", "keep_fraction", "group", "value", "n")
_LAST_COLUMNS = ("hits_low", "hits_high", "look_ms", "find_ms", "look_bytes", "find_bytes")


def text_table(summaries: Sequence[Summary]) -> str:
    """Rates with 95 % intervals of one benchmark: a row per metric and group, a column per setting."""
    return "\n".join(_lines(summaries))


def _lines(summaries: Sequence[Summary]) -> Iterator[str]:
    headings = [str(summary.setting) for summary in summaries]
    width = max(24, *(len(heading) + 2 for heading in headings))
    longest = max((f"  {group}: {value}" for group, value in _values(summaries)), key=len, default="")
    label_width = max(_MIN_LABEL_WIDTH, len(longest) + 1)
    yield f"{summaries[0].benchmark:{label_width}}" + "".join(f"{heading:>{width}}" for heading in headings)

    def row(label: str, cells: Iterable[str]) -> str:
        return f"{label:{label_width}}" + "".join(f"{cell:>{width}}" for cell in cells)

    for name, heading in HEADINGS.items():
        yield row(heading, (rate_cell(getattr(summary.total, name)) for summary in summaries))
    if any(summary.there.hits.n != summary.total.hits.n for summary in summaries):
        yield row("hit@1, what is there", (rate_cell(summary.there.hits) for summary in summaries))
    if any(summary.mean is not None for summary in summaries):
        yield row("hit@1, mean as in the paper", ("-" if s.mean is None else f"{s.mean:.1%}" for s in summaries))
    for group, value in _values(summaries):
        cells = (rate_cell(_hits(summary.groups, group, value)) for summary in summaries)
        yield row(f"  {group}: {value}", cells)
    for size in dict.fromkeys(size for summary in summaries for size in summary.sizes):
        yield row(
            f"  size of the target: {size}",
            (rate_cell(s.sizes[size].hits if size in s.sizes else None) for s in summaries),
        )
    if any(summary.failed for summary in summaries):
        yield row("failed, counted as wrong", (str(len(summary.failed)) for summary in summaries))
    yield row("look, median", (f"{summary.look_ms:.1f} ms" for summary in summaries))
    yield row("find, median", (f"{summary.find_ms:.1f} ms" for summary in summaries))
    yield row("look, most memory", (bytes_cell(summary.look_bytes) for summary in summaries))
    yield row("find, most memory", (bytes_cell(summary.find_bytes) for summary in summaries))


def to_json(summaries: Sequence[Summary], left_out: Sequence[BadItem]) -> dict[str, Any]:
    """The same for programs; rates as ``{"share", "low", "high", "n"}``."""
    return {
        "schema": SCHEMA_VERSION,
        "left_out": _bad_json(left_out),
        "settings": [_setting_json(summary) for summary in summaries],
    }


def _bad_json(bad: Sequence[BadItem]) -> dict[str, Any]:
    return {
        "reasons": dict(reasons_of(bad)),
        "rows": [{"place": one.place, "problem": one.problem} for one in bad],
    }


def _setting_json(summary: Summary) -> dict[str, Any]:
    return {
        "benchmark": summary.benchmark,
        "model": summary.setting.model,
        "digest": summary.digest,
        "selector": summary.setting.selector,
        "packing": str(summary.setting.packing),
        "keep_fraction": summary.setting.keep_fraction,
        **_metrics_json(summary.total),
        "hits_there": summary.there.hits.to_json(),
        "mean": summary.mean,
        "groups": {
            group: {value: _metrics_json(metrics) for value, metrics in values.items()}
            for group, values in summary.groups.items()
        },
        "sizes": {size: _metrics_json(metrics) for size, metrics in summary.sizes.items()},
        "failed": _bad_json(summary.failed),
        "look_ms": summary.look_ms,
        "find_ms": summary.find_ms,
        "look_bytes": summary.look_bytes,
        "find_bytes": summary.find_bytes,
    }


def _metrics_json(metrics: Metrics) -> dict[str, Any]:
    return {field.name: getattr(metrics, field.name).to_json() for field in fields(metrics)}


def write_csv(path: Path, summaries: Sequence[Summary]) -> None:
    """A row per setting and group: its metrics as shares, and the interval of hit@1."""
    names = [field.name for field in fields(Metrics)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*_WAY_COLUMNS, *names, *_LAST_COLUMNS])
        for summary in summaries:
            setting = summary.setting
            way = [summary.benchmark, setting.model, setting.selector, str(setting.packing), setting.keep_fraction]
            for group, value, metrics in _parts(summary):
                shares = [getattr(metrics, name) for name in names]
                cells = [rate.share if rate.n else "" for rate in shares]
                costs = [summary.look_ms, summary.find_ms, summary.look_bytes, summary.find_bytes]
                last = costs if group == "all" else [""] * len(costs)
                writer.writerow([*way, group, value, metrics.hits.n, *cells, *metrics.hits.interval, *last])


def _parts(summary: Summary) -> Iterator[tuple[str, str, Metrics]]:
    yield "all", "", summary.total
    for group, values in summary.groups.items():
        for value, metrics in values.items():
            yield group, value, metrics
    for size, metrics in summary.sizes.items():
        yield "size of the target", size, metrics


def _values(summaries: Sequence[Summary]) -> list[tuple[str, str]]:
    """All groups with all their values."""
    values: dict[str, set[str]] = {}
    for summary in summaries:
        for group, of_group in summary.groups.items():
            values.setdefault(group, set()).update(of_group)
    return [(group, value) for group, of_group in values.items() for value in sorted(of_group)]


def _hits(groups: Mapping[str, Mapping[str, Metrics]], group: str, value: str) -> Rate | None:
    metrics = groups.get(group, {}).get(value)
    return None if metrics is None else metrics.hits


def bytes_cell(n_bytes: int | None) -> str:
    """Memory as a cell of a table."""
    return "-" if n_bytes is None else f"{n_bytes / 1e6:,.0f} MB"

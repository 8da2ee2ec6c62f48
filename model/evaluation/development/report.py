"""The tables of a measurement, for a person and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from model.evaluation.development.summary import FALSE_REFUSALS, GROUPS, Summary
from model.evaluation.rates import Rate, rate_cell

SCHEMA_VERSION = 1

_LABEL_WIDTH = 34


def text_table(summaries: Sequence[Summary]) -> str:
    """Rates with 95 % intervals: a row per group, a column per setting."""
    return "\n".join(_lines(summaries))


def _lines(summaries: Sequence[Summary]) -> Iterator[str]:
    headings = [str(summary.setting) for summary in summaries]
    width = max(24, *(len(heading) + 2 for heading in headings))
    yield f"{'':{_LABEL_WIDTH}}" + "".join(f"{heading:>{width}}" for heading in headings)

    def row(label: str, rates: Sequence[Rate | None]) -> str:
        return f"{label:{_LABEL_WIDTH}}" + "".join(f"{rate_cell(rate):>{width}}" for rate in rates)

    yield row("found", [summary.hits for summary in summaries])
    for group in GROUPS:
        values = sorted({value for summary in summaries for value in summary.groups[group]})
        for value in values:
            yield row(f"  {group}: {value}", [summary.groups[group].get(value) for summary in summaries])
    yield row("found, if nothing is refused", [summary.pointed for summary in summaries])
    yield row("refused, not there", [summary.refused for summary in summaries])
    yield row("refused, though there", [summary.falsely_refused for summary in summaries])
    points = [summary.operating_point for summary in summaries]
    yield f"by score, {FALSE_REFUSALS:.0%} of what is there refused:"
    yield row("  refused, not there", [None if point is None else point.refused for point in points])
    yield row("  found", [None if point is None else point.hits for point in points])
    thresholds = ["-" if point is None else f"{point.threshold:.3f}" for point in points]
    yield f"{'  threshold':{_LABEL_WIDTH}}" + "".join(f"{threshold:>{width}}" for threshold in thresholds)
    for label, times in (("look", [s.look_ms for s in summaries]), ("find", [s.find_ms for s in summaries])):
        cells = "".join(f"{f'{ms:.1f} ms':>{width}}" for ms in times)
        yield f"{f'{label}, median':{_LABEL_WIDTH}}" + cells


def to_json(summaries: Sequence[Summary]) -> dict[str, Any]:
    """The same for programs; rates as ``{"share", "low", "high", "n"}``."""
    return {"schema": SCHEMA_VERSION, "settings": [_setting_json(summary) for summary in summaries]}


def _setting_json(summary: Summary) -> dict[str, Any]:
    point = summary.operating_point
    return {
        "model": summary.setting.model,
        "packing": str(summary.setting.packing),
        "keep_fraction": summary.setting.keep_fraction,
        "found": summary.hits.to_json(),
        "found_without_refusals": summary.pointed.to_json(),
        **{f"by_{group}": {v: rate.to_json() for v, rate in rates.items()} for group, rates in summary.groups.items()},
        "refused_absent": summary.refused.to_json(),
        "refused_present": summary.falsely_refused.to_json(),
        "operating_point": None
        if point is None
        else {
            "threshold": point.threshold,
            "refused_absent": point.refused.to_json(),
            "found": point.hits.to_json(),
        },
        "look_ms": summary.look_ms,
        "find_ms": summary.find_ms,
    }

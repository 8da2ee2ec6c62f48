"""The HTML report of any number of benchmarks and settings."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from operator import itemgetter
from pathlib import Path

from model.evaluation.benchmarks.answers import ItemAnswer
from model.evaluation.benchmarks.items import BadItem, reasons_of
from model.evaluation.benchmarks.summary import NOWHERE, SIZE_NAMES, Metrics, Summary
from model.evaluation.benchmarks.tables import HEADINGS, bytes_cell
from model.evaluation.page.gallery import failure_figure, failures_shown
from model.evaluation.page.plots import COLOURS, Series, bar_plot, line_plot
from model.evaluation.rates import Rate

_MAX_ROWS_TOLD = 50
_DIGEST_CHARS = 12
_MAX_BARS = len(COLOURS)
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } tr.group td { background: var(--soft); font-weight: 600; }
small { opacity: .7; } figure { margin: 0; } .plots { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; }
@media (max-width: 800px) { .plots { grid-template-columns: 1fr; } }
svg text { font-size: 12px; fill: currentColor; } .grid { stroke: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; font-size: 13px; } .legend svg { vertical-align: middle; }
.failures { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 1.5rem; }
.failure svg { border: 1px solid var(--line); width: 100%; height: auto; } .failure figcaption { font-size: 13px; }
.target { fill: none; stroke: #0a9c4a; } .answer { fill: none; stroke: #1c6fd4; }
.candidate { fill: none; stroke: #1c6fd4; stroke-opacity: .7; }
"""


def html_report(
    summaries: Sequence[Summary],
    answers: Sequence[ItemAnswer],
    left_out: Sequence[BadItem],
    *,
    titles: Mapping[str, str],
    folder: Path | None,
) -> str:
    """One file with everything in it.

    Args:
        summaries: of the answers.
        answers: all of them; some of the wrong ones are shown.
        left_out: rows that could not be asked.
        titles: of benchmarks, by name.
        folder: where the pictures are; None if they are not at hand.
    """
    benchmarks = dict.fromkeys(summary.benchmark for summary in summaries)
    sections = "".join(
        _section(titles.get(name, name), [summary for summary in summaries if summary.benchmark == name])
        for name in benchmarks
    )
    failed = "".join(_bad(f"{summary.setting} failed, counted as wrong", summary.failed) for summary in summaries)
    shown = failures_shown(answers)
    n_wrong = sum(not answer.is_hit for answer in answers)
    gallery = "".join(failure_figure(answer, folder) for answer in shown)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Foveal: benchmarks</title>'
        '<meta name="viewport" content="width=device-width"><style>'
        f"{_STYLE}</style></head><body><h1>How well grounding models do</h1>"
        "<p>Shares with their 95 % intervals (Wilson) and the number of items.</p>"
        f"{sections}{_bad('Rows left out', left_out)}{failed}"
        f"<h2>Failures</h2><p>{len(shown)} of {n_wrong} wrong answers. "
        "Green: the target. Blue ring: the answer; thin rings: other candidates. "
        "The warmer, the higher the patch scores, from the lowest to the highest of each picture.</p>"
        f'<div class="failures">{gallery}</div></body></html>\n'
    )


def _section(title: str, summaries: Sequence[Summary]) -> str:
    lines = line_plot(_along_kept(summaries), x_label="share of patches kept", y_label="hit@1")
    shown = summaries if len(summaries) <= _MAX_BARS else summaries[:: -(-len(summaries) // _MAX_BARS)]
    sizes = [size for size in SIZE_NAMES if any(size in summary.sizes for summary in summaries)]
    bars = bar_plot(_failures(shown), sizes, y_label="failures by size of the target")
    more = "" if len(shown) == len(summaries) else f" {len(shown)} of {len(summaries)} settings."
    return (
        f'<h2>{escape(title)}</h2><div class="plots"><div><h3>Accuracy against kept share</h3>{lines}</div>'
        f"<div><h3>Failures by size of the target</h3>{bars}"
        f'<p><small>Side of a square of the target\'s area; "{NOWHERE}": it should be refused.{more}</small></p>'
        "</div></div>"
        f'<div class="wide"><table>{"".join(_rows(summaries))}</table></div>'
    )


def _along_kept(summaries: Sequence[Summary]) -> list[Series]:
    """A line for each model, selector and packing.

    Where all is kept there is nothing to choose and to pack, so all ways of a model share that point.
    """
    ways: dict[tuple[str, str, str], dict[float, Rate]] = {}
    whole = {s.setting.model: s.total.hits for s in summaries if s.setting.keep_fraction == 1.0}
    for summary in summaries:
        setting = summary.setting
        way = ways.setdefault((setting.model, setting.selector, str(setting.packing)), {})
        way[setting.keep_fraction] = summary.total.hits
        if setting.model in whole:
            way.setdefault(1.0, whole[setting.model])
    return [
        Series(name=" ".join(part for part in way if part), points=tuple(sorted(points.items(), key=itemgetter(0))))
        for way, points in ways.items()
    ]


def _failures(summaries: Sequence[Summary]) -> list[Series]:
    return [
        Series(
            name=str(summary.setting),
            points=tuple((size, _failed(metrics.hits)) for size, metrics in summary.sizes.items()),
        )
        for summary in summaries
    ]


def _failed(hits: Rate) -> Rate:
    return Rate(n_hits=hits.n - hits.n_hits, n=hits.n)


def _rows(summaries: Sequence[Summary]) -> Iterator[str]:
    yield _row("th", "", [escape(str(summary.setting)) for summary in summaries])
    for name, heading in HEADINGS.items():
        yield _row("td", heading, [_cell(getattr(summary.total, name)) for summary in summaries])
    if any(summary.there.hits.n != summary.total.hits.n for summary in summaries):
        yield _row("td", "hit@1, what is there", [_cell(summary.there.hits) for summary in summaries])
    if any(summary.mean is not None for summary in summaries):
        means = ["–" if summary.mean is None else f"{summary.mean:.1%}" for summary in summaries]
        yield _row("td", "hit@1, mean as in the paper", means)
    yield _row("td", "look, median", [f"{summary.look_ms:.1f} ms" for summary in summaries])
    yield _row("td", "find, median", [f"{summary.find_ms:.1f} ms" for summary in summaries])
    yield _row("td", "look, most memory", [bytes_cell(summary.look_bytes) for summary in summaries])
    yield _row("td", "find, most memory", [bytes_cell(summary.find_bytes) for summary in summaries])
    yield _row("td", "digest of the weights", [escape(summary.digest[:_DIGEST_CHARS]) for summary in summaries])
    for group in dict.fromkeys(group for summary in summaries for group in summary.groups):
        yield f'<tr class="group"><td colspan="{len(summaries) + 1}">hit@1 by {escape(group)}</td></tr>'
        for value in sorted({value for summary in summaries for value in summary.groups.get(group, {})}):
            cells = [_cell(_hits(summary.groups.get(group, {}).get(value))) for summary in summaries]
            yield _row("td", escape(value), cells)
    yield f'<tr class="group"><td colspan="{len(summaries) + 1}">hit@1 by size of the target</td></tr>'
    for size in (name for name in SIZE_NAMES if any(name in summary.sizes for summary in summaries)):
        yield _row("td", size, [_cell(_hits(summary.sizes.get(size))) for summary in summaries])


def _row(tag: str, label: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in (label, *cells)) + "</tr>"


def _cell(rate: Rate | None) -> str:
    if rate is None or not rate.n:
        return "–"
    low, high = rate.interval
    return f"{rate.share:.1%} <small>{low * 100:.1f}–{high * 100:.1f}, n={rate.n}</small>"


def _hits(metrics: Metrics | None) -> Rate | None:
    return None if metrics is None else metrics.hits


def _bad(title: str, bad: Sequence[BadItem]) -> str:
    """How many there are, why, and which; nothing if there are none."""
    if not bad:
        return ""
    reasons = "".join(f"<li>{n}: {escape(problem)}</li>" for problem, n in reasons_of(bad))
    rows = "".join(f"<li>{escape(one.place)}: {escape(one.problem)}</li>" for one in bad[:_MAX_ROWS_TOLD])
    more = f"<p>and {len(bad) - _MAX_ROWS_TOLD} more</p>" if len(bad) > _MAX_ROWS_TOLD else ""
    return (
        f"<h2>{escape(title)}: {len(bad)}</h2><ul>{reasons}</ul>"
        f"<details><summary>which</summary><ul>{rows}</ul>{more}</details>"
    )

"""The table of a benchmark, and its JSON form."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from model.focusui.bench.contenders import Stage, Way
from model.focusui.bench.measure import Row

_HEADER = (
    f"{'way':<19}{'keep':>5}{'kept':>13}{'decoder':>9}{'shown':>7}"
    + "".join(f"{stage.value:>9}" for stage in Stage)
    + f"{'total':>9}{'second':>9}{'TFLOP':>8}{'x FLOP':>8}{'GiB':>7}{'x ours':>8}{'x auth':>8}{'x 2nd':>7}"
)


def table(rows: Sequence[Row]) -> list[str]:
    """Lines of a table, a block per size. Times are milliseconds.

    ``kept`` counts visual tokens, ``decoder`` all tokens that reach it; ``shown`` is the vision tower's share of cells.

    ``x ours`` and ``x auth``: how many times faster a row is, from a new screen, than ours and the authors' style with
    everything kept; ``x FLOP``: what operations would let one expect of the first; ``x 2nd``: how many times faster the
    second instruction on a screen is than the first.
    """
    lines: list[str] = []
    for size in dict.fromkeys(row.size for row in rows):
        block = [row for row in rows if row.size == size]
        lines += [size, _HEADER]
        ours, authors = _whole(block, Way.OURS), _whole(block, Way.AUTHORS)
        lines += [_line(row, ours, authors) for row in block]
        lines.append("")
    return lines


def to_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each row as an object; operations by stage, ``null`` where nothing was measured."""
    return [asdict(row) for row in rows]


def _whole(block: Sequence[Row], way: Way) -> Row | None:
    """The row of a way that keeps everything, if it ran."""
    return next((row for row in block if row.way is way and row.keep_fraction == 1.0 and row.stage_ms), None)


def _line(row: Row, ours: Row | None, authors: Row | None) -> str:
    start = f"{row.way.value:<19}{row.keep_fraction:>5.2f}"
    if row.flops is None:
        return f"{start}  out of memory"
    stages = "".join(f"{row.stage_ms[stage]:>9.1f}" if stage in row.stage_ms else f"{'':>9}" for stage in Stage)
    memory = "" if row.peak_bytes is None else f"{row.peak_bytes / 2**30:.2f}"
    fewer = "" if ours is None or ours.flops is None else f"{ours.flops.total / row.flops.total:.2f}"
    return (
        f"{start}{f'{row.n_kept}/{row.n_visual}':>13}{row.n_packed:>9}{row.n_seen / row.n_visual:>7.0%}{stages}"
        f"{row.first_ms:>9.1f}{row.second_ms:>9.1f}{row.flops.total / 1e12:>8.2f}{fewer:>8}{memory:>7}"
        f"{_ratio(ours, row):>8}{_ratio(authors, row):>8}{row.first_ms / row.second_ms:>7.2f}"
    )


def _ratio(base: Row | None, row: Row) -> str:
    return "" if base is None else f"{base.first_ms / row.first_ms:.2f}"

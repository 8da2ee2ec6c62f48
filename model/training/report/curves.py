"""Curves of a run's numbers as SVG."""

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SIZE: Final = (420, 200)
_LEFT, _TOP, _RIGHT, _BELOW = 56, 28, 12, 24
_N_LEVELS: Final = 4
_MEAN_SHARE: Final = 0.03
_MOST_DOTS: Final = 600


def curve(title: str, steps: Sequence[float], values: Sequence[float], *, is_share: bool = False) -> str:
    """One panel: each value as a dot, their running mean as a line.

    Args:
        title: of the panel.
        steps: of the values, rising.
        values: at least one, finite.
        is_share: the scale goes from 0 to 1.
    """
    xs, ys = np.asarray(steps, np.float64), np.asarray(values, np.float64)
    low, high = (0.0, 1.0) if is_share else (float(ys.min()), float(ys.max()))
    spread, length = max(high - low, 1e-12), max(float(xs.max()), 1.0)
    width, height = _SIZE

    def place(step: float, value: float) -> tuple[float, float]:
        x = _LEFT + (width - _LEFT - _RIGHT) * step / length
        return x, height - _BELOW - (height - _TOP - _BELOW) * (value - low) / spread

    mean = _running_mean(ys)
    parts = [f'<svg viewBox="0 0 {width} {height}" role="img"><title>{escape(title)}</title>']
    for level in np.linspace(low, high, _N_LEVELS):
        y = place(0, float(level))[1]
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{width - _RIGHT}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{level:.3g}</text>')
    for step, value in zip(_thinned(xs), _thinned(ys), strict=True):
        x, y = place(float(step), float(value))
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="1.5"/>')
    line = " ".join(
        "{:.1f},{:.1f}".format(*place(float(step), float(value)))
        for step, value in zip(_thinned(xs), _thinned(mean), strict=True)
    )
    parts.append(f'<polyline class="line" points="{line}"/>')
    parts.append(f'<text class="title" x="{_LEFT}" y="16">{escape(title)}, last {mean[-1]:.4g}</text>')
    parts.append(f'<text x="{width - _RIGHT}" y="{height - 8}" text-anchor="end">{length:.0f} steps</text></svg>')
    return "".join(parts)


def _running_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the last few values at each."""
    n = max(1, round(_MEAN_SHARE * len(values)))
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - n, 0)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))


def _thinned(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """No more than can be told apart, the last one included."""
    if len(values) <= _MOST_DOTS:
        return values
    return np.asarray(values[np.linspace(0, len(values) - 1, _MOST_DOTS).round().astype(int)])

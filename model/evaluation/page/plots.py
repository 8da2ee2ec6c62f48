"""Plots as inline SVG: rates with their intervals along the kept share, and by class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from model.evaluation.rates import Rate

_WIDTH, _HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 44
COLOURS = ("#2a78d6", "#e0662c", "#1a9c6e", "#7350c9", "#d3423f", "#b58900", "#1593a8", "#b0447c")
"""Of series, in order; then the same with dashes, which bars do not have."""

_DASHES = ("", "6 3", "2 3")
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_CAP = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a plot, or one bar of each class.

    Attributes:
        name: in the legend.
        points: (place, rate) in order; a place is a share for lines and a class for bars.
    """

    name: str
    points: tuple[tuple[float | str, Rate], ...]


def line_plot(series: Sequence[Series], *, x_label: str, y_label: str) -> str:
    """Rates along a share from 0 to 1, each with its 95 % interval."""
    return _framed(_lines(series), series, _x_ticks([(f"{x:.0%}", _x(x)) for x in _TICKS]), x_label, y_label)


def bar_plot(series: Sequence[Series], classes: Sequence[str], *, y_label: str) -> str:
    """Rates of classes, each with its 95 % interval, the series side by side."""
    step = (_WIDTH - _LEFT - _RIGHT) / len(classes)
    ticks = _x_ticks([(name, _LEFT + (i + 0.5) * step) for i, name in enumerate(classes)])
    return _framed(_bars(series, classes, step), series, ticks, "", y_label)


def _lines(series: Sequence[Series]) -> Iterator[str]:
    for i, one in enumerate(series):
        places = [(_x(float(place)), rate) for place, rate in one.points]
        path = " ".join(f"{x:.1f},{_y(rate.share):.1f}" for x, rate in places)
        yield f'<polyline points="{path}" fill="none" stroke="{_colour(i)}" stroke-width="2"{_dash(i)}/>'
        for x, rate in places:
            yield _whisker(x, rate, _colour(i))
            yield (
                f'<circle cx="{x:.1f}" cy="{_y(rate.share):.1f}" r="4" fill="{_colour(i)}">'
                f"<title>{escape(one.name)}: {_told(rate)}</title></circle>"
            )


def _bars(series: Sequence[Series], classes: Sequence[str], step: float) -> Iterator[str]:
    width = step * 0.8 / len(series)
    for i, one in enumerate(series):
        for place, rate in one.points:
            left = _LEFT + classes.index(str(place)) * step + step * 0.1 + i * width
            top = _y(rate.share)
            yield (
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(width - 1, 1):.1f}" height="{_y(0) - top:.1f}" '
                f'fill="{_colour(i)}" fill-opacity="0.75"><title>{escape(one.name)}, {escape(str(place))}: '
                f"{_told(rate)}</title></rect>"
            )
            yield _whisker(left + width / 2, rate, "currentColor")


def _framed(marks: Iterator[str], series: Sequence[Series], x_ticks: str, x_label: str, y_label: str) -> str:
    grid = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_y(y):.1f}" y2="{_y(y):.1f}" class="grid"/>'
        f'<text x="{_LEFT - 6}" y="{_y(y) + 4:.1f}" text-anchor="end">{y:.0%}</text>'
        for y in _TICKS
    )
    labels = (
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(12 {(_TOP + _HEIGHT - _BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>"
    )
    legend = "".join(
        f'<span><svg width="26" height="10"><line x1="0" x2="26" y1="5" y2="5" stroke="{_colour(i)}" '
        f'stroke-width="3"{_dash(i)}/></svg> {escape(one.name)}</span>'
        for i, one in enumerate(series)
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(y_label)}">'
        f'{grid}{x_ticks}{labels}{"".join(marks)}</svg><figcaption class="legend">{legend}</figcaption></figure>'
    )


def _x_ticks(ticks: Sequence[tuple[str, float]]) -> str:
    y = _HEIGHT - _BOTTOM + 18
    return "".join(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{escape(name)}</text>' for name, x in ticks)


def _whisker(x: float, rate: Rate, colour: str) -> str:
    low, high = (_y(edge) for edge in rate.interval)
    return (
        f'<path d="M{x:.1f} {low:.1f}V{high:.1f}M{x - _CAP:.1f} {low:.1f}H{x + _CAP:.1f}M{x - _CAP:.1f} '
        f'{high:.1f}H{x + _CAP:.1f}" stroke="{colour}" fill="none"/>'
    )


def _told(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.share:.1%} ({low:.1%} to {high:.1%}, n = {rate.n})"


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM)


def _colour(i: int) -> str:
    return COLOURS[i % len(COLOURS)]


def _dash(i: int) -> str:
    """Lines of the same colour differ in their dashes."""
    dash = _DASHES[i // len(COLOURS) % len(_DASHES)]
    return f' stroke-dasharray="{dash}"' if dash else ""

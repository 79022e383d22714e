"""Four kinds of drawings as inline SVG: intervals, bars, columns and curves.

Every text is escaped; colours are classes of the page's style sheet, so that a drawing follows it into the dark and onto
paper.  A drawing carries its meaning in words too (``title`` and ``description``) for those who do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

Format = Callable[[float], str]
_ROW, _TOP, _LABEL, _VALUE, _WIDTH = 22.0, 34.0, 210.0, 96.0, 720.0


@dataclass(frozen=True)
class Caption:
    """What a drawing shows: a short title in it, and a sentence for screen readers."""

    title: str
    description: str


@dataclass(frozen=True)
class IntervalRow:
    """An estimate with its interval; ``tone`` is a class of the style sheet (good, bad, plain)."""

    label: str
    estimate: float
    low: float
    high: float
    tone: str = "plain"


@dataclass(frozen=True)
class BarRow:
    """A bar, with its words beside it."""

    label: str
    value: float
    words: str
    tone: str = "mark0"


@dataclass(frozen=True)
class Series:
    """A curve or points, with an optional band of whiskers.

    Parameters
    ----------
    kind
        ``line``, ``points``, ``both`` or ``dashed``.
    low, high
        Ends of the whiskers, the same length as ``y``; empty: none.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    kind: str = "line"
    tone: str = "mark0"
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Axes:
    """How a plane of curves is laid out; the limits are widened to round numbers.

    Parameters
    ----------
    x_labels
        Words for whole numbers on the x axis from 0 on (quarters); empty: numbers by ``x_format``.
    """

    x_name: str
    y_name: str
    x_format: Format
    y_format: Format
    width: float = 720.0
    height: float = 300.0
    from_zero: bool = False
    diagonal: bool = False
    x_labels: Sequence[str] = ()


def interval_drawing(caption: Caption, rows: Sequence[IntervalRow], text: Format) -> Markup:
    """Draw estimates with their intervals under one another, with a line at 0."""
    low, high = min(0.0, *(one.low for one in rows)), max(0.0, *(one.high for one in rows))
    ticks = round_ticks(low, high, 5)
    left, right = _LABEL, _WIDTH - _VALUE
    scale = _Scale(ticks[0], ticks[-1], left, right)
    bottom = _TOP + _ROW * len(rows)
    parts = [*_vertical_grid(ticks, scale, _TOP, bottom)]
    parts.append(_line(scale(0.0), _TOP, scale(0.0), bottom, "axis"))
    for number, one in enumerate(rows):
        y = _TOP + _ROW * (number + 0.5)
        parts.append(_text(left - 12, y + 4, one.label, "end"))
        parts.append(_line(scale(one.low), y, scale(one.high), y, f"whisker {one.tone}"))
        parts.append(f'<circle class="{one.tone}" cx="{scale(one.estimate):.1f}" cy="{y:.1f}" r="4"/>')
        parts.append(_text(_WIDTH, y + 4, text(one.estimate), "end"))
    return _svg(caption, parts, _WIDTH, bottom + 24)


def bar_drawing(caption: Caption, rows: Sequence[BarRow], marks: Sequence[tuple[float, str]] = ()) -> Markup:
    """Draw bars under one another from 0 on; ``marks`` are named values, drawn as dashed lines."""
    high = max([0.0, *(one.value for one in rows), *(mark for mark, _ in marks)]) or 1.0
    scale = _Scale(0.0, high, _LABEL, _WIDTH - _VALUE - 40)
    top = _TOP + (18 if marks else 0)
    bottom = top + _ROW * len(rows)
    parts = []
    for number, one in enumerate(rows):
        y, end = top + _ROW * number, scale(max(one.value, 0.0))
        parts.append(_text(_LABEL - 12, y + 15, one.label, "end"))
        parts.append(
            f'<rect class="bar {one.tone}" x="{_LABEL:g}" y="{y + 4:.1f}" width="{end - _LABEL:.1f}" height="14"/>'
        )
        at, side = (_WIDTH, "end") if marks else (end + 8, "start")  # out of the way of the dashed lines
        parts.append(_text(at, y + 15, one.words, side))
    for value, name in marks:
        parts.append(_line(scale(value), top - 4, scale(value), bottom, "dashed"))
        parts.append(_text(scale(value), top - 8, name, "middle soft"))
    parts.append(_line(_LABEL, top, _LABEL, bottom, "axis"))
    return _svg(caption, parts, _WIDTH, bottom + 8)


def column_drawing(
    caption: Caption, edges: Sequence[float], shares: Sequence[float], x_name: str, text: Format
) -> Markup:
    """Draw a histogram: the share in each bin between neighbouring edges, those below 0 in another colour."""
    width, height, left, bottom = _WIDTH, 250.0, 46.0, 200.0
    x, ticks = _Scale(edges[0], edges[-1], left, width - 12), round_ticks(0.0, max(*shares, 0.01), 4)
    y = _Scale(0.0, ticks[-1], bottom, _TOP)
    parts = []
    for tick in ticks:
        parts.append(_line(left, y(tick), width - 12, y(tick), "grid"))
        parts.append(_text(left - 8, y(tick) + 4, text(tick), "end soft"))
    for low, high, share in zip(edges, edges[1:], shares, strict=False):
        tone = "mark0" if high <= 0 else "mark1"
        parts.append(
            f'<rect class="bar {tone}" x="{x(low) + 1:.1f}" y="{y(share):.1f}" width="{x(high) - x(low) - 2:.1f}" '
            f'height="{bottom - y(share):.1f}"/>'
        )
    parts += [_text(x(edge), bottom + 18, _signed(edge), "middle soft") for edge in edges]
    parts.append(_line(left, bottom, width - 12, bottom, "axis"))
    parts.append(_text((left + width) / 2, height - 8, x_name, "middle soft"))
    return _svg(caption, parts, width, height)


def curve_drawing(caption: Caption, series: Sequence[Series], axes: Axes) -> Markup:
    """Draw curves and points in one plane, with a legend where there is more than one."""
    x_ticks, y_ticks = _plane_ticks(series, axes)
    legend = len(series) > 1
    top, bottom, left = _TOP + (20 if legend else 6), axes.height - 44, 52.0
    x = _Scale(x_ticks[0], x_ticks[-1], left, axes.width - 14)
    y = _Scale(y_ticks[0], y_ticks[-1], bottom, top)
    parts = [_line(left, y(tick), axes.width - 14, y(tick), "grid") for tick in y_ticks]
    parts += [_text(left - 8, y(tick) + 4, axes.y_format(tick), "end soft") for tick in y_ticks]
    if axes.x_labels:
        step = max(1, math.ceil(len(axes.x_labels) * 58 / axes.width))
        parts += [
            _text(x(i), bottom + 18, label, "middle soft") for i, label in enumerate(axes.x_labels) if i % step == 0
        ]
    else:
        parts += [_text(x(tick), bottom + 18, axes.x_format(tick), "middle soft") for tick in x_ticks]
    parts += [_line(left, bottom, axes.width - 14, bottom, "axis"), _line(left, top, left, bottom, "axis")]
    if axes.diagonal:
        parts.append(_line(x(x_ticks[0]), y(y_ticks[0]), x(x_ticks[-1]), y(y_ticks[-1]), "dashed"))
    for one in series:
        parts += _series(one, x, y)
    parts += _legend(series, left) if legend else []
    parts.append(_text((left + axes.width) / 2, axes.height - 8, axes.x_name, "middle soft"))
    parts.append(_text(axes.width - 14, top - 8 if not legend else top - 28, axes.y_name, "end soft"))
    return _svg(caption, parts, axes.width, axes.height)


def round_ticks(low: float, high: float, about: int) -> list[float]:
    """Give round numbers, about so many steps apart, from at or below ``low`` to at or above ``high``.

    Examples
    --------
    >>> round_ticks(0.0, 0.93, 4)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    >>> round_ticks(-0.021, 0.004, 4)
    [-0.03, -0.02, -0.01, 0.0, 0.01]
    """
    span = high - low if high > low else max(abs(high), 1.0)
    rough = span / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1.0, 2.0, 2.5, 5.0, 10.0) if size * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return self.first + (inside - self.low) / (self.high - self.low) * (self.last - self.first)


def _plane_ticks(series: Sequence[Series], axes: Axes) -> tuple[list[float], list[float]]:
    xs = [value for one in series for value in one.x]
    ys = [value for one in series for value in (*one.y, *one.low, *one.high)]
    if axes.diagonal:
        both = round_ticks(0.0, max(*xs, *ys), 4)
        return both, both
    x_ticks = [0.0, float(max(len(axes.x_labels) - 1, 1))] if axes.x_labels else round_ticks(min(xs), max(xs), 6)
    return x_ticks, round_ticks(0.0 if axes.from_zero else min(ys), max(ys), 4)


def _series(one: Series, x: _Scale, y: _Scale) -> list[str]:
    parts = []
    if one.kind in ("line", "both", "dashed") and len(one.x) > 1:
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(one.x, one.y, strict=True))
        style = "dashed" if one.kind == "dashed" else f"line {one.tone}"
        fill = "" if one.kind == "dashed" else ' style="fill:none"'
        parts.append(f'<polyline class="{style}"{fill} points="{points}"/>')
    for a, low, high in zip(one.x, one.low, one.high, strict=False):
        parts.append(_line(x(a), y(low), x(a), y(high), f"whisker {one.tone}"))
    if one.kind in ("points", "both"):
        parts += [
            f'<circle class="{one.tone}" cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5"/>'
            for a, b in zip(one.x, one.y, strict=True)
        ]
    return parts


def _legend(series: Sequence[Series], left: float) -> list[str]:
    parts, at = [], left
    for one in series:
        if one.kind == "points":
            parts.append(f'<circle class="{one.tone}" cx="{at + 14:.1f}" cy="{_TOP + 2:.1f}" r="3.5"/>')
        else:
            style = "dashed" if one.kind == "dashed" else f"line {one.tone}"
            parts.append(_line(at, _TOP + 2, at + 22, _TOP + 2, style))
        parts.append(_text(at + 28, _TOP + 6, one.name, "start soft"))
        at += 28 + 7.2 * len(one.name) + 18
    return parts


def _vertical_grid(ticks: Sequence[float], scale: _Scale, top: float, bottom: float) -> list[str]:
    parts = [_line(scale(tick), top, scale(tick), bottom, "grid") for tick in ticks]
    return parts + [_text(scale(tick), bottom + 18, _signed(tick), "middle soft") for tick in ticks]


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, style: str) -> str:
    from markupsafe import escape

    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _svg(caption: Caption, parts: Sequence[str], width: float, height: float) -> Markup:
    from markupsafe import Markup, escape

    head = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(caption.description)}">'
    title = _text(0, 14, caption.title, "title start")
    return Markup(f"{head}{title}{''.join(parts)}</svg>")  # noqa: S704 - every text in it is escaped above

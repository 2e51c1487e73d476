"""The risk page's charts, as SVG that stays sharp in print: scores over time, time in each level, what drives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from synth.risk.tables import levels

LEFT, RIGHT, SOFT, LINE = "#d06800", "#0072b2", "#57606a", "#d8dde3"
# From harmless to worst; light enough for black text on it, apart from each other for the colour-blind and in grey.
SHADES = {
    4: ("#dcefe3", "#f8ecb5", "#f6c48c", "#e58a7b"),
    5: ("#dcefe3", "#edf2c0", "#f8e19a", "#f3b27e", "#e08a7c"),
}
_WIDTH, _HEIGHT, _AT, _RIGHT, _TOP, _BOTTOM = 760, 230, 44, 92, 10, 30
_MOST_POINTS = 1500
_STEADY = 0.5  # seconds


def over_time(
    method: str,
    seconds: NDArray[np.float64],
    sides: NDArray[np.integer],
    low: NDArray[np.integer],
    high: NDArray[np.integer],
    marks: Sequence[int] = (),
) -> str:
    """A method's score over time: left and right as steps, their interval as bands, levels behind, marks of moments."""
    bounds = [level.most for level in levels(method)]
    top, span = bounds[-1] + 0.5, max(float(np.ptp(seconds)), 1e-9)
    begin = float(seconds.min())

    def x(second: float) -> float:
        return _AT + (second - begin) / span * (_WIDTH - _AT - _RIGHT)

    def y(value: float) -> float:
        return _TOP + (top - value) / (top - 0.5) * (_HEIGHT - _TOP - _BOTTOM)

    parts, below = [], 0.5
    for level, shade in zip(levels(method), SHADES[len(bounds)], strict=True):
        upper = level.most + 0.5
        wide, tall = _WIDTH - _AT - _RIGHT, y(below) - y(upper)
        parts.append(
            f'<rect x="{_AT}" y="{y(upper):.1f}" width="{wide}" height="{tall:.1f}" '
            f'fill="{shade}"/><text x="{_AT + wide + 6}" y="{y(upper) + tall / 2 + 4:.1f}">{level.name}</text>'
        )
        parts.append(f'<text x="{_AT - 6}" y="{y(level.most) + 4:.1f}" text-anchor="end">{level.most}</text>')
        below = upper
    pick = np.unique(np.linspace(0, len(seconds) - 1, _MOST_POINTS).astype(int))
    for column, colour in ((0, LEFT), (1, RIGHT)):
        above = [f"{x(seconds[n]):.1f},{y(high[n, column] + 0.15):.1f}" for n in pick]
        under = [f"{x(seconds[n]):.1f},{y(low[n, column] - 0.15):.1f}" for n in pick[::-1]]
        parts.append(f'<polygon points="{" ".join(above + under)}" fill="{colour}" fill-opacity="0.16"/>')
    sides = steady(sides, seconds)
    for column, colour in ((0, LEFT), (1, RIGHT)):
        line = " ".join(f"{x(seconds[n]):.1f},{y(sides[n, column]):.1f}" for n in pick)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
    for number, row in enumerate(marks, 1):
        at = x(seconds[row])
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" stroke="#1b1f24" '
            f'stroke-dasharray="2 3"/><circle cx="{at:.1f}" cy="{_TOP + 9}" r="8" fill="#1b1f24"/>'
            f'<text x="{at:.1f}" y="{_TOP + 13}" text-anchor="middle" style="fill:#fff">{number}</text>'
        )
    for tick in ticks(begin, begin + span):
        parts.append(
            f'<text x="{x(tick):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{tick + 0.0:g} s</text>'
        )
    label = f"{method.upper()} of left and right over time"
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def steady(scores: NDArray[np.integer], seconds: NDArray[np.float64]) -> NDArray[np.integer]:
    """(n, 2) medians over half a second around each moment: what a lifted joint jitters by is no change of posture."""
    step = float(np.median(np.diff(seconds))) if len(seconds) > 1 else 1.0
    width = 2 * max(0, round(_STEADY / 2 / max(step, 1e-6))) + 1
    return np.asarray(median_filter(scores, size=(width, 1), mode="nearest"))


def ticks(low: float, high: float) -> list[float]:
    """Some five round seconds of a stretch of time."""
    step = next(
        s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1e9) if (high - low) / s <= 7
    )
    first = np.ceil(low / step - 1e-9) * step
    return [round(float(each), 3) + 0.0 for each in np.arange(first, high + 1e-9, step)]


def bar(method: str, shares: Mapping[str, float]) -> str:
    """Time in each level as one bar; what is wide enough says its percentage."""
    at, parts = 0.0, []
    for (name, share), shade in zip(shares.items(), SHADES[len(shares)], strict=True):
        width = 600 * share
        if width > 0.05:
            text = f'<text x="{at + width / 2:.1f}" y="18" text-anchor="middle">{100 * share:.0f} %</text>'
            parts.append(
                f'<rect x="{at:.1f}" y="0" width="{width:.2f}" height="26" fill="{shade}" stroke="#fff">'
                f"<title>{name}: {100 * share:.1f} %</title></rect>{text if width > 36 else ''}"
            )
        at += width
    return f'<svg viewBox="0 0 600 26" role="img" aria-label="{method.upper()} levels">{"".join(parts)}</svg>'


def drivers(rows: Sequence[tuple[str, float, float]]) -> str:
    """By how many points each part drives the score, left and right."""
    most = max([value for row in rows for value in row[1:]] + [0.5])
    parts = []
    for number, (name, *sides) in enumerate(rows):
        top = 34 * number
        parts.append(f'<text x="0" y="{top + 20}" style="font-size:13px;fill:#1b1f24">{name}</text>')
        for place, (value, colour) in enumerate(zip(sides, (LEFT, RIGHT), strict=True)):
            width = 330 * value / most
            parts.append(
                f'<rect x="190" y="{top + 3 + 13 * place}" width="{max(width, 0.5):.1f}" height="11" fill="{colour}"/>'
                f'<text x="{196 + width:.1f}" y="{top + 13 + 13 * place}">{value:.1f}</text>'
            )
    height = 34 * len(rows) + 4
    return f'<svg viewBox="0 0 600 {height}" role="img" aria-label="what drives the score">{"".join(parts)}</svg>'

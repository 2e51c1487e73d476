"""Small charts as inline SVG: text stays text, and every mark has a tooltip (`<title>`), without any script.

Written by hand because no library keeps tooltips in one offline page of about 1 MB (a report has 16 charts or more).
Measured on the histogram of an angle, 4.6 kB here: plotly 7.1 adds a script of 4,815 kB; vega, vega-lite and their
embedding (altair 6.3) 897 kB; pygal 3.1 writes 27 kB a chart, loads its tooltips' script from the network and has no
equal-area disc; matplotlib 3.11 writes 12 kB a histogram and 69 kB a disc (50 kB here), without tooltips.

Colours are Okabe and Ito's (2008), which people with any colour vision tell apart; series are also told apart by
shape: the first is filled, the others are lines.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.colours import BLUE, GREEN, VERMILION

SERIES_COLOURS = (BLUE, VERMILION, GREEN)
_DASHES = ("", "", "5 3")
_WIDTH, _HEIGHT = 340, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 10, 8, 30
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One corpus, or selection, in charts: what it is called, and its values."""

    name: str
    values: Values


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def percent(share: float) -> str:
    """A share as text: one digit after the point below ten percent."""
    if 0 < share < 0.0005:
        return "< 0.1%"
    if 0.9995 > share >= 0.995:
        return f"{share:.1%}"
    return f"{share:.1%}" if 0 < share < 0.0995 else f"{share:.0%}"


def shares(counts: Any) -> Values:
    """Counts as shares of their sum; zeros where there are none."""
    counts = np.asarray(counts, np.float64)
    return counts / max(float(counts.sum()), 1e-300)


def histogram(
    series: Sequence[Series], edges: NDArray[Any], *, axis: str, ticks: Sequence[float], title: str,
    mark: Sequence[float] = (),
) -> str:  # fmt: skip
    """Shares of samples between edges: filled for the first series, stepped lines for the others.

    Values of a series are counts. `mark` draws dotted lines at values of the axis.
    """
    each = [Series(one.name, shares(one.values)) for one in series]
    highest = max(1e-9, *(float(one.values.max(initial=0)) for one in each))
    step = _nice(highest / 3)
    top = step * math.ceil(highest / step)
    low, high = float(edges[0]), float(edges[-1])

    def x(value: float) -> float:
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_open(_WIDTH, _HEIGHT, title)]
    parts += [_grid(y(k * step), f"{100 * k * step:g}%") for k in range(1 + round(top / step))]
    for k, value in enumerate(each[0].values):
        a, b = x(float(edges[k])), x(float(edges[k + 1]))
        words = f"{figure(edges[k])} to {figure(edges[k + 1])} {axis}: {percent(float(value))}"
        parts.append(
            f'<rect class="col" x="{a + 0.5:.1f}" y="{y(value):.1f}" width="{max(0.5, b - a - 1):.1f}" '
            f'height="{max(0.0, y(0) - y(value)):.1f}"><title>{_escape(words)}</title></rect>'
        )
    for number, one in enumerate(each[1:], 1):
        points = [(x(low), y(0))]
        for k, value in enumerate(one.values):
            points += [(x(float(edges[k])), y(value)), (x(float(edges[k + 1])), y(value))]
        points.append((x(high), y(0)))
        parts.append(_line(points, number, one.name))
    for value in mark:
        parts.append(
            f'<line class="mark" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{_TOP}" y2="{y(0):.1f}"/>'
        )
    parts += [_tick(x(value), y(0), figure(value)) for value in ticks]
    parts.append(_axis_name(axis))
    return "".join([*parts, "</svg>"])


def curve(series: Sequence[Series], labels: Sequence[str], *, axis: str, title: str, top: float = 1.0) -> str:
    """A value for each of some classes in order, NaN for none: a line with a dot at each."""
    gap = (_WIDTH - _LEFT - _RIGHT) / len(labels)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_open(_WIDTH, _HEIGHT, title)]
    parts += [_grid(y(k * top / 4), f"{k * top / 4:.2f}") for k in range(5)]
    for number, one in enumerate(series):
        points = [
            (_LEFT + gap * (k + 0.5), y(float(value)), labels[k], float(value))
            for k, value in enumerate(one.values)
            if np.isfinite(value)
        ]
        parts.append(_line([(px, py) for px, py, _, _ in points], number, one.name))
        colour = SERIES_COLOURS[number % 3]
        parts += [
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{colour}">'
            f"<title>{_escape(one.name)}, {_escape(label)}: {value:.2f}</title></circle>"
            for px, py, label, value in points
        ]
    parts += [_tick(_LEFT + gap * (k + 0.5), y(0), label) for k, label in enumerate(labels)]
    parts.append(_axis_name(axis))
    return "".join([*parts, "</svg>"])


def sphere(counts: NDArray[Any], title: str) -> str:
    """Where cameras stand around a person, seen from above: counts (rings of equal area from below up, sectors
    of azimuth, the first about straight ahead). The middle is overhead, the dashed circle level with the pelvis,
    ahead of the person is down the page. Equal areas of the sphere have equal areas here (Lambert 1772)."""
    rings, sectors = counts.shape
    share = shares(counts)
    most = max(float(share.max()), 1e-9)
    size, reach = 320, 118
    middle = size / 2
    parts = [_open(size, size, title)]
    for ring in range(rings):
        # the height z of a ring's edges gives the radius sqrt((1 - z) / 2) of an equal-area map
        outer, inner = (reach * math.sqrt(1 - (ring + k) / rings) for k in (0, 1))
        for sector in range(sectors):
            value = float(share[ring, sector])
            a, b = ((sector + k - 0.5) * 2 * math.pi / sectors for k in (0, 1))
            heights = [_degrees(2 * (ring + k) / rings - 1) for k in (0, 1)]
            words = (
                f"from {side_name(sector * 360 / sectors)}, {heights[0]} to {heights[1]} above level: "
                f"{percent(value)}"
            )
            parts.append(
                f'<path fill="{heat(value / most)}" d="{_cell(middle, inner, outer, a, b)}">'
                f"<title>{_escape(words)}</title></path>"
            )
    level = reach * math.sqrt(0.5)
    parts.append(f'<circle class="level" cx="{middle}" cy="{middle}" r="{level:.1f}"/>')
    parts.append(f'<circle class="rim" cx="{middle}" cy="{middle}" r="{reach}"/>')
    names = (
        ("front", 0, reach + 16),
        ("left", reach + 4, 4),
        ("back", 0, -reach - 7),
        ("right", -reach - 4, 4),
    )
    anchors = ("middle", "start", "middle", "end")
    for (name, dx, dy), anchor in zip(names, anchors, strict=True):
        parts.append(
            f'<text class="name" x="{middle + dx:.0f}" y="{middle + dy:.0f}" text-anchor="{anchor}">{name}</text>'
        )
    parts.append(_person(middle))
    return "".join([*parts, "</svg>"])


def heat(value: float) -> str:
    """A colour from nearly white to dark blue; lightness falls evenly, so it reads without colour too."""
    stops = ((244, 247, 250), (158, 202, 225), (49, 130, 189), (8, 48, 107))
    place = max(0.0, min(1.0, value)) ** 0.7 * (len(stops) - 1)
    k = min(int(place), len(stops) - 2)
    mixed = (round(a + (b - a) * (place - k)) for a, b in zip(stops[k], stops[k + 1], strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _person(middle: float) -> str:
    """Shoulders and head from above, facing down the page."""
    return (
        f'<g class="person"><ellipse cx="{middle}" cy="{middle}" rx="11" ry="4.5"/>'
        f'<circle cx="{middle}" cy="{middle}" r="4.5"/><path d="M{middle - 2.5} {middle + 4.5}h5l-2.5 4z"/></g>'
    )


def _cell(middle: float, inner: float, outer: float, a: float, b: float) -> str:
    """The path of a ring's sector between two azimuths; azimuth 0 is down, 90 degrees to the right."""

    def at(radius: float, angle: float) -> str:
        return f"{middle + radius * math.sin(angle):.1f} {middle + radius * math.cos(angle):.1f}"

    back = (
        f"L{at(inner, b)}A{inner:.1f} {inner:.1f} 0 0 1 {at(inner, a)}"
        if inner > 0.5
        else f"L{middle} {middle}"
    )
    return f"M{at(outer, a)}A{outer:.1f} {outer:.1f} 0 0 0 {at(outer, b)}{back}Z"


def side_name(degrees: float) -> str:
    """Where a camera stands at an azimuth, 0 ahead of the person and 90 to their left."""
    names = (
        "the front",
        "front left",
        "the left",
        "back left",
        "the back",
        "back right",
        "the right",
        "front right",
    )
    return names[round(degrees / 45) % 8]


def _degrees(height: float) -> str:
    return figure(math.degrees(math.asin(max(-1.0, min(1.0, height)))), ".0f") + "°"


def _open(width: int, height: int, title: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{_escape(title)}">'
        f"<title>{_escape(title)}</title>"
    )


def _grid(y: float, label: str) -> str:
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="y" x="{_LEFT - 5}" y="{y + 3.5:.1f}">{label}</text>'
    )


def _tick(x: float, y: float, label: str) -> str:
    return f'<text class="x" x="{x:.1f}" y="{y + 13:.1f}">{_escape(label)}</text>'


def _axis_name(axis: str) -> str:
    return f'<text class="axis" x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 3}">{_escape(axis)}</text>'


def _line(points: list[tuple[float, float]], number: int, name: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    colour, dash = SERIES_COLOURS[number % 3], _DASHES[number % 3]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round"{dashed} '
        f'points="{path}"><title>{_escape(name)}</title></polyline>'
    )


def _nice(step: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(step, 1e-12)))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= step * (1 - 1e-9))


def figure(value: Any, form: str = "g") -> str:
    """A number as text, with a typographic minus sign."""
    return format(float(value), form).replace("-", "\N{MINUS SIGN}")


def quantile(counts: Any, edges: NDArray[Any], share: float) -> float:
    """The value below which a share of a histogram lies, taken as even within bins."""
    summed = np.concatenate([[0.0], np.cumsum(shares(counts))])
    return float(np.interp(share, summed, edges))


def beyond(counts: Any, edges: NDArray[Any], value: float) -> float:
    """The share of a histogram that lies above a value."""
    summed = np.concatenate([[0.0], np.cumsum(shares(counts))])
    return float(1 - np.interp(value, edges, summed))

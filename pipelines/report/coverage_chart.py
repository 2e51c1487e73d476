"""A chart of which postures of work there are: stances against where hands, trunk and head are, as inline SVG.

It carries its own colours, so that it stands by itself in a file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from pipelines.report.charts import heat, percent
from synth.label.coverage import REBA, Coverage
from synth.posture.explore.space import AXES

_FIELD, _GAP, _LEFT, _TOP, _ROW = 30, 8, 92, 46, 20
_ROWS, _COLUMNS = AXES[0], AXES[1:]
_FULL = 1.0  # the share from which a field is dark; shares are shown by their square root
_NOBODY, _EMPTY, _INK = "#d5d8dc", "#ffffff", "#3c4650"
WIDTH = _LEFT + sum(_FIELD * len(axis.bands) + _GAP for axis in _COLUMNS) + 4
HEIGHT = _TOP + _ROW * len(_ROWS.bands) + 6


def cells_chart(found: Coverage, *, title: str) -> str:
    """The share of reachable cells that hold a posture, of every stance with every band of the other axes."""
    return f'<svg class="chart cells" viewBox="0 0 {WIDTH} {HEIGHT}" {_TEXT}>{fields(found, title)}</svg>'


_TEXT = (
    'role="img" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="9.5" font-weight="400"'
)


def fields(found: Coverage, title: str) -> str:
    """The inside of the chart."""
    parts = [f"<title>{escape(title)}</title>"]
    for row, stance in enumerate(_ROWS.bands):
        y = _TOP + _ROW * row + 13.5
        parts.append(_text(_LEFT - 6, y, stance.replace("_", " "), "end"))
    x = _LEFT
    for axis in _COLUMNS:
        shares = found.table(_ROWS.name, axis.name)
        parts.append(_text(x + _FIELD * len(axis.bands) / 2, 14, axis.name, "middle", bold=True))
        for column, band in enumerate(axis.bands):
            left = x + _FIELD * column
            parts.append(_text(left + _FIELD / 2, 38 - 11 * (column % 2), band, "middle"))
            for row, stance in enumerate(_ROWS.bands):
                share = float(shares[row, column])
                there = "no body is so" if math.isnan(share) else _share(share)
                words = f"{stance.replace('_', ' ')}, {axis.name} {band}: {there}"
                parts.append(
                    f'<rect x="{left + 1}" y="{_TOP + _ROW * row + 1}" width="{_FIELD - 2}" height="{_ROW - 2}" '
                    f'fill="{_fill(share)}" stroke="{_NOBODY}" stroke-width="0.6"><title>{words}</title></rect>'
                )
        x += _FIELD * len(axis.bands) + _GAP
    return "".join(parts)


def _share(share: float) -> str:
    return escape(percent(share))


def _fill(share: float) -> str:
    if math.isnan(share):
        return _NOBODY
    return _EMPTY if share == 0 else heat(0.08 + 0.92 * math.sqrt(min(1.0, share / _FULL)))


def _text(x: float, y: float, text: str, anchor: str, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}"{weight}>{text}</text>'


def figure(named: Sequence[tuple[str, Coverage]], title: str) -> str:
    """A file of its own: a chart for each of several sources of motion, with the REBA scores that occur in it."""
    tall = HEIGHT + 62
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {tall * len(named)}" width="{WIDTH}" height="{tall * len(named)}" {_TEXT}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{tall * len(named)}" fill="#ffffff"/>',
    ]
    for number, (name, found) in enumerate(named):
        parts.append(f'<g transform="translate(0 {tall * number})">')
        head = f"{escape(name)}: {_share(found.share)} of the cells that count as reachable"
        parts.append(f'<text x="6" y="20" font-size="13" font-weight="700" fill="{_INK}">{head}</text>')
        parts.append(f'<g transform="translate(0 26)">{fields(found, name)}</g>')
        parts.append(f'<g transform="translate(0 {HEIGHT + 28})">{_reba(found)}</g></g>')
    return "".join([*parts, "</svg>\n"])


def _reba(found: Coverage) -> str:
    """A field for each REBA score, dark by its share of the postures."""
    total = max(float(found.reba.sum()), 1e-9)
    parts, wide = [_text(_LEFT - 6, 15, "REBA", "end", bold=True)], (WIDTH - _LEFT - 12) / len(REBA)
    for score in REBA:
        share, left = float(found.reba[score]) / total, _LEFT + wide * (score - 1)
        parts.append(
            f'<rect x="{left + 1:.1f}" y="1" width="{wide - 2:.1f}" height="{_ROW - 2}" fill="{_fill(share)}" '
            f'stroke="{_NOBODY}" stroke-width="0.6"><title>REBA {score}: {_share(share)}</title></rect>'
        )
        ink = "#ffffff" if share > 0.12 else _INK
        parts.append(
            f'<text x="{left + wide / 2:.1f}" y="14" text-anchor="middle" fill="{ink}">{score}: {_share(share)}</text>'
        )
    codes = int(np.count_nonzero(found.owas))
    parts.append(
        _text(_LEFT, 32, f"OWAS: {codes} of {found.owas.size} codes of back, arms and legs", "start")
    )
    return "".join(parts)

"""Draw docs/risk.svg, REBA over time in three recordings: python docs/risk_plot.py SHARED

SHARED holds data/cmu_asf_amc and data/hrc_bvh.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
RECORDINGS = {
    "Walking (CMU 02_01)": "cmu_asf_amc/02_01.amc",
    "Hammering": "hrc_bvh/hammering_3.bvh",
    "Bending, scooping up, rising, lifting the arm (CMU 02_06)": "cmu_asf_amc/02_06.amc",
}
_SHADES = ("#dcefe3", "#edf2c0", "#f8e19a", "#f3b27e", "#e08a7c")
_BOUNDS = ((1, 1), (2, 3), (4, 7), (8, 10), (11, 12))  # of 15; these get no higher
_NAMES = ("negligible", "low", "medium", "high", "very high")
_WIDTH, _PANEL, _LEFT, _RIGHT = 760, 170, 34, 84
_POINTS = 400


def panel(title: str, path: Path, top: int) -> str:
    from pipelines.inspect.risk import assess
    from synth.risk.task import TaskInputs

    found = assess(path, TaskInputs())
    pick = np.unique(np.linspace(0, len(found.scores) - 1, _POINTS).astype(int))
    score, seconds = found.scores.reba.score.max(axis=1)[pick], found.seconds[pick]
    wide, tall = _WIDTH - _LEFT - _RIGHT, _PANEL - 44
    base = top + 22 + tall

    def y(value: float) -> float:
        return base - (value - 0.5) / 12 * tall

    parts = [f'<text x="{_LEFT}" y="{top + 14}" font-weight="600">{title}</text>']
    for (low, high), shade, name in zip(_BOUNDS, _SHADES, _NAMES, strict=True):
        upper, lower = y(high + 0.5), y(low - 0.5)
        parts.append(
            f'<rect x="{_LEFT}" y="{upper:.1f}" width="{wide}" height="{lower - upper:.1f}" fill="{shade}"/>'
            f'<text x="{_LEFT + wide + 6}" y="{(upper + lower) / 2 + 4:.1f}">{name}</text>'
            f'<text x="{_LEFT - 6}" y="{y(low) + 4:.1f}" text-anchor="end">{low}</text>'
        )
    points = " ".join(
        f"{_LEFT + second / seconds[-1] * wide:.1f},{y(value):.1f}"
        for second, value in zip(seconds, score, strict=True)
    )
    parts.append(f'<polyline points="{points}" fill="none" stroke="#0072b2" stroke-width="1.6"/>')
    parts.append(f'<text x="{_LEFT}" y="{base + 14}">0 s</text>')
    parts.append(f'<text x="{_LEFT + wide}" y="{base + 14}" text-anchor="end">{seconds[-1]:.1f} s</text>')
    return "".join(parts)


def main(shared: Path) -> None:
    """Write the picture."""
    panels = [
        panel(title, shared / "data" / name, _PANEL * n) for n, (title, name) in enumerate(RECORDINGS.items())
    ]
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_PANEL * len(panels)}" '
        'font-family="sans-serif" font-size="12" fill="#1b1f24"><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(panels)}</svg>\n"
    )
    (ROOT / "docs" / "risk.svg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # the packages, in place of this folder
    main(Path(sys.argv[1]))

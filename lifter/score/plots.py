"""Charts of evaluations as PNG: the same panels for one method or several, and lines with bands of seeds.

Colours are Okabe and Ito's, as on the project's pages; methods are told apart by their markers as well.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth.core.colours import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION
from synth.core.disk import write_atomically
from synth.core.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, "#56b4e9", "#000000", GREY)
MARKERS = "osD^vPX*"
Facts = Mapping[str, Any]
Line = Sequence[tuple[float, float, float, float]]  # x, and y with its lower and upper bound


def figure(width: float, height: float) -> Figure:
    """An empty figure, inches. Raises InputError where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            "matplotlib is not installed",
            where="lifter.score.plots",
            remedy="install posemill's extra 'lifter'",
        ) from error
    return Figure(figsize=(width, height), dpi=110, layout="constrained")


def save(made: Figure, path: Path) -> None:
    """Write a figure whole or not at all."""
    content = io.BytesIO()
    made.savefig(content, format="png")
    write_atomically(path, content.getvalue())


def style(number: int) -> dict[str, Any]:
    """How the lines of a method look."""
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


def evaluations(results: Mapping[str, Facts], path: Path) -> None:
    """Panels of one or several evaluations on the same cases: by joint, by what hides, by view, calibration."""
    first = next(iter(results.values()))
    made = figure(14, 8.5)
    axes = made.subplots(2, 3)
    _points(axes[0, 0], results, "joints", "Error by joint", across=True)
    if "bands" in first:
        _points(axes[0, 1], results, "bands", "Error by joints hidden by props", "mpjpe")
    else:
        _points(axes[0, 1], results, "groups", "Error by group", "mpjpe")
    if "hidden" in first:
        rows = {name: _numbered(facts["hidden"]) for name, facts in results.items()}
        lines(axes[0, 2], rows, "hidden joints, of COCO's 17", "MPJPE, mm")
        axes[0, 2].set_title("Error by how many joints anything hides", fontsize=10)
    else:
        _points(axes[0, 2], results, "angles", "Error of the angles", unit="degrees")
    _points(axes[1, 0], results, "errors_2d", "Error by the joint's own 2D")
    _points(axes[1, 1], results, "views", "Error by where the camera stands", "mpjpe")
    coverage(axes[1, 2], {name: facts["calibration"] for name, facts in results.items()})
    made.suptitle(f"{first['cases']}: {first['scored']:,} people scored", fontsize=12)
    if len(results) > 1:
        made.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(results))
    save(made, path)


def _numbered(split: Facts) -> Line:
    """A split by a number as a line; what fewer than ten people are in is too little to draw."""
    rows = [(float(number), facts["mpjpe"]) for number, facts in split.items()]
    return [_bounded(x, fact) for x, fact in rows if fact["count"] >= 10]


def _bounded(x: float, fact: Facts) -> tuple[float, float, float, float]:
    mean = fact["mean"]
    return (
        x,
        mean,
        mean if fact["low"] is None else fact["low"],
        mean if fact["high"] is None else fact["high"],
    )


def lines(axis: Axes, rows: Mapping[str, Line], x: str, y: str) -> None:
    """A line a method, in a band from its lower to its upper bounds."""
    for number, (name, points) in enumerate(rows.items()):
        if not points:
            continue
        at, mean, low, high = zip(*points, strict=True)
        looks = style(number)
        axis.fill_between(at, low, high, color=looks["color"], alpha=0.15, linewidth=0)
        axis.plot(at, mean, label=name, markersize=4, linewidth=1.5, **looks)
    _dress(axis, x, y)
    axis.set_ylim(bottom=0)


def _points(
    axis: Axes, results: Mapping[str, Facts], key: str, title: str, metric: str | None = None, across: bool = False,
    unit: str = "mm",
) -> None:  # fmt: skip
    """A dot with its interval for each class and method; classes go down where their names are long."""
    figures: dict[str, dict[str, Facts]] = {label: {} for label in results}
    for label, facts in results.items():
        for name, fact in facts.get(key, {}).items():
            one = fact[metric] if metric else fact
            if one["mean"] is not None:
                figures[label][name] = one
    names = list(dict.fromkeys(name for split in figures.values() for name in split))
    width = min(0.7, 0.1 * len(names)) / len(results)
    for number, (label, split) in enumerate(figures.items()):
        rows = [(place, _bounded(0, split[name])) for place, name in enumerate(names) if name in split]
        at = [place + width * (number - (len(results) - 1) / 2) for place, _ in rows]
        mean = [row[1] for _, row in rows]
        bars = [[row[1] - row[2] for _, row in rows], [row[3] - row[1] for _, row in rows]]
        looks = style(number) | {"linestyle": "none", "markersize": 4, "elinewidth": 1.2, "label": label}
        if across:
            axis.errorbar(mean, at, xerr=bars, **looks)
        else:
            axis.errorbar(at, mean, yerr=bars, **looks)
    axis.set_title(title, fontsize=10)
    if across:
        axis.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
        axis.invert_yaxis()
        _dress(axis, unit, "")
        axis.set_xlim(left=0)
    else:
        long = len(names) > 4
        axis.set_xticks(range(len(names)), names, rotation=30 * long, ha="right" if long else "center")
        _dress(axis, "", unit if metric is None else "MPJPE, mm")
        axis.set_ylim(bottom=0)


def coverage(axis: Axes, found: Mapping[str, Facts]) -> None:
    """The share of errors within the balls that an uncertainty gives, against what those should hold."""
    axis.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2)
    for number, (name, facts) in enumerate(found.items()):
        if facts["levels"]:
            label = f"{name}: off by {100 * facts['error']:.1f} points"
            axis.plot(facts["levels"], facts["observed"], markersize=3, label=label, **style(number))
    axis.set_title("Calibration of the uncertainty", fontsize=10)
    _dress(axis, "expected share within", "observed share within")
    axis.set_xlim(0, 1)
    axis.set_ylim(0, 1)
    axis.set_aspect("equal")
    if axis.get_legend_handles_labels()[1]:
        axis.legend(fontsize=8, frameon=False, loc="upper left")


def _dress(axis: Axes, x: str, y: str) -> None:
    axis.set_xlabel(x, fontsize=9)
    axis.set_ylabel(y, fontsize=9)
    axis.tick_params(labelsize=8)
    axis.grid(color="#e4e8ec", linewidth=0.7)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)

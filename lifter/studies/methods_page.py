"""What `lifter.studies.methods` found, as tables and pictures: methods.md, methods.json, methods.png, occlusion-*.png.

A method's figure is the mean over its seeds, each person's errors averaged over them; its interval resamples the
groups of people, and the deviation over the seeds stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.score.cases import Cases
from lifter.score.intervals import Bootstrap
from lifter.score.metrics import mean_known
from lifter.score.plots import Line, evaluations, figure, lines, save, style
from lifter.score.tables import readable, with_interval
from synth.core.disk import write_atomically
from synth.core.tables import Table
from synth.scene.props.stock import BANDS

Facts = Mapping[str, Any]
OCCLUDED, OPEN = "occluded", "open"  # trained with props that hide people, and without
DIFFERENCE = f"{OPEN} less {OCCLUDED}"
VARIANTS = {OCCLUDED: "trained with occlusion", OPEN: "trained without"}
HIDDEN = {"0–2": (0, 2), "3–5": (3, 5), "6–8": (6, 8), "9–11": (9, 11), "12+": (12, 17)}  # of COCO's 17
_NAMES = {"mpjpe": "MPJPE", "pa_mpjpe": "PA-MPJPE"}
_FEWEST = 10  # people behind a point of a curve


def write_page(out: Path, facts: dict[str, Any], targets: Sequence[Cases], plot: bool = True) -> None:
    """Write what there is so far; `facts` gets the table and the curves."""
    boots = {cases.name: Bootstrap(cases.group, cases.mean_of) for cases in targets}
    facts["table"] = {
        row: {
            "seeds": len(_of(facts, row, OCCLUDED)),
            "cost": _mean_cost(_of(facts, row, OCCLUDED)),
            "targets": {cases.name: _scores(facts, row, cases, boots[cases.name]) for cases in targets},
            "bands": _bands(facts, row, targets[0], boots[targets[0].name]),
            "less_first": {
                cases.name: _less_first(facts, row, cases, boots[cases.name]) for cases in targets
            },
        }
        for row in dict.fromkeys(found["row"] for found in facts["rows"])
        if _of(facts, row, OCCLUDED)
    }
    facts["occlusion"] = {cases.name: curves(facts, cases, boots[cases.name]) for cases in targets}
    write_atomically(out / "methods.json", readable(_without_people(facts)))
    write_atomically(out / "methods.md", page(facts, targets).encode())
    if plot:
        _plot(out, facts, targets)


def _of(facts: Facts, row: str, variant: str) -> list[dict[str, Any]]:
    return [found for found in facts["rows"] if (found["row"], found["variant"]) == (row, variant)]


def _each(found: Sequence[Facts], target: str, metric: str) -> NDArray[np.float64]:
    """(n, seeds) errors of every person."""
    return np.array([f["targets"][target]["each"][metric] for f in found], np.float64).T


def _scores(facts: Facts, row: str, cases: Cases, boot: Bootstrap) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for metric in _NAMES:
        each = _each(_of(facts, row, OCCLUDED), cases.name, metric)
        one = [boot.figure(column).mean for column in each.T]
        spread = float(np.std(one, ddof=1)) if len(one) > 1 else None
        shown[metric] = boot.figure(mean_known(each)).facts() | {"deviation": spread}
        shown[metric]["of_seeds"] = one
    return shown


def _bands(facts: Facts, row: str, cases: Cases, boot: Bootstrap) -> dict[str, Any]:
    each = mean_known(_each(_of(facts, row, OCCLUDED), cases.name, "mpjpe"))
    return {
        name: boot.figure(np.where(cases.band == code, each, np.nan)).facts()
        for code, name in enumerate(BANDS)
    }


def _mean_cost(found: Sequence[Facts]) -> dict[str, Any]:
    costs = [f["cost"] for f in found]
    return {
        key: float(np.mean([cost[key] for cost in costs]))
        if all(cost[key] is not None for cost in costs)
        else None
        for key in costs[0]
    }


def _less_first(facts: Facts, row: str, cases: Cases, boot: Bootstrap) -> dict[str, Any]:
    """How a row's MPJPE differs from the first row's, person by person."""
    first, own = (
        mean_known(_each(_of(facts, name, OCCLUDED), cases.name, "mpjpe"))
        for name in (facts["rows"][0]["row"], row)
    )
    return boot.figure(own - first).facts()


def _without_people(facts: Facts) -> dict[str, Any]:
    """The facts without every person's errors, which stand beside the models."""
    rows = [
        {**row, "targets": {name: found["facts"] for name, found in row["targets"].items()}}
        for row in facts["rows"]
    ]
    return {**facts, "rows": rows}


def curves(facts: Facts, cases: Cases, boot: Bootstrap) -> dict[str, dict[str, dict[str, Any]]]:
    """MPJPE against hidden joints (of COCO's 17) of a corpus, or body joints taken away (of 12) of a benchmark:
    row -> variant -> how many -> figure; and the variants' difference, person by person, over the seeds of both."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in dict.fromkeys(f["row"] for f in facts["rows"]):
        runs = {variant: _of(facts, row, variant) for variant in (OCCLUDED, OPEN)}
        runs = {variant: each for variant, each in runs.items() if each}
        found[row] = {variant: _places(_curve(each, cases), boot) for variant, each in runs.items()}
        if len(runs) == 2:
            both = set.intersection(*({f["seed"] for f in each} for each in runs.values()))
            pair = [_curve([f for f in runs[v] if f["seed"] in both], cases) for v in (OPEN, OCCLUDED)]
            found[row][DIFFERENCE] = _places(
                {place: pair[0][place] - pair[1][place] for place in pair[0]}, boot
            )
    return found


def _curve(runs: Sequence[Facts], cases: Cases) -> dict[str, NDArray[np.float64]]:
    """Every person's MPJPE, the mean of the runs, where they belong to a place on the curve: (n,), else NaN."""
    if cases.visibility is None:
        taken = [f["targets"][cases.name]["taken"] for f in runs]
        return {k: mean_known(np.array([each[k] for each in taken], np.float64).T) for k in taken[0]}
    hidden = (cases.visibility != 0).sum(1)
    each = mean_known(_each(runs, cases.name, "mpjpe"))
    spans = {str(k): (k, k) for k in range(18)} | HIDDEN
    return {k: np.where((hidden >= low) & (hidden <= high), each, np.nan) for k, (low, high) in spans.items()}


def _places(curve: Mapping[str, NDArray[np.float64]], boot: Bootstrap) -> dict[str, Any]:
    return {place: boot.figure(values).facts() for place, values in curve.items()}


def page(facts: Facts, targets: Sequence[Cases]) -> str:
    """All tables as Markdown."""
    tables = [_summary(facts, targets), _differences(facts, targets), _by_band(facts, targets[0])]
    tables += [_occlusion(facts, cases) for cases in targets]
    pictures = [
        "methods.png",
        *(f"occlusion-{c.name}.png" for c in targets),
        *(f"{c.name}.png" for c in targets),
    ]
    shown = "\n".join(f"![{name}]({name})" for name in pictures)
    return "# Methods\n\n" + "\n".join(table.markdown() for table in tables) + f"\n{shown}\n"


def _summary(facts: Facts, targets: Sequence[Cases]) -> Table:
    columns = ["", "seeds"]
    columns += [f"{cases.name} {name}, mm" for cases in targets for name in _NAMES.values()]
    columns += ["training, min", "parameters", "numbers stored", "ms a person", "one by one, ms"]
    notes = []
    for cases in targets:
        how = facts["rows"][0]["targets"][cases.name]["facts"]["interval"]
        over = f"{how['groups_are']}s" if how["mean_of"] == "groups" else "people"
        units = f"{how['groups_are']}s" if how["resampled"] == "groups" else how["resampled"]
        notes.append(
            f"{cases.name}: {len(cases):,} people, mean of {over}, {how['how_many']} {units} resampled"
        )
    note = (
        "Mean of the seeds (95% interval), ± deviation over the seeds. " + "; ".join(notes) + ". "
        "Milliseconds on one core, in batches and one by one."
    )
    table = Table("Methods", columns, note=note)
    for row, found in facts["table"].items():
        scores = [_cell(found["targets"][c.name][metric]) for c in targets for metric in _NAMES]
        cost = found["cost"]
        seconds = "–" if cost["seconds"] is None else f"{cost['seconds'] / 60:.1f}"
        numbers = [f"{cost['parameters']:,.0f}", f"{cost['stored']:,.0f}"]
        times = [f"{cost['ms_many']:.3f}", f"{cost['ms_one']:.2f}"]
        table.rows.append([row, str(found["seeds"]), *scores, seconds, *numbers, *times])
    return table


def _differences(facts: Facts, targets: Sequence[Cases]) -> Table:
    rows = [
        [row, *(with_interval(found["less_first"][cases.name]) for cases in targets)]
        for row, found in facts["table"].items()
    ]
    title = f"MPJPE less that of {rows[0][0]}, mm: means of the differences person by person"
    return Table(title, ["", *(cases.name for cases in targets)], rows[1:])


def _cell(fact: Facts) -> str:
    spread = "" if fact["deviation"] is None else f" ±{fact['deviation']:.1f}"
    return with_interval(fact) + spread


def _by_band(facts: Facts, cases: Cases) -> Table:
    rows = [
        [row, *(with_interval(found["bands"][band]) for band in BANDS)]
        for row, found in facts["table"].items()
    ]
    return Table(f"{cases.name}: MPJPE, mm, by how many of COCO's 17 joints props hide", ["", *BANDS], rows)


def _occlusion(facts: Facts, cases: Cases) -> Table:
    """The curves at a few places, and how much they rise."""
    found = facts["occlusion"][cases.name]
    places = list(HIDDEN) if cases.visibility is not None else ["0", "2", "4", "6", "8"]
    what = "hidden joints of COCO's 17" if cases.visibility is not None else "body joints taken away, of 12"
    table = Table(
        f"{cases.name}: MPJPE, mm, against {what}",
        ["", "trained on", *places, f"rise from {places[0]} to {places[-1]}"],
        note=f"'{OCCLUDED}': trained on all of the corpus; '{OPEN}': on as many samples of which props hide nothing; "
        "their difference is that of each person, over the seeds of both.",
    )
    for row, variants in found.items():
        for variant, shown in variants.items():
            ends = [shown[place]["mean"] for place in (places[0], places[-1])]
            rise = "–" if None in ends else f"{ends[1] - ends[0]:.1f}"
            table.rows.append([row, variant, *(with_interval(shown[place]) for place in places), rise])
    return table


def _plot(out: Path, facts: Facts, targets: Sequence[Cases]) -> None:
    _overview(out / "methods.png", facts, targets)
    for cases in targets:
        _curves(out / f"occlusion-{cases.name}.png", facts, cases)
        first = {row: _of(facts, row, OCCLUDED)[0]["targets"][cases.name]["facts"] for row in facts["table"]}
        evaluations(first, out / f"{cases.name}.png")


def _overview(path: Path, facts: Facts, targets: Sequence[Cases]) -> None:
    """A panel for each target and metric: a dot a method with its interval, a small one for each seed."""
    made = figure(5 * len(_NAMES), 0.9 + (0.8 + 0.32 * len(facts["table"])) * len(targets))
    axes = made.subplots(len(targets), len(_NAMES), squeeze=False)
    rows = list(facts["table"])
    for line, cases in zip(axes, targets, strict=True):
        for axis, (metric, name) in zip(line, _NAMES.items(), strict=True):
            for number, row in enumerate(rows):
                fact, looks = facts["table"][row]["targets"][cases.name][metric], style(number)
                if fact["low"] is not None:
                    axis.plot([fact["low"], fact["high"]], [number] * 2, color=looks["color"], linewidth=2)
                axis.plot(fact["mean"], number, markersize=7, linestyle="none", **looks)
                axis.plot(
                    fact["of_seeds"], [number + 0.28] * len(fact["of_seeds"]), ".", color=looks["color"]
                )
            axis.set_yticks(range(len(rows)), rows)
            axis.set_ylim(len(rows) - 0.4, -0.6)
            axis.set_xlim(left=0)
            axis.set_title(f"{cases.name}: {name}, mm", fontsize=10)
            axis.grid(axis="x", color="#e4e8ec", linewidth=0.7)
            axis.tick_params(labelsize=8)
    made.suptitle("Means with 95% intervals; the small dots are seeds", fontsize=10)
    save(made, path)


def _line(shown: Facts) -> Line:
    places = [(int(place), fact) for place, fact in shown.items() if place.isdigit()]
    return [
        (float(place), fact["mean"], *(fact["mean"] if fact[b] is None else fact[b] for b in ("low", "high")))
        for place, fact in sorted(places, key=lambda pair: pair[0])
        if fact["mean"] is not None and fact["count"] >= _FEWEST
    ]


def _curves(path: Path, facts: Facts, cases: Cases) -> None:
    """A panel with all methods, and one for each with its curve from training with and without occlusion."""
    found = facts["occlusion"][cases.name]
    rows = [row for row in found if OCCLUDED in found[row]]
    what = "hidden joints, of COCO's 17" if cases.visibility is not None else "body joints taken away, of 12"
    columns = min(3, len(rows) + 1)
    made = figure(4.6 * columns, 3.6 * -(-(len(rows) + 1) // columns))
    axes = made.subplots(-(-(len(rows) + 1) // columns), columns, squeeze=False, sharey=True).ravel()
    lines(axes[0], {row: _line(found[row][OCCLUDED]) for row in rows}, what, "MPJPE, mm")
    axes[0].set_title("all, trained on the whole corpus", fontsize=10)
    axes[0].legend(fontsize=8, frameon=False)
    for number, row in enumerate(rows):
        axis, looks = axes[number + 1], style(number)
        for variant, dashes in zip(VARIANTS, ("-", "--"), strict=True):
            points = _line(found[row].get(variant, {}))
            if points:
                at, mean, low, high = zip(*points, strict=True)
                axis.fill_between(at, low, high, color=looks["color"], alpha=0.12, linewidth=0)
                axis.plot(at, mean, linestyle=dashes, label=VARIANTS[variant], markersize=4, **looks)
        axis.set_title(row, fontsize=10)
        axis.set_xlabel(what, fontsize=9)
        axis.grid(color="#e4e8ec", linewidth=0.7)
        axis.legend(fontsize=8, frameon=False)
        axis.tick_params(labelsize=8)
    for axis in axes[len(rows) + 1 :]:
        axis.set_visible(False)
    save(made, path)

"""Evaluations as tables: all of one, or several side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifter.score.evaluate import METRICS
from lifter.score.tables import with_interval
from synth.core.tables import Table

Facts = Mapping[str, Any]
UNITS = {"mpjpe": "mm", "pa_mpjpe": "mm", "n_mpjpe": "mm", "pck": "%", "auc": "%"}
SPLITS = {
    "groups": "By group",
    "bands": "By how many of COCO's 17 joints props hide",
    "hidden": "By how many of COCO's 17 joints are hidden by anything",
    "missing": "By how many of the 12 body joints are not detected",
    "views": "By where the camera stands around the person",
    "elevations": "By how high the camera stands",
}
JOINT_SPLITS = {
    "joints": "By joint",
    "visibility": "By what hides the joint itself",
    "errors_2d": "By the error of the joint's own 2D",
}


def headings() -> list[str]:
    return [f"{words}, {UNITS[key]}" for key, words in METRICS.items()]


def tables(facts: Facts) -> list[Table]:
    """All that an evaluation found."""
    whole = Table(str(facts["cases"]), ["", "people", *headings()], note=about(facts))
    whole.rows.append(_row("all", facts["all"]))
    shown = [whole]
    for key, title in SPLITS.items():
        if len(facts.get(key, {})) > 1:
            shown.append(
                Table(title, ["", "people", *headings()], [_row(n, f) for n, f in facts[key].items()])
            )
    for key, title in JOINT_SPLITS.items():
        rows = [[n.replace("_", " "), f"{f['count']:,}", with_interval(f)] for n, f in facts[key].items()] \
            if key in facts else []  # fmt: skip
        if rows:
            shown.append(Table(title, ["", "joints", "distance, mm"], rows))
    angles = [[name, f"{fact['count']:,}", with_interval(fact)] for name, fact in facts["angles"].items()]
    shown.append(Table("Angles", ["", "angles", "error, degrees"], angles, f"Up: {facts['up']}."))
    return [*shown, _calibration(facts["calibration"])]


def about(facts: Facts) -> str:
    """What the figures are means of, what the intervals are, and who was left out."""
    how = facts["interval"]
    units = f"{how['groups_are']}s" if how["resampled"] == "groups" else how["resampled"]
    mean = f"{how['groups_are']}s" if how["mean_of"] == "groups" else "people"
    said = f"Means over {mean}; {100 * how['level']:.0f}% intervals by resampling {how['how_many']} {units}. "
    roots = ", ".join(f"the {name} ({count:,})" for name, count in facts["roots"].items())
    said += f"Root: {roots}."
    if facts.get("saw_2d"):
        said += " The lifter was given their 2D, without 3D, in its training."
    if facts["unanswered"]:
        said += f" {facts['unanswered']:,} not lifted: fewer than four joints are detected."
    if facts["untrue"]:
        said += f" {facts['untrue']:,} not scored: fewer than three body joints are known."
    return said


def _row(name: str, fact: Facts) -> list[str]:
    return [name, f"{fact['mpjpe']['count']:,}", *(with_interval(fact[key]) for key in METRICS)]


def _calibration(found: Facts) -> Table:
    table = Table(
        "Uncertainty", ["expected share within", *(f"{level:.0%}" for level in found["levels"][1::3])]
    )
    if not found["levels"]:
        return Table("Uncertainty", ["", ""], [["the method gives none", ""]])
    table.rows.append(["observed", *(f"{share:.0%}" for share in found["observed"][1::3])])
    rank = "" if found["rank"] is None else f"; rank correlation with the error {found['rank']:.2f}"
    table.note = f"Off by {100 * found['error']:.1f} points; mean {found['sigma_mm']:.0f} mm an axis{rank}."
    return table


def side_by_side(results: Mapping[str, Facts], differences: Mapping[str, Facts] | None = None) -> list[Table]:
    """One table of several evaluations on the same cases, and what the splits say of their MPJPE."""
    first = next(iter(results.values()))
    columns = ["", *headings()]
    if differences:
        columns.insert(2, f"MPJPE less {next(iter(results))}'s, mm")
    columns += ["uncertainty off by, points", "distance off by, %"]
    whole = Table(str(first["cases"]), columns, note=about(first))
    for name, facts in results.items():
        cells = [with_interval(facts["all"][key]) for key in METRICS]
        if differences:
            cells.insert(1, with_interval(differences.get(name)))
        off = facts["calibration"]["error"]
        cells += ["–" if off is None else f"{100 * off:.1f}", with_interval(facts["root"]["percent"])]
        whole.rows.append([name, *cells])
    shown = [whole]
    for key, title in SPLITS.items():
        classes = list(dict.fromkeys(n for facts in results.values() for n in facts.get(key, {})))
        if len(classes) > 1:
            rows = [
                [name, *(with_interval(facts[key].get(c, {}).get("mpjpe")) for c in classes)]
                for name, facts in results.items()
            ]
            shown.append(Table(f"{title}: MPJPE, mm", ["", *classes], rows))
    for key, title in {**JOINT_SPLITS, "angles": "Angles"}.items():
        classes = list(dict.fromkeys(n for facts in results.values() for n in facts.get(key, {})))
        if classes:
            rows = [
                [name, *(with_interval(facts[key].get(c)) for c in classes)]
                for name, facts in results.items()
            ]
            unit = "degrees" if key == "angles" else "mm"
            shown.append(Table(f"{title}: {unit}", ["", *(c.replace("_", " ") for c in classes)], rows))
    return shown

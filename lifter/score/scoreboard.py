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
    if facts.get("risk"):
        shown.append(_risk(facts["risk"]))
    return [*shown, _calibration(facts["calibration"])]


def about(facts: Facts) -> str:
    """What the figures are means of, what the intervals are, and who was left out."""
    how = facts["interval"]
    unit, count = how["groups_are"], how["how_many"]
    resampled = f"{unit}s" if how["resampled"] == "groups" else how["resampled"]
    said = f"Means over {unit + 's' if how['mean_of'] == 'groups' else 'people'}; "
    if count < how.get("fewest", 0):
        said += (
            f"no intervals, and no ranking of lifters can be read from {count} {unit}{'s' * (count != 1)}: "
        )
        said += f"at least {how['fewest']} are needed. "
    else:
        said += f"{100 * how['level']:.0f}% intervals by resampling {count} {resampled}. "
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


def _risk(found: Facts) -> Table:
    """How the scores of risk agree with those of the truth."""
    return Table(
        "Scores of risk, from joints",
        ["", "sides", "the same, %", "within one, %", "weighted kappa"],
        [
            [
                method.upper(), f"{fact['exact']['count']:,}", with_interval(fact["exact"]),
                with_interval(fact["within_one"]), "–" if fact["kappa"] is None else f"{fact['kappa']:.2f}",
            ]
            for method, fact in found.items()
        ],
        "Both scored from the same joints, with empty hands.",
    )  # fmt: skip


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
    """One table of several evaluations on the same cases, a row each, and one of every split, a column each."""
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
    for key, title in {**SPLITS, **JOINT_SPLITS, "angles": "Angles"}.items():
        classes = list(dict.fromkeys(n for facts in results.values() for n in facts.get(key, {})))
        if len(classes) > (1 if key in SPLITS else 0):
            unit = "degrees" if key == "angles" else "mm"
            heading = f"{title}: {'MPJPE, ' if key in SPLITS else ''}{unit}"
            rows = [
                [each.replace("_", " "), *(_cell(facts, key, each) for facts in results.values())]
                for each in classes
            ]
            shown.append(Table(heading, ["", *results], rows))
    return shown


def _cell(facts: Facts, split: str, name: str) -> str:
    fact = facts.get(split, {}).get(name)
    return with_interval(fact["mpjpe"] if fact and split in SPLITS else fact)

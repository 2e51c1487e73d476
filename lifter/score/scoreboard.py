"""Evaluations as tables: all of one, or several side by side; as wide as a terminal, no figure is cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lifter.score.evaluate import METRICS
from lifter.score.tables import Table, with_interval

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

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


def fitted(tables: Sequence[Table]) -> list[RenderableType]:
    """Tables for a terminal, each split into as many as its width asks for: no figure is cut."""
    return [_Fitted(table) for table in tables]


class _Fitted:
    """A table that knows how wide it may be only once it is printed."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        for piece in pieces(self._table, options.max_width):
            shown = piece.rich()
            if console.measure(shown, options=options.update(max_width=10_000)).maximum > options.max_width:
                for column, need in zip(
                    shown.columns, _needs(piece), strict=True
                ):  # rich would shorten the widest cells
                    column.width, column.overflow = need, "fold"
            yield shown


def _needs(table: Table) -> list[int]:
    """Characters that each column needs: of its longest cell, or of the longest word of its heading."""
    return [
        max([*map(len, heading.split()), *(len(row[n]) for row in table.rows), 1])
        for n, heading in enumerate(table.columns)
    ]


def pieces(table: Table, width: int) -> list[Table]:
    """The table in pieces of neighbouring columns, each with the first one, none wider than `width` characters.

    A column that is too wide for any piece gets one of its own. The note is below the last piece.
    """
    needs = [need + 3 for need in _needs(table)]  # a space on either side and a line
    blocks: list[list[int]] = [[]]
    for n, need in enumerate(needs[1:], 1):
        if blocks[-1] and 1 + needs[0] + sum(needs[k] for k in blocks[-1]) + need > width:
            blocks.append([])
        blocks[-1].append(n)
    return [
        Table(
            table.title if number == 0 else f"{table.title}, continued",
            [table.columns[n] for n in (0, *block)],
            [[row[n] for n in (0, *block)] for row in table.rows],
            table.note if number == len(blocks) - 1 else "",
        )
        for number, block in enumerate(blocks)
    ]

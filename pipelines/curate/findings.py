"""What curation found: the table of samples that it fills in, the facts of it, and those facts for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table as RichTable

from pipelines.corpus.selection import SPLITS
from pipelines.curate.balance import effective
from pipelines.curate.leaks import LeakCheck
from pipelines.curate.rules import Rules
from pipelines.curate.scan import CORRUPT, UNREADABLE

_EXAMPLES = 12  # of what a rule dropped
_SHOWN = 3
KEPT = -1


@dataclass
class Table:
    """What is known of every sample of the spans, in the corpus' order. `reason` (n,) is the number in `reasons`
    of why a sample goes, -1 while it stays; `twin` the sample it is like; `extra` columns by name."""

    part: NDArray[np.int16]
    row: NDArray[np.int64]
    clip: NDArray[np.int32]
    reason: NDArray[np.int16]
    twin: NDArray[np.int64]
    apart: NDArray[np.float32]
    split: NDArray[np.uint8]
    weight: NDArray[np.float32]
    extra: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def kept(self) -> NDArray[np.bool_]:
        return self.reason == KEPT


class Curation(Protocol):
    """What is read of a curation once it is done.

    reasons: why samples go; matched, how many each reason would drop by itself; named: the broken samples; groups:
    the split of each group; balances: classes, with their shares before and after.
    """

    names: list[str]
    rules: Rules
    table: Table
    reasons: list[str]
    matched: NDArray[np.int64]
    named: list[str]
    groups: dict[str, str]
    balances: list[dict[str, Any]]


def facts_of(run: Curation) -> dict[str, Any]:
    """What selection.json says."""
    table = run.table
    dropped = np.bincount(table.reason[~table.kept], minlength=len(run.reasons))
    left, steps = len(table.row), []
    for number, name in enumerate(run.reasons):
        left -= int(dropped[number])
        step = {"rule": name, "matched": int(run.matched[number]), "dropped": int(dropped[number])}
        steps.append({**step, "left": left, "examples": _examples(run, number)})
    weight = table.weight[table.kept & (table.split == 0)]
    groups = list(run.groups.values())
    return {
        "rules": run.rules.model_dump(mode="json"),
        "reasons": run.reasons,
        "looked_at": len(table.row),
        "kept": left,
        "steps": steps,
        "broken": run.named,
        "splits": {
            name: {
                "samples": int((table.kept & (table.split == number)).sum()),
                "groups": groups.count(name),
            }
            for number, name in enumerate(SPLITS)
        },
        "groups": run.groups,
        "balance": run.balances,
        "weights": {
            "least": float(weight.min()),
            "most": float(weight.max()),
            "effective": effective(weight),
        },
    }


def _examples(run: Curation, reason: int) -> list[str]:
    """The first samples that go for a reason, each named, with the one it is like."""
    table = run.table
    if run.reasons[reason] in (CORRUPT, UNREADABLE):
        return run.named[:_EXAMPLES]
    found = []
    for k in np.flatnonzero(table.reason == reason)[:_EXAMPLES]:
        text, twin = _words(run, k), table.twin[k]
        found.append(text if twin < 0 else f"{text} is {table.apart[k]:.1f} mm from {_words(run, twin)}")
    return found


def _words(run: Curation, sample: int) -> str:
    return f"{run.names[run.table.part[sample]]} row {run.table.row[sample]}"


def leak_facts(leaks: LeakCheck) -> dict[str, Any]:
    """A leak check for JSON."""
    return {**vars(leaks), "leaks": [vars(leak) for leak in leaks.leaks], "tight": leaks.tight}


def tables(facts: dict[str, Any]) -> list[RenderableType]:
    """The facts for people: what each rule dropped, the splits, the weights and the leak check."""
    rules = _table("What each rule drops", "rule", "#breaks it", "#dropped", "#left", "for example")
    rules.add_row("looked at", "", "", f"{facts['looked_at']:,}", "")
    for step in facts["steps"]:
        if not step["matched"] and step["rule"] != CORRUPT:
            continue
        examples = "; ".join(step["examples"][:_SHOWN]) + (" …" if step["dropped"] > _SHOWN else "")
        numbers = (f"{step[key]:,}" for key in ("matched", "dropped", "left"))
        rules.add_row(escape(step["rule"]), *numbers, escape(examples))
    shown: list[RenderableType] = [rules]
    if facts["groups"]:
        by = facts["rules"]["splits"]["by"]
        splits = _table("Splits", "split", "#samples", "#share", f"#{by}s")
        for name, split in facts["splits"].items():
            share = f"{split['samples'] / max(1, facts['kept']):.1%}"
            splits.add_row(name, f"{split['samples']:,}", share, str(split["groups"]))
        shown.append(splits)
    if facts["balance"]:
        shown.append(_balance_table(facts))
    if "leaks" in facts:
        shown += leak_lines(facts["leaks"])
    return shown


def _table(title: str, *columns: str) -> RichTable:
    """Columns whose heads begin with '#' are numbers, set to the right."""
    table = RichTable(title=title, title_justify="left", title_style="bold", header_style="dim", box=None)
    for column in columns:
        number = column.startswith("#")
        table.add_column(column.removeprefix("#"), justify="right" if number else "left", no_wrap=number)
    return table


def _balance_table(facts: dict[str, Any]) -> RichTable:
    weights = facts["weights"]
    title = (
        f"Balance of train: weights {weights['least']:.2g} to {weights['most']:.2g}, "
        f"worth {weights['effective']:,.0f} equal samples"
    )
    table = _table(title, "by", "#classes", "#largest before", "after", "#smallest before", "after")
    for each in facts["balance"]:
        before, after = np.array(each["before"]), np.array(each["after"])
        there = np.flatnonzero(before > 0)
        most, least = there[before[there].argmax()], there[before[there].argmin()]
        cells = [f"{share:.2%}" for share in (before[most], after[most], before[least], after[least])]
        table.add_row(each["by"], str(len(there)), *cells)
    return table


def leak_lines(leaks: dict[str, Any]) -> list[RenderableType]:
    """The leak check in a line, and a line for each leak that is named."""
    what = f"{leaks['groups']:,} {leaks['by']}s"
    if leaks["distance"] is not None:
        what += f", {leaks['poses']:,} poses against {leaks['held_out']:,} held out, {leaks['distance']:g} mm"
    if leaks["tight"]:
        return [f"[bold]Leak check:[/] [green]nothing crosses[/] ({what})"]
    found = f"{leaks['crossing_groups']:,} {leaks['by']}s and {leaks['crossing_poses']:,} poses cross"
    return [
        f"[bold]Leak check:[/] [red]{found}[/] ({what})",
        *(escape(f"  {x['text']}") for x in leaks["leaks"]),
    ]

"""What curation found: the table of samples that it fills in, its facts, and tables of them for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType
from rich.markup import escape

from pipelines.corpus.selection import SPLITS
from pipelines.curate.balance import effective
from pipelines.curate.leaks import LeakCheck
from pipelines.curate.rules import Rules
from pipelines.curate.scan import CORRUPT, UNREADABLE
from synth.core.tables import Table
from synth.core.words import count

_EXAMPLES = 12  # of what a rule dropped
_SHOWN = 3
KEPT = -1


@dataclass
class SampleTable:
    """One row a sample of the spans, in the corpus' order. `reason` (n,) is the number in `reasons` of why it is
    dropped, -1 while it is kept; `twin` the row of the sample it duplicates, -1 for none, `apart` mm from it; `extra`
    columns by name."""

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


class Results(Protocol):
    """What is read of a curation once it is done.

    reasons: why samples are dropped; matched: how many each reason would drop by itself; named: the broken samples;
    groups: the split of each group; balances: classes, with their shares before and after.
    """

    names: list[str]
    rules: Rules
    table: SampleTable
    reasons: list[str]
    matched: NDArray[np.int64]
    named: list[str]
    groups: dict[str, str]
    balances: list[dict[str, Any]]


def facts_of(results: Results) -> dict[str, Any]:
    """What selection.json says."""
    table = results.table
    dropped = np.bincount(table.reason[~table.kept], minlength=len(results.reasons))
    left, steps = len(table.row), []
    for number, name in enumerate(results.reasons):
        left -= int(dropped[number])
        step = {"rule": name, "matched": int(results.matched[number]), "dropped": int(dropped[number])}
        steps.append({**step, "left": left, "examples": _examples(results, number)})
    weight = table.weight[table.kept & (table.split == 0)]
    groups = list(results.groups.values())
    return {
        "rules": results.rules.model_dump(mode="json"),
        "reasons": results.reasons,
        "looked_at": len(table.row),
        "kept": left,
        "steps": steps,
        "broken": results.named,
        "splits": {
            name: {
                "samples": int((table.kept & (table.split == number)).sum()),
                "groups": groups.count(name),
            }
            for number, name in enumerate(SPLITS)
        },
        "groups": results.groups,
        "balance": results.balances,
        "weights": {
            "least": float(weight.min()),
            "most": float(weight.max()),
            "effective": effective(weight),
        },
    }


def _examples(results: Results, reason: int) -> list[str]:
    """The first samples dropped for a reason, each named, with the one it duplicates."""
    table = results.table
    if results.reasons[reason] in (CORRUPT, UNREADABLE):
        return results.named[:_EXAMPLES]
    found = []
    for k in np.flatnonzero(table.reason == reason)[:_EXAMPLES]:
        text, twin = _words(results, k), table.twin[k]
        found.append(text if twin < 0 else f"{text} is {table.apart[k]:.1f} mm from {_words(results, twin)}")
    return found


def _words(results: Results, sample: int) -> str:
    return f"{results.names[results.table.part[sample]]} row {results.table.row[sample]}"


def leak_facts(leaks: LeakCheck) -> dict[str, Any]:
    """A leak check for JSON."""
    return {**vars(leaks), "leaks": [vars(leak) for leak in leaks.leaks], "tight": leaks.tight}


def tables(facts: dict[str, Any]) -> list[RenderableType]:
    """The facts for people: what each rule dropped, the splits, the weights and the leak check."""
    shown: list[RenderableType] = [_rules_table(facts)]
    if facts["groups"]:
        shown.append(_splits_table(facts))
    if facts["balance"]:
        shown.append(_balance_table(facts))
    if "leaks" in facts:
        shown += leak_lines(facts["leaks"])
    return shown


def _rules_table(facts: dict[str, Any]) -> Table:
    rows = [["scanned", "", "", f"{facts['looked_at']:,}", ""]]
    for step in facts["steps"]:
        if step["matched"] or step["rule"] == CORRUPT:
            examples = "; ".join(step["examples"][:_SHOWN]) + (" …" if step["dropped"] > _SHOWN else "")
            rows.append(
                [step["rule"], *(f"{step[key]:,}" for key in ("matched", "dropped", "left")), examples]
            )
    columns = ["rule", "breaks it", "dropped", "left", "for example"]
    return Table("What each rule drops", columns, rows, text=columns[-1:])


def _splits_table(facts: dict[str, Any]) -> Table:
    rows = [
        [
            name,
            f"{split['samples']:,}",
            f"{split['samples'] / max(1, facts['kept']):.1%}",
            str(split["groups"]),
        ]
        for name, split in facts["splits"].items()
    ]
    return Table("Splits", ["split", "samples", "share", f"{facts['rules']['splits']['by']}s"], rows)


def _balance_table(facts: dict[str, Any]) -> Table:
    weights = facts["weights"]
    title = (
        f"Balance of train: weights {weights['least']:.2g} to {weights['most']:.2g}, "
        f"worth {weights['effective']:,.0f} equal samples"
    )
    rows = []
    for each in facts["balance"]:
        before, after = np.array(each["before"]), np.array(each["after"])
        there = np.flatnonzero(before > 0)
        most, least = there[before[there].argmax()], there[before[there].argmin()]
        shares = [f"{share:.2%}" for share in (before[most], after[most], before[least], after[least])]
        rows.append([each["by"], str(len(there)), *shares])
    return Table(title, ["by", "classes", "largest before", "after", "smallest before", "after"], rows)


def leak_lines(leaks: dict[str, Any]) -> list[RenderableType]:
    """The leak check in a line, and a line for each leak that is named."""
    what = count(leaks["groups"], leaks["by"])
    if leaks["distance"] is not None:
        poses, held_out = count(leaks["poses"], "pose"), f"{leaks['held_out']:,} held out"
        what += f", {poses} against {held_out}, {leaks['distance']:g} mm"
    if leaks["tight"]:
        return [f"[bold]Leak check:[/] [green]no leak[/] ({what})"]
    groups, poses = count(leaks["crossing_groups"], leaks["by"]), count(leaks["crossing_poses"], "pose")
    return [
        f"[bold]Leak check:[/] [red]{groups} and {poses} in more than one split[/] ({what})",
        *(escape(f"  {x['text']}") for x in leaks["leaks"]),
    ]

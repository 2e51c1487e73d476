"""How much of the space of work postures a corpus covers, and what it lacks."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from pipelines.corpus.corpus import Part
from pipelines.corpus.part import finished_shards
from pipelines.corpus.runs import spread
from synth.core.errors import InputError
from synth.label.coverage import Coverage, coverage, facts
from synth.posture.explore.space import AXES
from synth.risk.angles import angles_from_table

_SHARDS_READ = 64
_ROWS_READ = 20_000  # of a part
_WANTED = ("joints_world", "risk_angles", "reba", "owas")
FILL = "add {path: explore, clips: 100} to the recipe's motion sources; more clips cover more"
Facts = dict[str, Any]


def gather_coverage(parts: list[Part]) -> Facts | None:
    """What the samples of parts cover, of some rows of each, as `synth.label.coverage.facts` has it; None for none."""
    found = [_of(part) for part in parts if finished_shards(part)]
    return facts(reduce(add, found)) if found else None


def _of(part: Part) -> Coverage:
    shards = spread(finished_shards(part), _SHARDS_READ)
    each = max(1, _ROWS_READ // len(shards))
    there = {label.name for label in part.labels} & set(_WANTED)
    pieces = []
    for shard in shards:
        first, stop = part.rows(shard)
        try:
            arrays = {name: part.read(name, first, min(stop, first + each)) for name in there}
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError(
                f"shard {shard} of the joints or scores cannot be read",
                where=str(part.folder),
                remedy="run `posemill verify` to see what is broken",
            ) from error
        pieces.append(coverage_of(arrays))
    return reduce(add, pieces)


def coverage_of(arrays: dict[str, Any]) -> Coverage:
    """The coverage of samples from their arrays: `joints_world` and, where there are such, `risk_angles`, `reba` and
    `owas`; `weight` (n,) is what each sample counts.
    """
    table = arrays.get("risk_angles")
    return coverage(
        arrays["joints_world"],
        angles=None if table is None else angles_from_table(table),
        reba=arrays.get("reba"),
        owas=arrays.get("owas"),
        weight=arrays.get("weight"),
    )


def coverage_tables(found: Facts | None) -> list[RenderableType]:
    """The coverage for people."""
    if found is None or not found["postures"]:
        return []
    of = f"{found['cells']:,} of {found['reachable']:,}"
    title = f"Coverage: {of} reachable cells of work postures ({found['share']:.1%}) by {found['postures']:,} samples"
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None)
    table.add_column("axis")
    table.add_column("share of each band's cells that samples fill")
    for axis in AXES:
        bands = found["axes"][axis.name]
        table.add_row(
            axis.name, ", ".join(f"{name.replace('_', ' ')} {share:.1%}" for name, share in bands.items())
        )
    shown: list[RenderableType] = [table]
    if found["lacking"]:
        shown.append(escape(f"  lacking: {'; '.join(found['lacking'])}"))
        shown.append(f"  to fill it: {FILL}")
    if found["reba"] is not None:
        missing = [score for score in map(str, range(1, 13)) if not found["reba"][score]]
        lacks = f", lacking {', '.join(missing)}" if missing else ""
        shown.append(f"  REBA: {found['reba_scores']} of the scores 1 to 12 occur{lacks}")
        shown.append(
            f"  OWAS: {found['owas_codes']} of {found['owas_of']} codes of back, arms and legs occur"
        )
    return [*shown, ""]

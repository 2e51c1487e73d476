"""How the values of a part's labels are spread, from the schema's rows alone: shares of codes, ranges of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.markup import escape
from rich.table import Table

from pipelines.corpus.corpus import Part
from pipelines.corpus.runs import spread
from pipelines.corpus.schema import LABELS, Label
from synth.core.errors import InputError

_SHARDS_READ = 16
_ROWS_READ = 4096  # of a part
_CODES_SHOWN = 6
Facts = dict[str, Any]


def summaries(part: Part, done: list[int]) -> dict[str, Facts]:
    """Of every label with codes and every label of another package, by name; `done` are the part's finished shards.

    Codes: `codes`, the share of each word. Other numbers: `least`, `mean`, `greatest` of the finite values, None where
    there are none, and `missing`, the share of NaN. Pictures and masks are left out.
    """
    rows = [row for row in part.labels if (row.codes or row not in LABELS) and not _of_pixels(row)]
    return {row.name: summary(row, _read(part, row.name, done)) for row in rows} if done else {}


def _of_pixels(row: Label) -> bool:
    return row.dtype == "variable_length_bytes" or bool({"height", "width"} & set(row.shape))


def _read(part: Part, name: str, done: list[int]) -> NDArray[Any]:
    shards = spread(done, _SHARDS_READ)
    each = max(1, _ROWS_READ // len(shards))
    pieces = []
    for shard in shards:
        first, stop = part.rows(shard)
        try:
            pieces.append(part.read(name, first, min(stop, first + each)))
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError(
                f"shard {shard} of '{name}' cannot be read",
                where=str(part.folder),
                remedy="run `posemill verify` to see what is broken",
            ) from error
    return np.concatenate(pieces)


def summary(row: Label, values: NDArray[Any]) -> Facts:
    """What is known of a label's values (n, ...), as in `summaries`."""
    if row.codes:
        return {"codes": {word: float((values == code).mean()) for code, word in row.codes.items()}}
    finite = values[np.isfinite(values)].astype(np.float64)
    found = {"least": None, "mean": None, "greatest": None} if not len(finite) else {
        "least": float(finite.min()), "mean": float(finite.mean()), "greatest": float(finite.max()),
    }  # fmt: skip
    return {**found, "missing": 1 - len(finite) / max(1, values.size), "unit": row.unit}


def values_table(parts: list[Facts]) -> Table:
    """The summaries of parts (facts with `name` and `summaries`) for people."""
    shown = Table(title="Values", title_justify="left", title_style="bold", header_style="dim", box=None)
    for column in ("label", *(part["name"] for part in parts)):
        shown.add_column(column)
    for name in dict.fromkeys(name for part in parts for name in part["summaries"]):
        shown.add_row(name, *(_text(part["summaries"].get(name)) for part in parts))
    return shown


def _text(found: Facts | None) -> str:
    if found is None:
        return ""
    if "codes" in found:
        shares = sorted(((share, word) for word, share in found["codes"].items() if share), reverse=True)
        return escape(", ".join(f"{word} {share:.1%}" for share, word in shares[:_CODES_SHOWN]))
    if found["mean"] is None:
        return "no values"
    return escape(
        f"{found['least']:.4g} to {found['greatest']:.4g}, mean {found['mean']:.4g} {found['unit']}".strip()
    )

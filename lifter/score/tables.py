"""A table of figures, as Markdown for files and through rich for terminals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.markup import escape
from rich.table import Table as RichTable


@dataclass
class Table:
    """Rows of text under a title; the first column names the row. `note` is read below it."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    note: str = ""

    def markdown(self) -> str:
        lines = [f"### {self.title}", "", _row(self.columns), "|---|" + "--:|" * (len(self.columns) - 1)]
        return "\n".join([*lines, *map(_row, self.rows), *(["", self.note] if self.note else []), ""])

    def rich(self) -> RichTable:
        shown = RichTable(title=escape(self.title), title_justify="left", caption=escape(self.note) or None)
        shown.caption_justify = "left"
        for number, name in enumerate(self.columns):
            shown.add_column(escape(name), justify="right" if number else "left")
        for row in self.rows:
            shown.add_row(*map(escape, row))
        return shown


def readable(facts: Any) -> bytes:
    """Facts as JSON in the order they have: classes stay sorted as people read them."""
    return (json.dumps(facts, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def with_interval(fact: Mapping[str, Any] | None, digits: int = 1) -> str:
    """A figure's facts as '61.2 (55.0–67.1)'; '–' where there is none."""
    if fact is None or fact["mean"] is None:
        return "–"
    mean, low, high = (
        "" if fact[key] is None else f"{fact[key]:.{digits}f}".replace("-", "\N{MINUS SIGN}")
        for key in ("mean", "low", "high")
    )
    if not low:
        return mean
    return f"{mean} ({low} to {high})" if fact["low"] < 0 else f"{mean} ({low}–{high})"

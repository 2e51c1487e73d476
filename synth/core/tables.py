"""A table of figures: Markdown for files, through rich for terminals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.table import Table as RichTable

_PADDING = 2  # between columns of a terminal


@dataclass
class Table:
    """Rows of cells under a title; `note` is read below it.

    The first column and those named in `text` hold text and are set to the left, the others figures, set to the
    right. Printed by a rich console that is too narrow for all figures, the table is continued below with the first
    column repeated: no figure is ever cut.
    """

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    note: str = ""
    text: Sequence[str] = ()

    def markdown(self) -> str:
        """The table in Markdown, with its title as a heading of the third level."""
        rule = "".join("---|" if self._is_text(number) else "--:|" for number in range(len(self.columns)))
        lines = [f"### {self.title}", "", _row(self.columns), f"|{rule}"]
        return "\n".join([*lines, *map(_row, self.rows), *(["", self.note] if self.note else []), ""])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        groups = self._groups(options.max_width)
        for number, columns in enumerate(groups):
            title = self.title if number == 0 else f"{self.title}, continued" if self.title else ""
            table = RichTable(
                title=escape(title) or None, title_justify="left", title_style="bold", header_style="dim", box=None,
                padding=(0, _PADDING, 0, 0), pad_edge=False,
            )  # fmt: skip
            if self.note and number == len(groups) - 1:
                table.caption, table.caption_justify = escape(self.note), "left"
            for column in columns:
                left = self._is_text(column)
                table.add_column(
                    escape(self.columns[column]), justify="left" if left else "right", no_wrap=not left,
                    overflow="fold", min_width=self._least_width(column),
                )  # fmt: skip
            for row in self.rows:
                table.add_row(*(escape(row[column]) for column in columns))
            yield table

    def _is_text(self, number: int) -> bool:
        return number == 0 or self.columns[number] in self.text

    def _least_width(self, number: int) -> int:
        """How wide a column must be: all of a figure, the longest word of a text."""
        cells = [self.columns[number], *(row[number] for row in self.rows)]
        if self._is_text(number):
            cells = [word for cell in cells for word in cell.split()[:200]]
            return min(24, max(map(len, cells), default=1))
        return max(map(len, cells))

    def _groups(self, width: int) -> list[list[int]]:
        """The columns that fit side by side, the first in every group."""
        if not self.columns:
            return []
        groups, used = [[0]], self._least_width(0)
        for number in range(1, len(self.columns)):
            more = self._least_width(number) + _PADDING
            if used + more > width and len(groups[-1]) > 1:
                groups.append([0])
                used = self._least_width(0)
            groups[-1].append(number)
            used += more
        return groups


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

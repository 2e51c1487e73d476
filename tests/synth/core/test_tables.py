"""Tables as Markdown and on terminals of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from synth.core.tables import Table


def printed(table: Table, width: int) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width).print(table)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_markdown() -> None:
    table = Table("Errors, mm", ["model", "all", "why"], [["a|b", "61.2", "x"], ["c", "9", "y"]])
    table.text, table.note = ("why",), "Lower is better."
    assert table.markdown().splitlines() == [
        "### Errors, mm", "", "| model | all | why |", "|---|--:|---|", "| a\\|b | 61.2 | x |", "| c | 9 | y |", "",
        "Lower is better.",
    ]  # fmt: skip


def test_figures_are_set_to_the_right() -> None:
    lines = printed(Table("T", ["name", "value"], [["a", "1"], ["longer", "12.5"]], note="n [x]"), 80)
    assert lines == ["T", "name    value", "a           1", "longer   12.5", "n [x]"]


@pytest.mark.parametrize("width", [40, 60, 140])
def test_no_figure_is_cut(width: int) -> None:
    columns = ["model", *(f"column {k}" for k in range(12))]
    rows = [[f"m{r}", *(f"{r}{k}.5 (204.1–211.9)" for k in range(12))] for r in (1, 2)]
    lines = printed(Table("Errors", columns, rows), width)
    assert max(map(len, lines)) <= width
    assert all(sum(cell in line for line in lines) >= 1 for row in rows for cell in row)
    assert "…" not in "".join(lines)


def test_a_table_that_does_not_fit_is_continued_with_its_names() -> None:
    table = Table("T", ["name", "first", "second"], [["row", "1" * 12, "2" * 12]])
    assert printed(table, 24) == [
        "T", "name         first", "row   111111111111", "T, continued", "name        second", "row   222222222222",
    ]  # fmt: skip


def test_long_text_is_wrapped() -> None:
    table = Table("T", ["rule", "n", "examples"], [["r", "12,345", "one row 13; " * 20]], text=("examples",))
    lines = printed(table, 60)
    assert max(map(len, lines)) <= 60
    assert "".join(lines).count("one") == 20

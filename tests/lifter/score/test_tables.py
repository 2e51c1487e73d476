"""A table as Markdown and on a terminal, and figures with their intervals."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from lifter.score.tables import Table, readable, with_interval


def test_markdown() -> None:
    table = Table("Errors", ["", "mm"], [["a|b", "1.0"]], "of two people")
    assert table.markdown() == ("### Errors\n\n|  | mm |\n|---|--:|\n| a\\|b | 1.0 |\n\nof two people\n")


def test_terminal() -> None:
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(Table("Errors", ["", "[mm]"], [["left", "1.0"]], "note").rich())
    text = console.export_text()
    for words in ("Errors", "[mm]", "left", "1.0", "note"):
        assert words in text


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (None, "–"),
        ({"mean": None, "low": None, "high": None}, "–"),
        ({"mean": 61.23, "low": None, "high": None}, "61.2"),
        ({"mean": 61.23, "low": 55.0, "high": 67.06}, "61.2 (55.0–67.1)"),
        ({"mean": -1.2, "low": -3.0, "high": 0.5}, "−1.2 (−3.0 to 0.5)"),
    ],
)
def test_figures(fact: dict[str, Any] | None, text: str) -> None:
    assert with_interval(fact) == text


def test_json_keeps_its_order_and_refuses_nan() -> None:
    assert readable({"b": 1, "a": ["é"]}) == '{\n "b": 1,\n "a": [\n  "é"\n ]\n}\n'.encode()
    with pytest.raises(ValueError):
        readable({"a": float("nan")})

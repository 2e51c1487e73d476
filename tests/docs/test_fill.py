"""What pages take from elsewhere: tables of the code, and figures of result files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import Field

from docs import fill
from synth.core.spec import Spec


class Inner(Spec):
    size: int = Field(3, ge=1, le=5, description="of it")


class Outer(Spec):
    name: str
    inner: Inner = Inner()
    many: list[Inner] = Field(default=[])
    one: int | None = Field(None, gt=0)


def test_a_table_puts_numbers_to_the_right() -> None:
    assert fill.table(["a", "b"], [["x|y", 1000], ["z", 2]]) == (
        "| a | b |\n| --- | --: |\n| x\\|y | 1,000 |\n| z | 2 |"
    )


def test_fields_are_listed_with_those_of_models_within(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fill.fields(__name__, "Outer").splitlines()[2:] == [
        "| `name` | required |  |  |",
        "| `inner.size` | `3` | ≥ 1 and ≤ 5 | of it |",
        "| `many[].size` | `3` | ≥ 1 and ≤ 5 | of it |",
        "| `one` | `null` | > 0 |  |",
    ]


def test_figures_come_from_result_files(tmp_path: Path) -> None:
    rows = [{"method": "a", "error": 93}, {"method": "b", "error": 1234.5}]
    content = {"date": "2026-11-22", "values": {"deep": {"value": 0.12345}, "table": rows, "many": 840000}}
    (tmp_path / "some.json").write_text(json.dumps(content))
    assert fill.result("some:deep.value", tmp_path) == "0.123"
    assert fill.result("some:many", tmp_path) == "840,000"
    assert fill.result("some:$date", tmp_path) == "2026-11-22"
    assert "| a | 93 |\n| b | 1,234 |" in fill.result("some:table", tmp_path)
    with pytest.raises(KeyError):
        fill.result("some:other", tmp_path)


def test_spans_are_written_anew_and_the_rest_is_left() -> None:
    stale = "Before <!-- result: speed:loader_pairs -->12<!-- end --> after."
    assert fill.filled(stale) == "Before <!-- result: speed:loader_pairs -->840,000<!-- end --> after."
    assert fill.filled(fill.filled(stale)) == fill.filled(stale)
    with pytest.raises(KeyError):
        fill.filled("<!-- fill: nothing -->x<!-- end -->")


@pytest.mark.parametrize("path", sorted(fill.RESULTS.glob("*.json")), ids=lambda path: path.name)
def test_a_result_file_says_where_its_figures_come_from(path: Path) -> None:
    content = json.loads(path.read_text())
    origin = {"made_by", "commit", "date", "machine"}
    of_each = all(isinstance(own, dict) and origin <= set(own) for own in content["values"].values())
    assert of_each or origin <= set(content)

"""Curation rules: what comes with the project loads, and mistakes are told with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.curate.rules import Rules, load_rules
from synth.core.errors import InputError

MANIFEST = Path(__file__).resolve().parents[3] / "manifests" / "rules" / "curate.yaml"


def test_the_shipped_rules_load() -> None:
    rules = load_rules(MANIFEST)
    assert rules.name == "curated"
    assert rules.splits is not None
    assert rules.quality[0].title == "too few joints seen"


def test_fields_change_from_the_command_line() -> None:
    shipped, changed = load_rules(MANIFEST), load_rules(MANIFEST, ["duplicates.distance_mm=35", "name=other"])
    assert changed.name == "other"
    assert changed.duplicates is not None
    assert changed.duplicates.distance_mm == 35
    assert changed.quality == shipped.quality


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: a\nquality:\n  - {column: sen, min: 3}\n", 3, "there is no column 'sen'"),
        ("quality:\n  - {column: seen}\n", 2, "give min, max or both"),
        ("quality:\n  - {column: seen, min: 9, max: 3}\n", 2, "min 9 is above max 3"),
        ("quality:\n  - {column: seen, min: 3, worst: 1}\n", 2, "the fields here are column, min, max, name"),
        ("name: a\nduplicates:\n  distance_mm: -1\n", 3, "greater than 0"),
        ("splits:\n  shares: {train: 0.5, val: 0.1}\n", 2, "must sum to 1, not to 0.6"),
        ("splits:\n  shares: {train: 0.5, check: 0.5}\n", 2, "there is no split 'check'"),
        ("splits:\n  hold_out: {test: [a], val: [a]}\n", 2, "'a' is listed twice"),
        ("balance:\n  - {by: mood}\n", 2, "'mood' is not a column or group"),
        ("balance:\n  - {by: distance}\n", 2, "give edges between its classes"),
        ("balance:\n  - {by: pose, shares: {a: 1}}\n", 2, "the classes of pose have no names"),
        ("name: a b\n", 1, "letters, digits"),
        ("seed: 1\nnmae: a\n", 2, "there is no such field"),
        ("seed: [1\n", 2, "is not valid YAML"),
        ("- seed\n", None, "is not a mapping of fields"),
    ],
)
def test_mistakes_name_file_line_and_field(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_rules(path)
    where = f"{path}:{line}: " if line else f"{path}: "
    assert str(caught.value).startswith(where)
    assert said in str(caught.value)


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two rules are called 'x'"):
        Rules.model_validate({"quality": [{"column": "seen", "min": 1, "name": "x"}] * 2})

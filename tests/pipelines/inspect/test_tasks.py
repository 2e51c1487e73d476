"""Task pages for people: the template solves, what is said of a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.inspect import tasks
from pipelines.inspect.tasks import BODIES, check_page, check_tables, new_page, page_name, schema
from synth.core.errors import InputError
from synth.posture.task import read_task

PAGE = "title: a\nstance: standing\nphases: [{{do: reach, right: {}, seconds: 0.6}}]"


def test_the_template_is_a_page(tmp_path: Path) -> None:
    path = new_page("my-drill", tmp_path)
    assert path.name == "my-drill.posture.yaml"
    assert read_task(path).title == "my drill"
    assert page_name(path) == "my-drill"
    with pytest.raises(InputError, match="is there already"):
        new_page("my-drill", tmp_path)
    with pytest.raises(InputError, match="cannot name a page"):
        new_page("a b/c", tmp_path)


def test_a_page_is_checked_for_small_and_large_bodies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BODIES", BODIES[:1])
    path = tmp_path / "a.posture.yaml"
    path.write_text(PAGE.format("{height: chest, reach: 60 %}"))
    (row,) = check_page(path)
    assert row["fails"] == []
    assert row["balance_cm"] >= 0
    assert 1 <= row["reba"][0] <= row["reba"][1] <= 12
    path.write_text(PAGE.format("{height: 3}"))
    (row,) = check_page(path)
    assert "out of reach by" in row["refused"]
    assert len(check_tables(path, [row])) == 4


def test_a_kind_that_there_is_not_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.posture.yaml"
    path.write_text(
        "title: a\nstance: standing\nthings: {b: {kind: benhc}}\nphases: [{do: hold, seconds: 1}]"
    )
    with pytest.raises(
        InputError, match=r"a.posture.yaml:3: there is no kind of thing 'benhc'.*did you mean 'bench'"
    ):
        check_page(path)


def test_the_schema_is_json() -> None:
    assert json.loads(schema())["title"] == "TaskSpec"

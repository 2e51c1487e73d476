"""`posemill postures` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.commands.main import app


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["postures", *words])
    return result.exit_code, result.output


def test_new_then_show(tmp_path: Path) -> None:
    code, said = run("new", "mine", "--folder", str(tmp_path))
    assert code == 0
    path = tmp_path / "mine.posture.yaml"
    assert str(path) in said.replace("\n", "")
    code, said = run("show", str(path))
    assert code == 0
    assert said == path.read_text()


def test_list_and_things() -> None:
    code, said = run("list", "--json")
    assert code == 0
    found = json.loads(said)
    assert {"pages", "tasks", "angles"} == set(found)
    assert any(task["name"] == "kneeling_tiles" for task in found["tasks"])
    code, said = run("things", "--json")
    assert any(row["kind"] == "ladder" and "rung" in row["grips"] for row in json.loads(said))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nothing_such"), "unknown posture page 'nothing_such'"),
        (("check", "absent.posture.yaml"), "there is no such file"),
        (("check", "overhead_drilling"), "is a page of joint angles, not a task"),
    ],
)
def test_a_mistake_is_one_line(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["postures", *words])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1

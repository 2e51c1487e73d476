"""`posemill postures` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.commands.main import app

# what a user changes in the template, to make drilling overhead on a ladder of it
EDITS = (
    ("trade: assembly", "trade: construction"),
    ("One hand holds a part on the bench, the other works at it.", "One hand on the rail, the other drills."),
    ("stance: standing", "stance: on_ladder"),
    ("flexion: [-5, 45]", "flexion: [-10, 20]"),
    ("bench: {kind: bench, size: {height: [0.85, 1.0]}, forward: 0.65}", "ladder: {kind: stepladder}"),
    ("left: part", "left: ladder.rail"),
    ("{height: elbow, up: [0.05, 0.2]", "{height: head, up: [0.1, 0.2]"),
    ("along: forward", "along: up"),
)
RECIPE = """\
name: site
motion: {sources: [{path: my_postures, realisations: 1}]}
pairs: {count: 12}
"""


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["postures", *words])
    return result.exit_code, result.output


def test_a_new_user_adds_a_task_and_finds_it_in_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "overhead_on_ladder")[0] == 0
    path = Path("my_postures/overhead_on_ladder.posture.yaml")
    text = "".join(line for line in path.read_text().splitlines(True) if not line.startswith("  part:"))
    for old, new in EDITS:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text)
    code, said = run("show", str(path), "sheet.png", "--moments", "1")
    assert (code, Path("sheet.png").exists()) == (0, True), said
    Path("site.yaml").write_text(RECIPE)
    for words in ("generate site.yaml site --workers 1", "verify site", "report site r.html"):
        result = CliRunner().invoke(app, words.split())
        assert result.exit_code == 0, result.output
    (motion,) = json.loads(CliRunner().invoke(app, ["info", "site", "--json"]).stdout)["motion"]
    (task,) = motion["tasks"]
    assert (task["title"], task["trade"], task["clips"]) == ("overhead on ladder", "construction", 1)
    assert "overhead on ladder" in Path("r.html").read_text()


def test_new_then_show(tmp_path: Path) -> None:
    code, said = run("new", "mine", "--folder", str(tmp_path))
    assert code == 0
    path = tmp_path / "mine.posture.yaml"
    assert str(path) in said.replace("\n", "")
    code, said = run("show", str(path))
    assert code == 0
    assert said == path.read_text()
    schema = json.loads((tmp_path / ".task.schema.json").read_text())
    assert said.startswith("# yaml-language-server: $schema=.task.schema.json")
    assert "stepladder" in schema["$defs"]["ThingSpec"]["properties"]["kind"]["enum"]


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
        (("check", "nothing_such"), "no page called 'nothing_such' ships"),
        (("check", "absent.posture.yaml"), "there is no such file"),
        (("check", "bench_filling"), "did you mean 'bench_filing'"),
        (("check", "."), "is a folder"),
        (("show", "bench_filing", "sheet.txt", "--moments", "1"), "sheet.txt: unknown file extension"),
        (("new", "a", "--folder", "/dev/null"), "cannot be written"),
        (("check", "overhead_drilling"), "is a page of joint angles, not a task"),
    ],
)
def test_a_mistake_is_one_line(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["postures", *words])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1

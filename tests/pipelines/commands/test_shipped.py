"""Recipes and rules that come with the project, by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.commands.shipped import MANIFESTS, about, find, shipped
from pipelines.curate.rules import load_rules
from pipelines.generate.recipe import load_recipe
from synth.core.errors import InputError
from tests.pipelines.conftest import Posemill

ROOT = Path(__file__).resolve().parents[3]


def test_they_lie_beside_the_packages() -> None:
    assert MANIFESTS.resolve() == ROOT / "manifests"
    assert {"quickstart", "own_motion", "lifter", "tracks"} <= set(shipped("recipe"))
    assert "curate" in shipped("rules")


def test_each_can_be_read() -> None:
    for path in shipped("recipe").values():
        load_recipe(path)
    for path in shipped("rules").values():
        load_rules(path, None)


def test_a_name_is_looked_up_and_a_path_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find("recipe", Path("quickstart")) == ROOT / "manifests" / "quickstart.yaml"
    assert find("rules", Path("curate")) == ROOT / "manifests" / "rules" / "curate.yaml"
    for path in (Path("quickstart.yaml"), Path("manifests/quickstart")):
        assert find("recipe", path) == path
    (tmp_path / "quickstart").write_text("name: mine\n")
    assert find("recipe", Path("quickstart")) == Path("quickstart")  # a file of the user's goes first
    with pytest.raises(
        InputError, match=r"quikstart: there is no file and no shipped recipe.*one of lifter, own"
    ):
        find("recipe", Path("quikstart"))


def test_the_list_says_what_each_is(posemill: Posemill) -> None:
    rows = json.loads(posemill("recipes", "list", "--json").stdout)
    assert {row["name"]: row["kind"] for row in rows}["curate"] == "rules"
    assert all(row["about"].endswith(".") and "\n" not in row["about"] for row in rows)
    listed = posemill("recipes")
    assert listed.exit_code == 0
    assert about(MANIFESTS / "quickstart.yaml") in listed.stdout


def test_the_first_sentence_of_the_comment_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# One, with\n# more. And another.\nname: a\n# not this\n")
    assert about(path) == "One, with more."
    path.write_text("# Only this\nname: a\n")
    assert about(path) == "Only this."


def test_a_copy_is_made_once(posemill: Posemill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert posemill("recipes", "copy", "own_motion").exit_code == 0
    assert (tmp_path / "own_motion.yaml").read_bytes() == (MANIFESTS / "own_motion.yaml").read_bytes()
    again = posemill("recipes", "copy", "own_motion")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert posemill("recipes", "copy", "tracks", "new/folder/mine.yaml").exit_code == 0
    assert posemill("recipes", "copy", "tracks", "new").exit_code == 0
    assert load_recipe(tmp_path / "new" / "tracks.yaml").name == "tracks"
    assert "copy one of" in posemill("recipes", "copy", "nonsense").stderr

"""`info` says what there is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.inspect.info import drops, tasks_of
from synth.motion import embedded
from tests.pipelines.conftest import RECIPE, Posemill

ROOT = Path(__file__).resolve().parents[3]


def test_facts_of_a_corpus(posemill: Posemill, made: Path) -> None:
    facts = json.loads(posemill("info", made, "--json").stdout)
    images, pairs = facts["parts"]
    assert (images["name"], images["samples"], images["shards"], images["shards_complete"]) == (
        "small-images", 10, 3, 3,
    )  # fmt: skip
    assert (pairs["kind"], pairs["samples"], pairs["track"]) == ("pairs", 40, 1)
    files = [path for path in (made / "parts" / "small-pairs").rglob("*") if path.is_file()]
    assert pairs["bytes"] == sum(path.stat().st_size for path in files)
    assert sum(images["labels"]["visibility"].values()) == pytest.approx(1)
    assert sum(images["labels"]["bands"].values()) == pytest.approx(1)
    assert images["labels"]["zbuffer_agrees"] > 0.95
    assert "zbuffer_agrees" not in pairs["labels"]
    (motion,) = facts["motion"]
    for counted in ("recordings", "clips", "frames"):
        assert motion[counted] == sum(source[counted] for source in motion["sources"].values()), counted
    # the project's CMU files are stretches of two recordings; each authored page is one of its own
    pages = sum(path.suffix == ".yaml" for path in embedded("builtin/small"))
    assert {name: row["recordings"] for name, row in motion["sources"].items()} == {
        "CMU": 2, "authored postures": pages,
    }  # fmt: skip
    assert facts["recordings"] == motion["recordings"] == 2 + pages
    assert motion["seconds"] == pytest.approx(motion["frames"] / motion["rate"], abs=0.01)
    assert any("CMU" in row["what"] and "mocap.cs.cmu.edu" in row["terms"] for row in facts["licences"])


def test_tables_show_the_same(posemill: Posemill, made: Path) -> None:
    shown = posemill("info", made).stdout
    for words in (
        "small-images", "complete", "wanted 35.0%", "CMU", "Dropped by the gate", "Licences",
        "Motion, sampled at 30 frames a second", "as recorded, at ",
    ):  # fmt: skip
        assert words in shown


def test_what_is_missing_shows(posemill: Posemill, corpus: Path) -> None:
    (corpus / "parts/small-pairs/receipts/000000/000000001.json").unlink()
    assert "2 of 3 shards" in posemill("info", corpus).stdout
    assert json.loads(posemill("info", corpus, "--json").stdout)["parts"][1]["shards_complete"] == 2


def test_drops_and_unreadable_files_are_counted(posemill: Posemill, tmp_path: Path) -> None:
    good = ROOT / "synth" / "assets" / "motion" / "01_01.npz"
    (tmp_path / "mine").mkdir()
    shutil.copy(good, tmp_path / "mine" / "good.npz")
    (tmp_path / "mine" / "cut.npz").write_bytes(good.read_bytes()[:3000])
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(RECIPE.replace("path: builtin/small", "path: mine").replace("count: 10", "count: 0"))
    result = posemill("generate", recipe, tmp_path / "corpus", "--threads", "--workers", 1)
    assert result.exit_code == 0, result.stderr
    (motion,) = json.loads(posemill("info", tmp_path / "corpus", "--json").stdout)["motion"]
    assert (motion["files"], motion["recordings"], motion["own_rates"]) == (2, 1, [60.0])
    assert [file["name"] for file in motion["unreadable"]] == ["cut.npz"]
    assert "unreadable" in posemill("info", tmp_path / "corpus").stdout


def test_drops_are_summed_by_reason() -> None:
    files = [
        {"name": "a", "frames": 10, "kept": 7, "dropped": {"floating": 3}, "drops": ["x"], "notes": ["n"]},
        {"name": "b", "frames": 5, "kept": 0, "dropped": {"floating": 5, "too_short": 2}, "notes": ["n"]},
        {"name": "c", "frames": 0, "unreadable": "c: is empty"},
    ]
    found = drops(files)
    assert found["dropped"] == {
        "floating": {"frames": 8, "recordings": 2},
        "too_short": {"frames": 2, "recordings": 1},
    }
    assert (found["frames_read"], found["frames_kept"]) == (15, 7)
    assert found["unreadable"] == [{"name": "c", "why": "c: is empty"}]
    assert found["details"] == ["a: x"]
    assert found["notes"] == {"n": 2}


def test_tasks_are_named_with_how_much_there_is_of_each() -> None:
    def clip(page: str, frames: int) -> dict[str, object]:
        named = {
            "dataset": "authored tasks",
            "subject": "authored",
            "recording": f"doing {page}",
            "frames": frames,
        }
        return {**named, "work": {"page": page, "title": f"doing {page}", "trade": "care"}}

    recording = {"dataset": "CMU", "subject": "02", "recording": "02_01", "frames": 9}
    found = tasks_of([clip("a", 30), recording, clip("b", 90), clip("a", 30)], 30.0)
    assert [(row["page"], row["clips"], row["frames"], row["seconds"]) for row in found] == [
        ("b", 1, 90, 3.0), ("a", 2, 60, 2.0),
    ]  # fmt: skip
    assert (found[1]["title"], found[1]["trade"]) == ("doing a", "care")

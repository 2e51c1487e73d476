"""The command line as a user types it: results, exit codes, one line for whatever is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.pipelines.conftest import Posemill

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-c", "from pipelines.commands.main import main; main()"]


def refused(result: object, *said: str) -> None:
    """Exit code 2 and, beside progress, one line that says all of `said`."""
    stderr = result.stderr  # type: ignore[attr-defined]
    assert result.exit_code == 2, stderr  # type: ignore[attr-defined]
    lines = [line for line in stderr.splitlines() if not line.startswith("reading motion: ")]
    assert len(lines) == 1
    assert lines[0].startswith("posemill: ")
    for words in said:
        assert words in lines[0]


def test_help_is_quick_and_lists_the_commands() -> None:
    def used() -> float:  # of the processor: other tests may run beside this one
        times = os.times()
        return times.children_user + times.children_system

    start = used()
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, cwd=ROOT, check=True)
    assert used() - start < 1.0
    for command in ("generate", "info", "verify", "preview", "report", "curate", "export", "bench", "mocap"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "command",
    [["generate"], ["info"], ["verify"], ["preview"], ["bench"], ["mocap", "fetch"], ["mocap", "check"],
     ["body", "convert"], ["report"], ["detections"], ["curate"], ["leaks"], ["export"], ["import", "videopose"],
     ["train"], ["evaluate"], ["compare"], ["predict"]],
)  # fmt: skip
def test_every_command_explains_itself(posemill: Posemill, command: list[str]) -> None:
    result = posemill(*command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 8


def test_generate_makes_then_keeps(posemill: Posemill, recipe: Path, corpus: Path) -> None:
    again = posemill("generate", recipe, corpus, "--threads", "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["parts"] == {
        "small-images": {"made": 0, "kept": 3, "repaired": 0},
        "small-pairs": {"made": 0, "kept": 3, "repaired": 0},
    }
    assert "small-pairs: 40 pairs to do" in again.stderr


def test_set_and_seed_change_the_recipe(posemill: Posemill, recipe: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    arguments = ["--threads", "--set", "pairs.count=5", "--set", "images.count=0", "--seed", 9]
    assert posemill("generate", recipe, folder, *arguments).exit_code == 0
    facts = json.loads(posemill("info", folder, "--json").stdout)
    assert [(part["samples"], part["seed"]) for part in facts["parts"]] == [(5, 9)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\npairs:\n  cout: 3\n", ["bad.yaml:3", "pairs.cout", "no such field", "count"]),
        ("name: x\npairs: [\n", ["bad.yaml:3", "not valid YAML"]),
        ("name: x\npairs:\n  count: many\n", ["bad.yaml:3", "pairs.count", "integer"]),
        ("pairs: {count: 3}\n", ["bad.yaml", "name", "missing"]),
        ("name: ../x\npairs: {count: 3}\n", ["bad.yaml:1", "name", "../x"]),
        ("name: x\npairs: {count: -1}\n", ["bad.yaml:2", "pairs.count"]),
        ("name: x\nprops:\n  bands: {'0': 1.0}\n", ["bad.yaml:3", "bands"]),
        ("name: x\ncameras: [{preset: drone}]\n", ["bad.yaml:2", "drone"]),
        ("name: x\npairs: {count: 3, views_per_frame: 2}\n", ["bad.yaml:2", "not both"]),
        ("- name\n", ["bad.yaml", "mapping"]),
        ("name: x\n", ["asks for no samples"]),
        ("name: x\npairs: {count: 3}\nmotion: {sources: [{path: nowhere}]}\n", ["nowhere", "neither"]),
    ],
)  # fmt: skip
def test_a_bad_recipe_is_one_line(posemill: Posemill, tmp_path: Path, text: str, said: list[str]) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    result = posemill("generate", tmp_path / "bad.yaml", tmp_path / "corpus", "--threads", "--workers", 1)
    refused(result, *said)
    assert not (tmp_path / "corpus" / "corpus.json").exists()


def test_what_is_no_recipe_is_one_line(posemill: Posemill, tmp_path: Path) -> None:
    refused(posemill("generate", tmp_path / "none.yaml", tmp_path / "c"), "none.yaml", "cannot be read")
    (tmp_path / "image.yaml").write_bytes(b"\xff\xd8\xff\xe0\x00")
    refused(posemill("generate", tmp_path / "image.yaml", tmp_path / "c"), "is binary, not text")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("pairs.count", "field.field=value"),
        ("=3", "field.field=value"),
        ("pairs.count=many", "--set pairs.count=many"),
        ("name.inner=3", "has no fields"),
        ("pairs=[", "YAML"),
        ("seed=-1", "seed"),
    ],
)
def test_a_bad_set_is_one_line(
    posemill: Posemill, recipe: Path, tmp_path: Path, change: str, said: str
) -> None:
    refused(posemill("generate", recipe, tmp_path / "c", "--set", change), said)


def test_wrong_use_exits_with_2(posemill: Posemill, recipe: Path, tmp_path: Path) -> None:
    for arguments in (
        ["generate", recipe],
        ["generate", recipe, tmp_path / "c", "--seed", -1],
        ["generate", recipe, tmp_path / "c", "--workers", 0],
        ["bench", "everything"],
        ["frobnicate"],
    ):
        result = posemill(*arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.stderr


def test_a_folder_of_other_things_is_left_alone(posemill: Posemill, recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    refused(posemill("generate", recipe, tmp_path), "thesis.txt", "empty folder")
    for command in (["info", tmp_path], ["verify", tmp_path], ["preview", tmp_path, tmp_path / "x.png"]):
        refused(posemill(*command), "is not a corpus")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_another_recipe_under_the_same_name_is_refused(
    posemill: Posemill, recipe: Path, corpus: Path
) -> None:
    refused(posemill("generate", recipe, corpus, "--threads", "--seed", 6), "another", "name")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "foo://bar:1", "nonsense"])
def test_a_scheduler_that_is_none_is_one_line(
    posemill: Posemill, recipe: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.cluster.tasks._PATIENCE", "1s")
    refused(posemill("generate", recipe, tmp_path / "c", "--scheduler", address), "scheduler", address)


def test_a_running_scheduler_makes_the_same_bytes(
    posemill: Posemill, recipe: Path, made: Path, tmp_path: Path
) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        result = posemill("generate", recipe, tmp_path / "corpus", "--scheduler", address)
    assert result.exit_code == 0, result.stderr
    for name in ("small-pairs/pose/c/0/0/0", "small-images/image/c/1"):
        there, here = made / "parts" / name, tmp_path / "corpus" / "parts" / name
        assert there.read_bytes() == here.read_bytes()


def test_a_full_disk_is_one_line(
    posemill: Posemill, recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr("pipelines.generate.run.generate", full)
    refused(posemill("generate", recipe, tmp_path / "c"), "No space left", "goes on where it stopped")


def test_mocap_check_tells_good_from_bad(posemill: Posemill, tmp_path: Path) -> None:
    good = ROOT / "synth" / "assets" / "motion" / "01_01.npz"
    shutil.copy(good, tmp_path / "good.npz")
    result = posemill("mocap", "check", tmp_path, "--json")
    assert result.exit_code == 0, result.stderr
    (found,) = json.loads(result.stdout)
    assert found["kept"] == found["frames"] > 1000
    (tmp_path / "cut.npz").write_bytes(good.read_bytes()[:5000])
    result = posemill("mocap", "check", tmp_path)
    assert result.exit_code == 1
    assert "unreadable" in result.stdout
    refused(posemill("mocap", "check", tmp_path / "none"), "check the path")


def test_mocap_fetch_refuses_what_is_no_subject(posemill: Posemill, tmp_path: Path) -> None:
    refused(posemill("mocap", "fetch", "cmu", "--subjects", "../62", "--to", tmp_path), "is not a subject")


def test_body_convert_refuses_what_is_no_model(posemill: Posemill, tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    refused(posemill("body", "convert", tmp_path / "model.pkl", tmp_path / "out.npz"), "system", "trust")
    assert not (tmp_path / "out.npz").exists()

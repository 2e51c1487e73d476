"""Recordings become one bank of frames: in order, counted when dropped, whole or taken up again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.generate import build_bank as build_bank_module
from pipelines.generate.build_bank import build_bank
from pipelines.generate.motion_bank import Bank, check_bank
from pipelines.generate.recipe import Recipe
from synth.core.errors import InputError
from synth.motion import prepare
from tests.pipelines.tiny import CLIPS, motion_in, recipe

MAPPINGS = Path(__file__).resolve().parents[3] / "manifests" / "skeletons"


class Runner:
    """Runs tasks here, one after the other, and counts them; stops after `most`, as if it were killed."""

    def __init__(self, most: int | None = None) -> None:
        self.done, self.most = 0, most

    def __call__(
        self, function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], title: str, total: int
    ) -> Iterator[tuple[int, Any]]:
        for number, job in enumerate(jobs):
            if self.done == self.most:
                raise KeyboardInterrupt
            yield number, function(*job)
            self.done += 1


def build(home: Path, wanted: Recipe | None = None, runner: Runner | None = None) -> Bank:
    return build_bank(wanted or recipe(), home, home / "corpus", runner or Runner())


def over(*sources: dict[str, Any], **motion: Any) -> Recipe:
    return recipe(motion={"sources": list(sources), **motion})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return motion_in(tmp_path)


def test_frames_are_those_of_the_clips_in_order(home: Path) -> None:
    bank = build(home)
    assert [clip["frames"] for clip in bank.clips] == [102, 122]
    assert bank.start.tolist() == [0, 102, 224]
    assert bank.frames == 224
    for number, name in enumerate(CLIPS):
        (clip,), _ = prepare(home / "mocap" / name, 30.0)
        at = slice(bank.start[number], bank.start[number + 1])
        np.testing.assert_array_equal(bank.poses[at], clip.poses)
        np.testing.assert_array_equal(bank.trans[at], clip.trans)
        np.testing.assert_array_equal(bank.clearance[at], clip.clearance)


def test_a_bank_that_is_there_is_not_built_again(home: Path) -> None:
    first, runner = build(home), Runner()
    second = build(home, runner=runner)
    assert runner.done == 0
    assert second.digest == first.digest


def test_the_rate_and_the_gate_make_another_bank(home: Path) -> None:
    source = {"path": "mocap"}
    asked = [over(source), over(source, rate=15), over(source, gate={"max_turn_speed": 3000})]
    banks = [build(home, wanted) for wanted in asked]
    assert len({bank.folder for bank in banks}) == 3
    assert banks[1].frames == 112


def test_it_goes_on_where_it_was_stopped(home: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(home, runner=Runner(most=1))
    (partial,) = (home / "corpus" / "motion").iterdir()
    assert partial.name.endswith(".partial")
    first = partial / "000000.npz"
    before = first.stat().st_mtime_ns
    stopped = Runner(most=1)
    with pytest.raises(KeyboardInterrupt):
        build(home, runner=stopped)
    assert first.stat().st_mtime_ns == before  # not read again
    resumed = build(home)
    shutil.rmtree(home / "corpus")
    straight = build(home)
    assert resumed.digest == straight.digest
    left = {path.name for path in straight.folder.iterdir()}
    assert left == {"bank.json", "clearance.npy", "poses.npy", "trans.npy"}


@pytest.mark.parametrize("name", ["bank.json", "poses.npy", "trans.npy", "clearance.npy"])
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_a_broken_bank_is_found_and_rebuilt(home: Path, name: str, how: str) -> None:
    bank = build(home)
    path, digest = bank.folder / name, bank.digest
    del bank  # its arrays are mapped
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.unlink()
    if how != "gone":
        path.write_bytes(content if how == "flipped" else content[:-5])
    assert [file for file, _ in check_bank(path.parent)] == [name]
    assert build(home).digest == digest
    assert check_bank(path.parent) == []


def test_an_unreadable_recording_is_counted_not_fatal(home: Path) -> None:
    (home / "mocap" / "bad.bvh").write_text("HIERARCHY\nROOT")
    bank = build(home)
    assert len(bank.clips) == 2
    bad = next(file for file in bank.files if file["name"] == "bad.bvh")
    assert "bad.bvh" in bad["unreadable"]
    assert [file["kept"] for file in bank.files if file is not bad] == [203, 243]  # at 60 a second


def test_nothing_readable_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "mocap").mkdir()
    (tmp_path / "mocap" / "bad.bvh").write_text("HIERARCHY\nROOT")
    said = r"1 recording gave no frame \(the first, bad.bvh: .*motion.gate"
    with pytest.raises(InputError, match=said):
        build(tmp_path)
    assert list((tmp_path / "corpus" / "motion").iterdir()) == []


def test_what_the_gate_drops_is_reported(home: Path) -> None:
    with pytest.raises(InputError, match=r"too_short in frames 0 to 202: .*60 s"):
        build(home, over({"path": "mocap"}, gate={"min_duration": 60}))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"path": "nowhere"}, "nowhere: is neither a file nor a folder; check the path"),
        ({"path": "empty"}, "empty: holds no recording"),
        ({"path": "mocap", "mapping": "no.yaml"}, "no.yaml: there is no such skeleton mapping; check motion."),
        ({"path": "corpus"}, "hold no recording outside the corpus itself"),
    ],
)  # fmt: skip
def test_sources_that_are_not_there(home: Path, source: dict[str, Any], said: str) -> None:
    (home / "empty").mkdir()
    shutil.copytree(home / "mocap", home / "corpus" / "copied")
    with pytest.raises(InputError) as refused:
        build(home, over(source))
    assert said in str(refused.value)


def test_a_corpus_within_its_source_does_not_feed_on_itself(home: Path) -> None:
    with pytest.raises(KeyboardInterrupt):  # leaves .npz files in the corpus
        build(home, over({"path": "."}), Runner(most=1))
    assert [file["name"] for file in build(home, over({"path": "."})).files] == [f"mocap/{n}" for n in CLIPS]


def test_one_file_is_a_source(home: Path) -> None:
    bank = build(home, over({"path": f"mocap/{CLIPS[1]}"}, {"path": "mocap"}))
    assert [clip["source"] for clip in bank.clips] == [0, 1, 1]
    assert [clip["frames"] for clip in bank.clips] == [122, 102, 122]


def test_what_comes_with_the_project_is_a_source(tmp_path: Path) -> None:
    bank = build(tmp_path, over({"path": "builtin/small"}))
    assert {clip["dataset"] for clip in bank.clips} == {"CMU", "authored postures"}
    assert all(clip["licence"] for clip in bank.clips)


@pytest.mark.parametrize(
    ("changed", "old", "new"),
    [
        ("mocap/01_01.amc", "1", "2"),
        ("mocap/01.asf", "1.10", "1.11"),
        ("mocap/LICENSE", "mine", "yours"),
        ("map.yaml", "dataset: CMU", "dataset: ours"),
    ],
)
def test_a_bank_follows_the_content_of_what_it_was_made_of(
    home: Path, changed: str, old: str, new: str
) -> None:
    (home / "mocap" / "01.asf").write_text(":version 1.10\n")
    (home / "mocap" / "01_01.amc").write_text("1\n")  # unreadable, as is its skeleton
    (home / "mocap" / "LICENSE").write_text("mine\n")
    shutil.copy(MAPPINGS / "cmu_bvh.yaml", home / "map.yaml")
    asked = over({"path": "mocap", "mapping": "map.yaml"})
    before = build(home, asked).folder
    os.utime(home / changed, (1, 1))  # the time is not content
    assert build(home, asked).folder == before
    text = (home / changed).read_text()
    assert old in text
    (home / changed).write_text(text.replace(old, new))
    assert build(home, asked).folder != before


def test_what_could_not_be_read_is_read_once_it_can(home: Path) -> None:
    path = home / "mocap" / CLIPS[1]
    path.rename(home / "kept")
    path.mkdir()
    before = build(home)
    path.rmdir()
    (home / "kept").rename(path)
    assert (before.frames, build(home).frames) == (102, 224)


def test_a_broken_mapping_is_refused_before_anything_is_read(home: Path) -> None:
    (home / "map.yaml").write_text("name: mine\n")
    runner = Runner()
    with pytest.raises(InputError, match=r"map\.yaml"):
        build(home, over({"path": "mocap", "mapping": "map.yaml"}), runner)
    assert runner.done == 0


def test_a_worker_that_finds_another_file_says_so(home: Path) -> None:
    def elsewhere(
        function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], title: str, total: int
    ) -> Iterator[tuple[int, Any]]:
        shutil.copy(home / "mocap" / CLIPS[1], home / "mocap" / CLIPS[0])
        return Runner()(function, jobs, title, total)

    bank = build_bank(recipe(), home, home / "corpus", elsewhere)
    assert "a worker finds another file there" in bank.files[0]["unreadable"]
    assert str(home) not in bank.files[0]["unreadable"]


def test_a_link_to_nothing_is_left_aside(home: Path) -> None:
    (home / "mocap" / "gone.bvh").symlink_to(home / "nothing.bvh")
    assert len(build(home).files) == 2


def test_facts_are_plain_json(home: Path) -> None:
    bank = build(home)
    assert json.loads(json.dumps(bank.files)) == bank.files
    assert {"name", "dataset", "licence", "sha256", "frames", "source"} <= bank.clips[0].keys()


@pytest.mark.parametrize(("realisation", "anew"), [(0, True), (None, False)])
def test_a_bank_of_task_pages_follows_the_solver(
    home: Path, monkeypatch: pytest.MonkeyPatch, realisation: int | None, anew: bool
) -> None:
    file = build_bank_module._File(str(home / "a"), str(home), 0, None, "00", realisation=realisation)
    wanted = recipe()
    made = []
    for version in (1, 2):
        monkeypatch.setattr(build_bank_module, "SOLVER", version)
        made.append(build_bank_module._key(wanted, wanted.motion.gate.settings(), [file], []))
    assert (made[0] != made[1]) == anew

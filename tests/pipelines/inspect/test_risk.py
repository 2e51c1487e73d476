"""The risk of a motion file, of lifted people and of a corpus, and real clips as an ergonomist expects them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.inspect.risk import Assessed, assess, facts, tables, upright
from synth.body.open import open_body
from synth.body.skeleton import COCO_17, JOINTS
from synth.core.errors import InputError
from synth.motion.library import ASSETS, find, read
from synth.risk.lifting import MeasuredLift
from synth.risk.scores import scores_from_joints
from synth.risk.task import TaskInputs
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns

CLIP = find(ASSETS / "motion")[0]


def test_a_motion_file(tmp_path: Path) -> None:
    found = assess(CLIP, TaskInputs())
    assert len(found.scores) == read(CLIP).frames
    said = facts(found)
    for method in ("reba", "rula"):
        assert sum(said[method]["shares"]["worse"].values()) == pytest.approx(1)
    assert len(said["worst"]) >= 1
    assert said["lifts"] == []
    assert len(tables(said)) >= 5
    assert found.csv().count("\n") == len(found.scores) + 1


def test_a_load_counts_in_every_method() -> None:
    plain, loaded = (facts(assess(CLIP, task)) for task in (TaskInputs(), TaskInputs(load=25)))
    assert loaded["reba"]["mean"][0] > plain["reba"]["mean"][0]
    assert loaded["rula"]["mean"][0] > plain["rula"]["mean"][0]
    assert all(code.endswith("3") for code in loaded["owas"]["codes"])


def poses_file(path: Path, joints: np.ndarray) -> None:
    """A poses.npz as `posemill predict` writes it, of joints (n, 48, 3) with Z up, in a frame with y down."""
    names = (*COCO_17, "pelvis", "neck", "head_top")
    rows = [JOINTS.index(f"coco_{name}" if name in COCO_17 else name) for name in names]
    seen = joints[:, rows] @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    n = len(joints)
    np.savez(
        path, joints=seen.astype(np.float32), joint_names_3d=np.array(names), up=np.tile([0.0, -1.0, 0.0], (n, 1)),
        frame=np.arange(n), group=np.array(["person 1"] * n), rate=np.array(10.0), lifted=np.arange(n) > 0,
    )  # fmt: skip


def test_lifted_people_are_scored_from_their_joints(tmp_path: Path) -> None:
    clip = read(CLIP)
    joints = open_body().proxy().posed(clip.poses[:30].astype(float), (), clip.trans[:30]).joints
    poses_file(tmp_path / "poses.npz", joints)
    for place in (tmp_path / "poses.npz", tmp_path):
        found = assess(place, TaskInputs())
        assert len(found.scores) == 29  # of those who were lifted
        assert found.seconds[0] == pytest.approx(0.1)
        hidden = joints.copy()
        known = [
            n
            for n, name in enumerate(JOINTS)
            if name.startswith("coco_") or name in ("pelvis", "neck", "head_top")
        ]
        hidden[:, np.setdiff1d(np.arange(len(JOINTS)), known)] = np.nan
        assert np.array_equal(found.scores.reba.score, scores_from_joints(hidden[1:]).reba.score)
    assert facts(assess(tmp_path, TaskInputs()))["notes"]


def test_a_corpus_of_joints_alone(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(40, rng), rng, np.zeros(40, int))
    posed_part(tmp_path, "one", rows, [clip("01", "01_01")])
    found = assess(tmp_path, TaskInputs())
    assert not found.moving
    assert len(found.scores) == 40
    assert sum(facts(found)["owas"]["shares"].values()) == pytest.approx(1)


def test_samples_of_a_corpus_are_called_by_part_and_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(40, rng), rng, np.zeros(40, int))
    for name in ("one", "two"):
        posed_part(tmp_path, name, rows, [clip("01", "01_01")], per_shard=16)
    monkeypatch.setattr("pipelines.inspect.risk._MOST_ROWS", 20)
    found = assess(tmp_path, TaskInputs())
    assert found.frames.tolist() == 2 * list(range(0, 40, 4))
    assert sorted(set(found.who.tolist())) == ["one", "two"]
    worst = facts(found)["worst"][0]
    table = next(each for each in tables(facts(found), moving=False) if each.title == "The worst samples")
    assert table.rows[0][0] == f"{worst['who']} {worst['frame']}"
    assert found.csv().startswith("who,frame,load_kg,")


def test_upright_by_names() -> None:
    found = upright(
        np.array([[[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]]), ("neck", "nose"), np.array([[0.0, -1.0, 0.0]])
    )
    assert found[0, JOINTS.index("neck"), 2] == pytest.approx(1)
    assert found[0, JOINTS.index("coco_nose"), 2] == pytest.approx(-1)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.fbx").write_text("")
    with pytest.raises(InputError):
        assess(tmp_path / "a.fbx", TaskInputs())


def level(found: Assessed, rows: np.ndarray) -> float:
    return float(found.scores.reba.score.max(axis=1)[rows].mean())


def test_bending_and_lifting_is_high_at_the_bends_and_low_between(shared: Path) -> None:
    """CMU 02_06: bend over, scoop up, rise, lift the arm; four times."""
    found = assess(shared / "data/cmu_asf_amc/02_06.amc", TaskInputs())
    angles = found.scores.angles
    trunk = angles.trunk_flexion
    bends, between = trunk > 60, (trunk < 20) & (angles.upper_arm_inclination < 45).all(axis=1)
    assert bends.mean() > 0.1
    assert between.mean() > 0.1
    assert level(found, bends) >= 8  # high
    assert level(found, between) <= 5
    assert (found.scores.owas.code[bends, 0] >= 2).all()


def test_walking_is_low_and_hammering_between(shared: Path) -> None:
    walk, hammer, bend = (
        assess(shared / "data" / name, TaskInputs())
        for name in ("cmu_asf_amc/02_01.amc", "hrc_bvh/hammering_3.bvh", "cmu_asf_amc/02_06.amc")
    )
    means = [level(each, np.ones(len(each.scores), bool)) for each in (walk, hammer, bend)]
    assert means[0] < means[1] < means[2]
    assert means[0] < 4
    assert (walk.scores.owas.action == 1).mean() > 0.9
    assert (walk.scores.owas.code[:, 2] == 7).mean() > 0.9


def test_why_a_lift_is_beyond_the_equation() -> None:
    near, far = (MeasuredLift(0, 9, (reach, reach), (0.5, 1.0), (0.0, 0.0)) for reach in (0.4, 0.8))
    plain = assess(CLIP, TaskInputs(load=5))
    said = facts(replace(plain, lifts=[near, far]))["lifts"]
    assert said[0]["beyond"] == []
    assert said[0]["index"] == pytest.approx(5 / said[0]["limit_kg"])
    assert (said[1]["beyond"], said[1]["index"]) == (["hands over 63 cm away"], None)
    table = tables(facts(replace(plain, lifts=[near, far])))[-1]
    assert [row[-1] for row in table.rows] == ["", "hands over 63 cm away"]

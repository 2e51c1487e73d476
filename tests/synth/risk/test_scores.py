"""All scores at once, and what drives them."""

from __future__ import annotations

import numpy as np

from synth.risk.reba import reba
from synth.risk.rula import rula
from synth.risk.scores import reba_drivers, rula_drivers, score, scores_from_joints, scores_from_poses
from synth.risk.task import TaskInputs
from tests.synth.risk.figure import neutral, standing
from tests.synth.staging import staged


def test_each_method_scores_as_by_itself() -> None:
    angles, stance, task = neutral(2, trunk_flexion=[0, 70]), standing(2), TaskInputs(load=12)
    found = score(angles, stance, task)
    assert len(found) == 2
    assert np.array_equal(found.reba.score, reba(angles, stance, task).score)
    assert np.array_equal(found.rula.score, rula(angles, stance, task).score)
    assert found.owas.code.tolist() == [[1, 1, 2, 2], [2, 1, 2, 2]]


def test_pieces_are_put_together_as_they_were() -> None:
    _, _, labels = staged(60, frames=9)
    poses = np.concatenate([labels["pose"]] * 10)
    joints = np.concatenate([labels["joints_world"]] * 10)  # more than are scored at a time
    assert len(poses) > 4096
    whole = scores_from_poses(poses, joints)
    one = scores_from_poses(poses[:7], joints[:7])
    assert np.array_equal(whole.reba.score[:7], one.reba.score)
    assert np.array_equal(whole.reba.score[-540:], whole.reba.score[:540])
    assert len(scores_from_joints(joints)) == len(joints)
    assert len(scores_from_joints(joints[:0])) == 0


def test_joints_alone_agree_with_rotations_within_one() -> None:
    _, _, labels = staged(60, frames=9)
    truth = scores_from_poses(labels["pose"], labels["joints_world"])
    seen = scores_from_joints(labels["joints_world"])
    for method in ("reba", "rula"):
        apart = np.abs(getattr(truth, method).score.astype(int) - getattr(seen, method).score)
        assert (apart <= 1).mean() > 0.8, method
    assert (truth.owas.action == seen.owas.action).mean() > 0.9


def test_a_driver_is_what_the_score_falls_by_without_it() -> None:
    angles = neutral(1, trunk_flexion=70)
    found = reba(angles, standing(1), TaskInputs(load=12))
    plain = reba(neutral(1), standing(1), TaskInputs(load=12))
    drivers = reba_drivers(found)
    assert drivers["trunk"].tolist() == (found.score - plain.score).tolist()
    assert not drivers["neck"].any()
    assert drivers["load"].min() > 0
    arm = rula(neutral(1, upper_arm_flexion=np.array([[120.0, 0.0]])), standing(1), TaskInputs())
    assert rula_drivers(arm)["upper_arm"][0, 0] > rula_drivers(arm)["upper_arm"][0, 1] == 0

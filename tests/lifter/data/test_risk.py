"""Lifted joints stood upright for scoring."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lifter.data.joints import JOINTS3D
from lifter.data.risk import upright_joints
from synth.body.skeleton import joint_index
from synth.risk.scores import scores_from_joints
from tests.lifter.cases import standing


def test_up_becomes_z_and_lengths_stay() -> None:
    found = upright_joints(standing()[None], np.array([0.0, -1.0, 0.0]))[0]
    assert found[joint_index("head_top"), 2] - found[joint_index("coco_left_ankle"), 2] == pytest.approx(1.7)
    assert np.isnan(found[joint_index("left_hand")]).all()
    wrist, elbow = (found[joint_index(f"coco_left_{name}")] for name in ("wrist", "elbow"))
    given = [standing()[JOINTS3D.index(f"left_{name}")] for name in ("wrist", "elbow")]
    assert np.linalg.norm(wrist - elbow) == pytest.approx(np.linalg.norm(given[0] - given[1]))


@pytest.mark.parametrize("up", [[0, -1, 0], [0, -0.9, -0.4], [1, 0, 0], [0, 0, 1.0]])
def test_left_stays_left_whatever_is_up(up: list[float]) -> None:
    turn = Rotation.align_vectors([up], [[0, -1, 0]])[0]
    joints = standing()[None] @ turn.as_matrix().T
    found = scores_from_joints(upright_joints(joints, np.array(up, float)))
    assert abs(found.angles.trunk_flexion[0]) < 10
    assert found.angles.wrist_out.min() > 0.5  # each wrist on its own side: nothing is mirrored
    assert abs(found.angles.trunk_twist[0]) < 5


def test_an_up_for_each() -> None:
    both = np.repeat(standing()[None], 2, axis=0)
    found = upright_joints(both, np.array([[0, -1.0, 0], [0, 1.0, 0]]))
    heads = found[:, joint_index("head_top"), 2] - found[:, joint_index("coco_left_ankle"), 2]
    assert heads == pytest.approx([1.7, -1.7])

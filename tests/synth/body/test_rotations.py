"""Local poses to the world and back, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.rotations import FORWARD, SMPL_TO_WORLD, UP, local_poses, world_turns
from synth.body.skeleton import SMPL_24


def test_smpl_axes_in_the_world() -> None:
    assert (SMPL_TO_WORLD @ UP).tolist() == [0, 0, 1]
    assert (SMPL_TO_WORLD @ FORWARD).tolist() == [0, -1, 0]
    assert np.linalg.det(SMPL_TO_WORLD) == 1


def test_turns_add_up_along_the_chain() -> None:
    poses = np.zeros((1, 24, 3))
    for name in ("left_hip", "left_knee"):
        poses[0, SMPL_24.index(name)] = (np.radians(30), 0, 0)
    turns = world_turns(poses)[0]
    by_60 = Rotation.from_euler("x", 60, degrees=True).as_matrix()
    for name in ("left_knee", "left_ankle", "left_foot"):
        assert turns[SMPL_24.index(name)] == pytest.approx(by_60)
    assert turns[SMPL_24.index("right_knee")] == pytest.approx(np.eye(3))


def test_there_and_back() -> None:
    poses = np.random.default_rng(3).normal(0, 0.8, (5, 24, 3))  # under pi, where axis and angle are unique
    assert local_poses(world_turns(poses)) == pytest.approx(poses, abs=1e-9)

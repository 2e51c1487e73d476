"""Rotations of a body's joints: from SMPL's local poses to the world, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.skeleton import SMPL_PARENTS

Floats = NDArray[np.float64]

# SMPL's rest axes (x left, y up, z forward) in the world (Z up), as in AMASS: upright, facing -Y
SMPL_TO_WORLD: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


FORWARD, UP = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])


def local_poses(turns: Floats) -> Floats:
    """(T, 24, 3) axis-angle relative to each joint's parent, of (T, 24, 3, 3) rotations in the world."""
    local = turns.copy()
    local[:, 1:] = np.swapaxes(turns[:, SMPL_PARENTS[1:]], -1, -2) @ turns[:, 1:]
    return Rotation.from_matrix(local.reshape(-1, 3, 3)).as_rotvec().reshape(len(turns), -1, 3)


def world_turns(poses: NDArray[np.floating]) -> Floats:
    """(T, 24, 3, 3) rotations in the world, from SMPL's rest axes, of (T, 24, 3) poses."""
    local = Rotation.from_rotvec(np.asarray(poses, np.float64).reshape(-1, 3)).as_matrix()
    turns = local.reshape(len(poses), -1, 3, 3)
    for j, parent in enumerate(SMPL_PARENTS):
        if parent >= 0:
            turns[:, j] = turns[:, parent] @ turns[:, j]
    return turns

"""Lifted joints for the scores of risk: from the camera's frame to one with Z up, in the order of a corpus' joints."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.data.joints import JOINTS3D
from synth.body.skeleton import COCO_17, JOINTS, joint_index

Array = NDArray[np.float64]
_ROWS = np.array([joint_index(f"coco_{name}" if name in COCO_17 else name) for name in JOINTS3D])


def upright_joints(joints: NDArray[Any], up: NDArray[Any]) -> Array:
    """(n, 48, 3) with Z up, NaN for joints that lifters do not give, of (n, 20, 3) in a frame where up (3,) or (n, 3)
    is up."""
    vertical = np.broadcast_to(np.asarray(up, np.float64), (len(joints), 3))
    vertical = vertical / np.linalg.norm(vertical, axis=1, keepdims=True)
    aside = np.where(np.abs(vertical[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]])
    first = np.cross(aside, vertical)
    first = first / np.linalg.norm(first, axis=1, keepdims=True)
    axes = np.stack([first, np.cross(vertical, first), vertical], axis=1)
    out = np.full((len(joints), len(JOINTS), 3), np.nan)
    out[:, _ROWS] = np.einsum("nij,nkj->nki", axes, np.asarray(joints, np.float64))
    return out

"""Poses as points of one space, so that the distance of two poses is in millimetres, whatever the bodies' sizes.

A pose is turned to face +x, its pelvis put at the origin and its bones given SMPL's rest lengths: what is left
is the posture alone, without place, heading or the body's size. The distance of two poses is the root mean
square over `POSE_JOINTS` of how far apart their joints are. Hands are left out: few recordings have them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24, SMPL_PARENTS, SMPL_REST_OFFSET, joint_index

POSE_JOINTS: tuple[str, ...] = tuple(
    name for name in SMPL_24 if name != "pelvis" and not name.endswith("_hand")
)
SIZE = 3 * len(POSE_JOINTS)  # numbers of a pose
_JOINT = np.array([joint_index(name) for name in POSE_JOINTS])
# place of each joint's parent in POSE_JOINTS; -1 for the pelvis, which is the origin
_PARENT_PLACE = np.array(
    [
        POSE_JOINTS.index(SMPL_24[parent]) if SMPL_24[parent] in POSE_JOINTS else -1
        for parent in (SMPL_PARENTS[SMPL_24.index(name)] for name in POSE_JOINTS)
    ]
)
_PARENT = np.array([joint_index(SMPL_24[SMPL_PARENTS[SMPL_24.index(name)]]) for name in POSE_JOINTS])
_LENGTH = np.array([1000.0 * np.linalg.norm(SMPL_REST_OFFSET[name]) for name in POSE_JOINTS])
_PELVIS, _NECK = joint_index("pelvis"), joint_index("neck")
# where a joint is put that was not recorded, in this order; a foot without toes has no direction
_BETWEEN: dict[str, tuple[str, ...]] = {
    "pelvis": ("left_hip", "right_hip"), "neck": ("left_shoulder", "right_shoulder"),
    "spine2": ("pelvis", "neck"), "spine1": ("pelvis", "spine2"), "spine3": ("spine2", "neck"),
    "head": ("neck", "head_top"), "left_collar": ("neck", "left_shoulder"),
    "right_collar": ("neck", "right_shoulder"), "left_foot": ("left_ankle",), "right_foot": ("right_ankle",),
}  # fmt: skip
_LEFT_HIP, _RIGHT_HIP = joint_index("left_hip"), joint_index("right_hip")
_LEFT_SHOULDER, _RIGHT_SHOULDER = joint_index("left_shoulder"), joint_index("right_shoulder")


@njit(cache=True, nogil=True)
def _heading(joints, out):  # type: ignore[no-untyped-def]
    """Cosine and sine of where a body faces. Its left side and its front both vote, so that one of them still
    works where the other points up or down, as for a person lying down."""
    left = joints[_LEFT_HIP] - joints[_RIGHT_HIP] + joints[_LEFT_SHOULDER] - joints[_RIGHT_SHOULDER]
    up = joints[_NECK] - joints[_PELVIS]
    left = left / max(np.sqrt((left * left).sum()), 1e-9)
    up = up / max(np.sqrt((up * up).sum()), 1e-9)
    x = 2.0 * left[1] + left[1] * up[2] - left[2] * up[1]
    y = -2.0 * left[0] + left[2] * up[0] - left[0] * up[2]
    size = np.sqrt(x * x + y * y)
    if size < 1e-9:
        out[0], out[1] = 1.0, 0.0
    else:
        out[0], out[1] = x / size, y / size


@njit(cache=True, nogil=True)
def _standardise(world, out):  # type: ignore[no-untyped-def]
    facing = np.empty(2)
    for n in range(len(world)):
        joints = world[n].astype(np.float64)
        _heading(joints, facing)
        c, s = facing[0], facing[1]
        for k in range(len(_JOINT)):
            a, b = joints[_PARENT[k]], joints[_JOINT[k]]
            x, y, z = b[0] - a[0], b[1] - a[1], b[2] - a[2]
            scale = _LENGTH[k] / max(np.sqrt(x * x + y * y + z * z), 1e-9)
            base = 3 * _PARENT_PLACE[k]
            px, py, pz = 0.0, 0.0, 0.0
            if base >= 0:
                px, py, pz = out[n, base], out[n, base + 1], out[n, base + 2]
            out[n, 3 * k] = px + scale * (c * x + s * y)
            out[n, 3 * k + 1] = py + scale * (c * y - s * x)
            out[n, 3 * k + 2] = pz + scale * z


@njit(cache=True, nogil=True)
def _directions(world, rotation, translation, out):  # type: ignore[no-untyped-def]
    facing = np.empty(2)
    for n in range(len(world)):
        joints = world[n].astype(np.float64)
        _heading(joints, facing)
        c, s = facing[0], facing[1]
        for i in range(3):
            out[n, i] = -joints[_PELVIS, i]
            for j in range(3):
                out[n, i] -= rotation[n, j, i] * translation[n, j]
        x, y, z = out[n, 0], out[n, 1], out[n, 2]
        size = max(np.sqrt(x * x + y * y + z * z), 1e-9)
        out[n, 0], out[n, 1], out[n, 2] = (c * x + s * y) / size, (c * y - s * x) / size, z / size


def filled(joints_world: NDArray[Any]) -> NDArray[Any]:
    """Joints (n, 48, 3) with those that recordings of fewer joints lack (NaN) put between their neighbours."""
    needed = joints_world[:, [_PELVIS, *_JOINT]]
    if not np.isnan(needed).any():
        return joints_world
    out = np.array(joints_world)
    for name, neighbours in _BETWEEN.items():
        joint = joint_index(name)
        lacking = np.isnan(out[:, joint]).any(axis=1)
        out[lacking, joint] = out[lacking][:, [joint_index(other) for other in neighbours]].mean(axis=1)
    return out


def standard_poses(joints_world: NDArray[Any]) -> NDArray[np.float64]:
    """(n, 48, 3) joints, metres, Z up, to (n, 63) poses in millimetres: x ahead, y to the left, z up.

    Joints that are NaN are `filled`.
    """
    out = np.empty((len(joints_world), SIZE))
    _standardise(np.ascontiguousarray(filled(joints_world)), out)
    return out


def distances(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """(n,) distances, millimetres, of the poses (n, 63) of two lists, one by one."""
    return np.sqrt(((a - b) ** 2).sum(axis=-1) / len(POSE_JOINTS))


def view_directions(
    joints_world: NDArray[Any], rotation: NDArray[Any], translation: NDArray[Any]
) -> NDArray[np.float64]:
    """(n, 3) unit vectors from the pelvis to the camera: x ahead of the person, y to their left, z up.

    rotation (n, 3, 3) and translation (n, 3): world to camera.
    """
    out = np.empty((len(joints_world), 3))
    _directions(np.ascontiguousarray(filled(joints_world)), rotation, translation, out)
    return out


def view_angles(directions: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Azimuth and elevation, degrees, of (n, 3) view directions. Azimuth 0 sees the face, 90 the person's left
    side, -90 the right; elevation 90 looks straight down on them."""
    azimuth = np.degrees(np.arctan2(directions[:, 1], directions[:, 0]))
    return azimuth, np.degrees(np.arcsin(np.clip(directions[:, 2], -1, 1)))

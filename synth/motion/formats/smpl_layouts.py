"""SMPL parameters under the names and in the shapes in which programs save them.

AMASS: `poses`, `trans`, `mocap_framerate` (SMPL-H, SMPL), or `root_orient` with `pose_body` (SMPL-X 'stageii'). Models
of motion from video and dance sets: `global_orient`, `body_pose`, `transl`, `fps` (smplx' own names), `smpl_poses`,
`smpl_trans`, `smpl_scaling` (AIST++, Li et al., 2021). Axis-angle, flat or (T, joints, 3), or rotation matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

RATE_KEYS = ("mocap_framerate", "mocap_frame_rate", "fps", "framerate", "frame_rate")
_TRANS = ("trans", "transl", "smpl_trans", "translation")
_WHOLE = ("poses", "smpl_poses", "fullpose", "full_pose", "pose", "smpl_pose")
_ROOT = ("root_orient", "global_orient", "smpl_global_orient")
_BODY = ("pose_body", "body_pose", "smpl_body_pose")
_SCALE = "smpl_scaling"  # AIST++: what its translations are to be divided by
KEYS = frozenset((*RATE_KEYS, *_TRANS, *_WHOLE, *_ROOT, *_BODY, _SCALE))
# Joints that a file may have: SMPL's 22 without hands, 24, SMPL-H's 52, SMPL-X's 55. All begin with the same 22.
_JOINTS = (22, 24, 52, 55)
_BODY_JOINTS = 22
_MATRIX_OFF = 0.01  # by how much a matrix may differ from a rotation


@dataclass(frozen=True, eq=False)
class Parameters:
    """poses (T, 24, 3) axis-angle; trans (T, 3), the file's unit. rate: if stated. amass: under AMASS's names."""

    poses: Floats
    trans: Floats
    rate: float | None
    amass: bool


def parameters(arrays: Arrays, path: Path) -> Parameters:
    """The motion in arrays by name. The hand joints of files with fingers stay straight: a finger's turn is not the
    hand's. Raises InputError, naming the array, for another layout."""
    whole, root, body = (_named(arrays, keys) for keys in (_WHOLE, _ROOT, _BODY))
    if whole is None and (root is None or body is None):
        held = ", ".join(sorted(arrays)) or "nothing of a motion"
        raise InputError(
            f"holds neither 'poses' nor 'root_orient' with 'pose_body', but {held[:200]}",
            where=str(path),
            remedy="give SMPL parameters under AMASS's or smplx' names, not a shape or marker file",
        )
    moved = _named(arrays, _TRANS)
    if moved is None:
        raise InputError(
            "lacks the array 'trans'", where=str(path), remedy="give SMPL parameters with places"
        )
    trans = _turned(arrays, moved, (1,), path)[:, 0]
    if root is not None and body is not None:
        blocks = [_turned(arrays, root, (1,), path), _turned(arrays, body, (21, 23), path)]
    else:
        assert whole is not None
        blocks = [_turned(arrays, whole, _JOINTS, path)]
    for block in blocks:
        if len(block) != len(trans):
            raise InputError(
                f"{len(block)} poses but {len(trans)} translations",
                where=f"{path}:{moved}",
                remedy="get the file again",
            )
    turns = np.concatenate(blocks, axis=1)
    joints = len(SMPL_24) if turns.shape[1] == len(SMPL_24) else _BODY_JOINTS
    poses = np.zeros((len(trans), len(SMPL_24), 3))
    poses[:, :joints] = turns[:, :joints]
    return Parameters(poses, trans / _scaling(arrays, path), _rate(arrays, path), amass=moved == "trans")


def _named(arrays: Arrays, keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if key in arrays), None)


def _turned(arrays: Arrays, name: str, joints: tuple[int, ...], path: Path) -> Floats:
    """(T, joints, 3) axis-angle of an array that is that, flat, or matrices; InputError for another shape or kind."""
    array = arrays[name]
    shape = array.shape[1:]
    flat = [(3 * n,) for n in joints]
    split = [(n, 3) for n in joints]
    matrices = [(n, 3, 3) for n in joints] + ([(3, 3)] if joints == (1,) else [])
    if array.dtype.kind not in "fiu" or shape not in (*flat, *split, *matrices):
        expected = " or ".join(f"(frames, {width})" for (width,) in flat)
        raise InputError(
            f"has shape {array.shape} of {array.dtype}, not {expected} numbers, nor (frames, joints, 3) or matrices",
            where=f"{path}:{name}",
            remedy="give SMPL, SMPL-H or SMPL-X motion",
        )
    if len(array) == 0:
        raise InputError("has no frames", where=f"{path}:{name}", remedy="give a recording with frames in it")
    if shape in matrices:
        return _from_matrices(array.reshape(len(array), -1, 3, 3).astype(np.float64), f"{path}:{name}")
    return array.reshape(len(array), -1, 3).astype(np.float64)


def _from_matrices(matrices: Floats, where: str) -> Floats:
    """(T, joints, 3) axis-angle; frames that are not finite stay so. InputError for matrices that are no rotations."""
    turns = np.full((*matrices.shape[:2], 3), np.nan)
    finite = np.isfinite(matrices).all(axis=(1, 2, 3))
    own = matrices[finite]
    off = np.abs(own @ np.swapaxes(own, -1, -2) - np.eye(3)).max(initial=0.0)
    if off > _MATRIX_OFF or (len(own) and (np.linalg.det(own) < 0).any()):
        raise InputError("holds matrices that are not rotations", where=where, remedy="get the file again")
    if len(own):
        turns[finite] = Rotation.from_matrix(own.reshape(-1, 3, 3)).as_rotvec().reshape((*own.shape[:2], 3))
    return turns


def _scaling(arrays: Arrays, path: Path) -> float:
    if _SCALE not in arrays:
        return 1.0
    return _number(arrays, _SCALE, path, "scale")


def _rate(arrays: Arrays, path: Path) -> float | None:
    key = _named(arrays, RATE_KEYS)
    return None if key is None else _number(arrays, key, path, "frame rate")


def _number(arrays: Arrays, key: str, path: Path, what: str) -> float:
    array = arrays[key]
    remedy = f"write the true {what}"
    if array.size != 1 or array.dtype.kind not in "fiu":
        raise InputError("is not one number", where=f"{path}:{key}", remedy=remedy)
    value = float(array.ravel()[0])
    if not np.isfinite(value) or not 1e-6 < value < 1e6:
        raise InputError(f"a {what} of {value:g} cannot be", where=f"{path}:{key}", remedy=remedy)
    return value

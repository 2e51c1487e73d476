"""SMPL parameters under the names and in the shapes in which programs save them.

AMASS: `poses`, `trans`, `mocap_framerate` (SMPL-H, SMPL), or `root_orient` with `pose_body` (SMPL-X 'stageii'). Models
of motion from video and dance sets: `global_orient`, `body_pose`, `transl`, `fps` (smplx' own names), `smpl_poses`,
`smpl_trans`, `smpl_scaling` (AIST++, Li et al., 2021); `pose_world`, `trans_world` beside those in the camera's frame
(WHAM); `pred_rotmat`, `pred_trans` (TRAM); `pred_thetas`, `transl` (HybrIK); `Rh`, `Th`, `poses` (EasyMocap).
Axis-angle, flat or (T, joints, 3), or rotation matrices; one person may stand before the frames, (1, T, ...).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.core.errors import InputError

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

RATE_KEYS = ("mocap_framerate", "mocap_frame_rate", "fps", "framerate", "frame_rate")
_TRANS = ("trans", "transl", "smpl_trans", "translation", "pred_trans")
_WHOLE = (
    "poses", "smpl_poses", "fullpose", "full_pose", "pose", "smpl_pose", "pred_rotmat", "pred_thetas",
)  # fmt: skip
_WORLD = ("pose_world", "trans_world")  # WHAM's, whose pose and trans are the camera's
_ABOUT_ORIGIN = ("Rh", "Th")  # EasyMocap's: a turn of the posed body about the origin, and its place
_ROOT = ("root_orient", "global_orient", "smpl_global_orient")
_BODY = ("pose_body", "body_pose", "smpl_body_pose")
_SCALE = "smpl_scaling"  # AIST++: what its translations are to be divided by
KEYS = frozenset((*RATE_KEYS, *_TRANS, *_WHOLE, *_WORLD, *_ABOUT_ORIGIN, *_ROOT, *_BODY, _SCALE))
# Joints that a file may have: SMPL's 22 without hands, 24, SMPL-H's 52, SMPL-X's 55. All begin with the same 22.
_JOINTS = (22, 24, 52, 55)
_BODY_JOINTS = 22
_MATRIX_OFF = 0.01  # by how much a matrix may differ from a rotation
# Turns of joints below the root in axis-angle stay below a full one; of degrees most recordings have many above.
_FULL_TURN, _DEGREES_SHARE, _LARGEST_DEGREES, _FEWEST_FRAMES = 7.0, 0.05, 720.0, 10


@dataclass(frozen=True, eq=False)
class Parameters:
    """poses (T, 24, 3) axis-angle; trans (T, 3), the file's unit. rate: if stated. amass: under AMASS's names. notes:
    which of several was taken."""

    poses: Floats
    trans: Floats
    rate: float | None
    amass: bool
    notes: tuple[str, ...] = ()


_OF_PREDICT = "posemill poses"  # how `format` of what `posemill predict` writes begins


def parameters(arrays: Arrays, path: Path) -> Parameters:
    """The motion in arrays by name. The hand joints of files with fingers stay straight: a finger's turn is not the
    hand's. Raises InputError, naming the array, for another layout."""
    if str(arrays.get("format", "")).startswith(_OF_PREDICT):
        raise InputError(
            "holds joints that `posemill predict` found, not turns",
            where=str(path),
            remedy="give the poses.bvh that lies beside it",
        )
    arrays, notes = _of_one_world(_of_one_person(arrays, path))
    whole, root, body = (_named(arrays, keys) for keys in (_WHOLE, _ROOT, _BODY))
    if whole is None and (root is None or body is None):
        held = ", ".join(sorted(arrays)) or "nothing of a motion"
        raise InputError(
            f"holds neither 'poses' nor 'root_orient' with 'pose_body', but {held[:200]}",
            where=str(path),
            remedy="give SMPL parameters under AMASS's or smplx' names, not a shape or marker file",
        )
    about_origin = all(key in arrays for key in _ABOUT_ORIGIN)
    moved = _ABOUT_ORIGIN[1] if about_origin else _named(arrays, _TRANS)
    if moved is None:
        raise InputError(
            "lacks the array 'trans'", where=str(path), remedy="give SMPL parameters with places"
        )
    trans = _turned(arrays, moved, (1,), path)[:, 0]
    names = [name for name in (root, body) if name] if root and body else [str(whole)]
    if root and not body and whole and _joints_of(arrays[whole]) in (21, 23):
        names = [root, whole]
    rest = (
        (21, 23)
        if len(names) == 2 or (about_origin and _joints_of(arrays[names[0]]) in (21, 23))
        else _JOINTS
    )
    blocks = [_turned(arrays, name, (1,) if name == root else rest, path) for name in names]
    for block in blocks:
        if len(block) != len(trans):
            raise InputError(
                f"{len(block)} poses but {len(trans)} translations",
                where=f"{path}:{moved}",
                remedy="get the file again",
            )
    turns = np.concatenate(blocks, axis=1)
    if about_origin:
        turns, trans = _about_pelvis(turns, _turned(arrays, _ABOUT_ORIGIN[0], (1,), path)[:, 0], trans, path)
    _refuse_degrees(turns, f"{path}:{names[-1]}")
    joints = len(SMPL_24) if turns.shape[1] == len(SMPL_24) else _BODY_JOINTS
    poses = np.zeros((len(trans), len(SMPL_24), 3))
    poses[:, :joints] = turns[:, :joints]
    rate = _rate(arrays, path)
    return Parameters(poses, trans / _scaling(arrays, path), rate, amass=moved == "trans", notes=notes)


def _of_one_person(arrays: Arrays, path: Path) -> Arrays:
    """Arrays (T, ...) of arrays (people, T, ...) of one person; InputError where there are several people."""
    moved = _named(arrays, (*_TRANS, _WORLD[1], _ABOUT_ORIGIN[1]))
    if moved is None or arrays[moved].ndim != 3 or arrays[moved].shape[1] == 1:
        return arrays
    people, frames = arrays[moved].shape[:2]
    if people > 1:
        raise InputError(
            f"holds {people} people: {moved} is {arrays[moved].shape}",
            where=str(path),
            remedy="save each in a file of its own",
        )
    return {key: each[0] if each.shape[:2] == (1, frames) else each for key, each in arrays.items()}


def _of_one_world(arrays: Arrays) -> tuple[Arrays, tuple[str, ...]]:
    """Those of the world where a file also has the camera's, with a note of it."""
    rest = {key: each for key, each in arrays.items() if key not in _WORLD}
    if len(arrays) - len(rest) < len(_WORLD):
        return rest, ()
    others = {key: each for key, each in rest.items() if key not in (*_TRANS, *_WHOLE, *_ROOT, *_BODY)}
    world = {"pose": arrays[_WORLD[0]], "translation": arrays[_WORLD[1]]}
    return others | world, (f"{_WORLD[0]} and {_WORLD[1]} are read, not what is in the camera's frame",)


def _about_pelvis(turns: Floats, turn: Floats, place: Floats, path: Path) -> tuple[Floats, Floats]:
    """Turns of all joints and translations (T, 3), of a body that is turned about the origin and then moved."""
    if turns.shape[1] in (21, 23):
        turns = np.concatenate([np.zeros((len(turns), 1, 3)), turns], axis=1)
    if len(turn) != len(place):
        raise InputError(
            f"{len(turn)} turns but {len(place)} places", where=f"{path}:Rh", remedy="get the file again"
        )
    turns, pelvis = turns.copy(), smpl_rest_joints()[0]
    finite = np.isfinite(turn).all(axis=1) & np.isfinite(turns[:, 0]).all(axis=1)
    whole = Rotation.from_rotvec(turn[finite])
    turns[finite, 0] = (whole * Rotation.from_rotvec(turns[finite, 0])).as_rotvec()
    turns[~finite, 0] = np.nan
    moved = place.copy()
    moved[finite] += whole.apply(pelvis) - pelvis
    return turns, moved


def _refuse_degrees(turns: Floats, where: str) -> None:
    size = np.linalg.norm(np.nan_to_num(turns[:, 1:]), axis=2)
    plausible = len(turns) >= _FEWEST_FRAMES and size.max() < _LARGEST_DEGREES
    if plausible and (size > _FULL_TURN).any(axis=1).mean() > _DEGREES_SHARE:
        raise InputError(
            f"has turns of up to {size.max():.3g}: degrees?", where=where, remedy="save axis-angle in radians"
        )


def _joints_of(array: NDArray[Any]) -> int:
    """How many joints an array has as axis-angle, flat or not."""
    return array.shape[1] if array.ndim == 3 else array.shape[-1] // 3


def _named(arrays: Arrays, keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if key in arrays), None)


def _turned(arrays: Arrays, name: str, joints: tuple[int, ...], path: Path) -> Floats:
    """(T, joints, 3) axis-angle of an array that is that, flat, or matrices; InputError for another shape or kind."""
    array = arrays[name]
    shape = array.shape[1:]
    flat = [(3 * n,) for n in joints]
    split = [(n, 3) for n in joints]
    matrices = [(n, 3, 3) for n in joints] + [(9 * n,) for n in joints] + ([(3, 3)] if joints == (1,) else [])
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
    if array.size == 1 and array.dtype.kind in "US":
        with contextlib.suppress(ValueError):
            array = array.astype(np.float64)
    if array.size != 1 or array.dtype.kind not in "fiu":
        raise InputError("is not one number", where=f"{path}:{key}", remedy=remedy)
    value = float(array.ravel()[0])
    if not np.isfinite(value) or not 1e-6 < value < 1e6:
        raise InputError(f"a {what} of {value:g} cannot be", where=f"{path}:{key}", remedy=remedy)
    return value

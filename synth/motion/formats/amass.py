"""Motion in AMASS's npz layouts: SMPL-H (`poses`), SMPL-X 'stageii' (`root_orient`, `pose_body`) and SMPL.

Layouts: Mahmood et al., 'AMASS: archive of motion capture as surface shapes', 2019, and the readme of its
later releases. Shape, gender and soft tissue are left aside: the motion goes to Posemill's own bodies.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.core.errors import InputError
from synth.core.npz import read_npz
from synth.motion.clip import Clip, Source, describe
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.motion.formats.skeletal import TRIAL
from synth.motion.self_check import mismatch, smpl_shown

RATE_KEYS = ("mocap_framerate", "mocap_frame_rate")
# values a frame of `poses`: SMPL's 24 joints, SMPL-H's 52, SMPL-X's 55. All begin with the same 22.
_WIDTHS = (72, 156, 165)
_BODY_JOINTS = 22
_OWN = ("clearance", "still", "posemill")  # what `Clip.to_npz` adds
_READ = {"poses", "trans", "root_orient", "pose_body", *RATE_KEYS, *_OWN}


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The motion of a file, or the clip that `Clip.to_npz` wrote. Raises InputError for what `read_amass` refuses."""
    poses, trans, rate, extra = read_amass(path, options.rate)
    if "posemill" in extra:
        return _own(path, poses, trans, rate, extra)
    inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    folders = [*inside.parts[:-1]] or [path.resolve().parent.name]
    trial = TRIAL.match(path.stem)
    subject = trial.group(1) if trial else folders[-1]
    source = describe(path, root, dataset=folders[0], licence=None, names=(subject, path.stem))
    hands = poses[:, SMPL_24.index("left_hand") :].any()
    pelvis = trans + smpl_rest_joints()[0]
    own = poses.astype(np.float32)
    return Clip(
        name=source.path,
        poses=own,
        trans=(pelvis - load_body().rest_joints[0]).astype(np.float32),
        clearance=np.zeros(len(poses), np.float32),
        rate=rate,
        source=source,
        still=frozenset() if hands else frozenset({"left_hand", "right_hand"}),
        mismatch=mismatch(own, pelvis, smpl_shown(poses, pelvis)),
    )


def read_amass(
    path: Path, rate: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, dict[str, NDArray[np.generic]]]:
    """Poses (T, 24, 3), translations (T, 3), frames a second, and what else the file holds in small arrays.

    The rate is the file's unless one is given. The hand joints of files with fingers are left straight: a finger's turn
    is not the hand's. Raises InputError, naming the array, for a file that is damaged, pickled, or of another layout.
    """
    arrays = read_npz(path, _READ)
    trans = _block(arrays, "trans", (3,), path)
    if "poses" in arrays:
        blocks = [_block(arrays, "poses", _WIDTHS, path)]
    elif "root_orient" in arrays and "pose_body" in arrays:
        blocks = [_block(arrays, "root_orient", (3,), path), _block(arrays, "pose_body", (63,), path)]
    else:
        held = ", ".join(sorted(arrays)) or "nothing of a motion"
        raise InputError(
            f"holds neither 'poses' nor 'root_orient' with 'pose_body', but {held[:200]}",
            where=str(path),
            remedy="give a motion file of AMASS, not a shape or marker file",
        )
    for block in blocks:
        if len(block) != len(trans):
            raise InputError(
                f"{len(block)} poses but {len(trans)} translations",
                where=f"{path}:trans",
                remedy="get the file again",
            )
    poses = np.zeros((len(trans), len(SMPL_24), 3))
    joints = len(SMPL_24) if blocks[0].shape[1] == 3 * len(SMPL_24) else _BODY_JOINTS
    poses[:, :joints] = np.concatenate([b[:, : 3 * joints] for b in blocks], axis=1).reshape(-1, joints, 3)
    extra = {name: array for name, array in arrays.items() if name in _OWN}
    return poses, trans.astype(np.float64), rate or _rate(arrays, path), extra


def _own(
    path: Path,
    poses: NDArray[np.float64],
    trans: NDArray[np.float64],
    rate: float,
    extra: dict[str, NDArray[np.generic]],
) -> Clip:
    """A clip that `Clip.to_npz` wrote: already on the floor, with its source inside."""
    try:
        facts = json.loads(str(extra["posemill"]))
        name = facts.pop("name")
        source = Source(**{key: str(value) for key, value in facts.items()})
        clearance = extra["clearance"].astype(np.float32)
        still = frozenset(str(joint) for joint in extra["still"])
        return Clip(name, poses.astype(np.float32), trans.astype(np.float32), clearance, rate, source, still)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(
            "is marked as Posemill's own but is not whole", where=f"{path}:posemill", remedy="write it again"
        ) from error


def _block(
    arrays: dict[str, NDArray[np.generic]], name: str, widths: tuple[int, ...], path: Path
) -> NDArray[np.generic]:
    """(T, width) numbers of an array; InputError for another shape or kind."""
    array = arrays.get(name)
    if array is None:
        raise InputError(f"lacks the array '{name}'", where=str(path), remedy="give a motion file of AMASS")
    if array.dtype.kind not in "fiu" or array.ndim != 2 or array.shape[1] not in widths:
        expected = " or ".join(f"(frames, {width})" for width in widths)
        raise InputError(
            f"has shape {array.shape} of {array.dtype}, not {expected} numbers",
            where=f"{path}:{name}",
            remedy="give SMPL, SMPL-H or SMPL-X motion",
        )
    if len(array) == 0:
        raise InputError("has no frames", where=f"{path}:{name}", remedy="give a recording with frames in it")
    return array


def _rate(arrays: dict[str, NDArray[np.generic]], path: Path) -> float:
    for key in RATE_KEYS:
        array = arrays.get(key)
        if array is None:
            continue
        if array.size != 1 or array.dtype.kind not in "fiu":
            raise InputError("is not one number", where=f"{path}:{key}", remedy="write the true frame rate")
        rate = float(array.ravel()[0])
        if not np.isfinite(rate) or not 1e-6 < rate < 1e6:
            raise InputError(
                f"a frame rate of {rate:g} cannot be",
                where=f"{path}:{key}",
                remedy="write the true frame rate",
            )
        return rate
    raise InputError(
        f"states no frame rate ({' or '.join(RATE_KEYS)})",
        where=str(path),
        remedy="add the true frame rate: a wrong one makes every speed wrong",
    )


AMASS = MotionFormat(
    "AMASS",
    (".npz",),
    read,
    options=frozenset({"rate"}),
    # what lies beside the motions of a release: shapes
    not_motion=frozenset({"shape.npz", "neutral_stagei.npz", "male_stagei.npz", "female_stagei.npz"}),
)

"""Motion in AMASS's npz layouts: SMPL-H (`poses`), SMPL-X 'stageii' (`root_orient`, `pose_body`) and SMPL.

Layouts: Mahmood et al., 'AMASS: archive of motion capture as surface shapes', 2019, and the readme of its
later releases. Shape, gender and soft tissue are left aside: the bodies that wear the motion are Posemill's
own. Nothing is ever unpickled.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError

RATE_KEYS = ("mocap_framerate", "mocap_frame_rate")
# values a frame of `poses`: SMPL's 24 joints, SMPL-H's 52, SMPL-X's 55. All begin with the same 22.
_WIDTHS = (72, 156, 165)
_BODY_JOINTS = 22
_OWN = ("clearance", "still", "posemill")  # what `Clip.to_npz` adds
_READ = {"poses", "trans", "root_orient", "pose_body", *RATE_KEYS, *_OWN}
_MOST_VALUES = 1 << 28  # of one array: a day at 120 Hz, and no more than a machine can hold
_DAMAGED = (
    ValueError,
    OSError,
    EOFError,
    KeyError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
)


def read_amass(
    path: Path,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, dict[str, NDArray[np.generic]]]:
    """Poses (T, 24, 3), translations (T, 3), frames a second, and what else the file holds in small arrays.

    The hand joints of files with fingers are left straight: a finger's turn is not the hand's. Raises
    InputError, naming the array, for a file that is damaged, pickled, or of another layout.
    """
    arrays = _arrays(path)
    trans = _block(arrays, "trans", (3,), path)
    if "poses" in arrays:
        flat = _block(arrays, "poses", _WIDTHS, path)
    elif "root_orient" in arrays and "pose_body" in arrays:
        flat = np.concatenate(
            [_block(arrays, "root_orient", (3,), path), _block(arrays, "pose_body", (63,), path)], axis=1
        )
    else:
        held = ", ".join(sorted(arrays)) or "nothing"
        raise InputError(
            f"holds neither 'poses' nor 'root_orient' with 'pose_body', but {held[:200]}",
            where=str(path),
            remedy="give a motion file of AMASS, not a shape or marker file",
        )
    if len(flat) != len(trans):
        raise InputError(
            f"{len(flat)} poses but {len(trans)} translations",
            where=f"{path}:trans",
            remedy="get the file again",
        )
    poses = np.zeros((len(flat), len(SMPL_24), 3))
    joints = len(SMPL_24) if flat.shape[1] == 3 * len(SMPL_24) else _BODY_JOINTS
    poses[:, :joints] = flat[:, : 3 * joints].reshape(len(flat), joints, 3)
    extra = {name: array for name, array in arrays.items() if name in _OWN}
    return poses, trans, _rate(arrays, path), extra


def _arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    remedy = "get the file again from its source"
    arrays: dict[str, NDArray[np.generic]] = {}
    name = ""
    try:
        with path.open("rb") as stream:
            if stream.read(2) != b"PK":  # numpy takes anything else for a bare array or a pickle
                raise ValueError
        with np.load(path, allow_pickle=False) as stored:
            for name in sorted(_READ & set(stored.files)):
                _check_size(stored, name, path)
                arrays[name] = stored[name]
    except _DAMAGED as error:
        where = f"{path}:{name}" if name else str(path)
        if "pickle" in str(error).lower():
            what, remedy = "holds pickled objects, which are never loaded", "save plain arrays instead"
        elif isinstance(error, FileNotFoundError | PermissionError):
            what, remedy = f"cannot be read ({error.strerror})", "check the path and its permissions"
        else:
            what = "is no npz file, or a damaged one"
        raise InputError(what, where=where, remedy=remedy) from error
    return arrays


def _check_size(stored: np.lib.npyio.NpzFile, name: str, path: Path) -> None:
    """Refuse an array too large to be motion before it is unpacked."""
    archive = stored.zip
    assert archive is not None  # it is open
    entry = name if name in archive.namelist() else f"{name}.npy"
    if archive.getinfo(entry).file_size > 8 * _MOST_VALUES:
        raise InputError("is too large to be motion", where=f"{path}:{name}", remedy="split the recording")


def _block(
    arrays: dict[str, NDArray[np.generic]], name: str, widths: tuple[int, ...], path: Path
) -> NDArray[np.float64]:
    """(T, width) float64 of an array; InputError for another shape or kind."""
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
    return array.astype(np.float64)


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

"""Compact motion (`*.motion.npz`): recordings at a low rate in whole steps, to ship many minutes in few megabytes.

Axis-angles are rounded to steps of 0.02 degrees a component and places to steps of 0.5 mm, and stored as differences
from frame to frame, which zlib packs to about 2 kB a second. A rotation is off by at most 0.018 degrees, the length of
the rounding error of its axis-angle (the derivative of the exponential map never lengthens a vector).

Arrays: `poses` (24 * 3, T) int16 and `trans` (3, T) int32, the first column as it is and then differences; `steps` (2,)
float64, radians and metres; `rate` float64; `still`, names of the joints that the recording does not have; `posemill`,
the clip's name and source as JSON. Heights are over a floor at z = 0.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.npz import read_npz, write_npz
from synth.motion.clip import Clip, Source
from synth.motion.formats.format import MotionFormat, ReadOptions

SUFFIX = ".motion.npz"
ROTATION_STEP = float(np.radians(0.02))
PLACE_STEP = 5e-4
# each with its dimensions and kind of numpy type
_ARRAYS = {
    "poses": (2, "i"), "trans": (2, "i"), "steps": (1, "f"), "rate": (0, "f"), "still": (1, "U"), "posemill": (0, "U"),
}  # fmt: skip
_MOST_PLACE = 1e5  # metres: what a place may be at most
_AGAIN = "write it again with synth.motion.formats.compact.write"


def write(clip: Clip, path: Path) -> None:
    """Write a clip that lies on the floor. The same clip gives the same bytes.

    Raises InputError where the name does not end as it must, and for frames that are not finite.
    """
    if not path.name.endswith(SUFFIX):
        raise InputError("is not a name for compact motion", where=str(path), remedy=f"end it in {SUFFIX}")
    if not (np.isfinite(clip.poses).all() and np.isfinite(clip.trans).all()):
        raise InputError("holds frames that are not finite", where=clip.name, remedy="gate it first")
    facts = {"name": clip.name, **asdict(clip.source)}
    turns = Rotation.from_rotvec(clip.poses.reshape(-1, 3).astype(np.float64)).as_rotvec()  # at most pi long
    write_npz(
        path,
        {
            "poses": _differences(turns.reshape(clip.frames, -1), ROTATION_STEP).astype(np.int16),
            "trans": _differences(clip.trans, PLACE_STEP).astype(np.int32),
            "steps": np.array([ROTATION_STEP, PLACE_STEP]),
            "rate": np.array(float(clip.rate)),
            "still": np.array(sorted(clip.still), dtype="U32"),
            "posemill": np.array(json.dumps(facts, sort_keys=True)),
        },
    )


def _differences(values: NDArray[np.floating], step: float) -> NDArray[np.int64]:
    """(n, T) of (T, n): whole steps, the first frame's and then each one's difference from the one before."""
    steps = np.round(values.astype(np.float64) / step).astype(np.int64)
    steps[1:] -= steps[:-1].copy()
    return steps.T


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The clip of a file. Raises InputError for one that is damaged or is not compact motion."""
    arrays = read_npz(path, _ARRAYS)
    for name, kind in _ARRAYS.items():
        if name not in arrays or (arrays[name].ndim, arrays[name].dtype.kind) != kind:
            raise InputError(f"has no '{name}' as compact motion has", where=str(path), remedy=_AGAIN)
    frames = arrays["poses"].shape[1]
    shapes = ((len(SMPL_24) * 3, frames), (3, frames), (2,))
    found = tuple(arrays[name].shape for name in ("poses", "trans", "steps"))
    if found != shapes or not frames:
        raise InputError(
            f"poses, trans and steps have shapes {found}, not {shapes}", where=str(path), remedy=_AGAIN
        )
    rotation, place = (float(step) for step in arrays["steps"])
    if not (0 < rotation < 0.1 and 0 < place < 0.1):
        raise InputError(
            f"has steps of {rotation:g} radians and {place:g} metres",
            where=f"{path}:steps",
            remedy="steps lie between 0 and 0.1",
        )
    name, source, still = _described(path, arrays)
    poses, trans = _sums(arrays["poses"], rotation), _sums(arrays["trans"], place)
    if np.abs(poses).max() > 4 * np.pi or np.abs(trans).max() > _MOST_PLACE:
        raise InputError("holds turns or places that cannot be", where=str(path), remedy=_AGAIN)
    return Clip(
        name=name,
        poses=poses.reshape(frames, len(SMPL_24), 3),
        trans=trans,
        clearance=np.zeros(frames, np.float32),
        rate=float(arrays["rate"]),
        source=source,
        still=still,
    )


def _sums(differences: NDArray[Any], step: float) -> NDArray[np.float32]:
    return (np.cumsum(differences.T, axis=0, dtype=np.int64) * step).astype(np.float32)


def _described(path: Path, arrays: dict[str, NDArray[Any]]) -> tuple[str, Source, frozenset[str]]:
    """The clip's name, its source and the joints that it does not have."""
    try:
        facts = json.loads(str(arrays["posemill"]))
        name, still = str(facts.pop("name")), frozenset(str(joint) for joint in arrays["still"])
        source = Source(**{key: str(value) for key, value in facts.items()})
        rate = float(arrays["rate"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(
            "does not say what it is", where=f"{path}:posemill", remedy="write it again"
        ) from error
    if not rate > 0:
        raise InputError(f"states {rate:g} frames a second", where=f"{path}:rate", remedy=_AGAIN)
    if unknown := sorted(still - set(SMPL_24)):
        raise InputError(
            f"'{unknown[0]}' is not a joint", where=f"{path}:still", remedy=f"use {', '.join(SMPL_24)}"
        )
    return name, source, still


COMPACT = MotionFormat("compact motion", (SUFFIX,), read)

"""SMPL motion in .npz and .pkl files: AMASS's releases, the outputs of video models, dance sets, and Posemill's own.

Layouts: Mahmood et al., 'AMASS: archive of motion capture as surface shapes', 2019, and the readme of its later
releases; others see `smpl_layouts`. Shape, gender and soft tissue are left aside: the motion goes to Posemill's own
bodies.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.npz import read_npz
from synth.core.unpickle import NUMPY, read_pickle
from synth.motion.clip import Clip, Source, describe
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.motion.formats.skeletal import TRIAL, settled_rate
from synth.motion.formats.smpl_layouts import KEYS, RATE_KEYS, Arrays, Floats, Parameters, parameters
from synth.motion.formats.smpl_nesting import arrays_within
from synth.motion.formats.smpl_world import in_metres_z_up
from synth.motion.self_check import mismatch, smpl_shown

_OWN = ("clearance", "still", "posemill")  # what `Clip.to_npz` adds
_READ = {*KEYS, *_OWN, "format"}
_PICKLES = (".pkl", ".pk")
_MOST_PICKLE = 1 << 28  # bytes


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The motion of a file, or the clip that `Clip.to_npz` wrote. Raises InputError for what `parameters` refuses, and
    for lengths or an up that cannot be unless `options` says so."""
    arrays = _pickled(path) if path.suffix.lower() in _PICKLES else read_npz(path, _READ)
    found = parameters(arrays, path)
    rate, notes = _settled(found, options, path)
    if "posemill" in arrays:
        return _own(path, found.poses, found.trans, rate, arrays)
    inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    folders = [*inside.parts[:-1]] or [path.resolve().parent.name]
    trial = TRIAL.match(path.stem)
    subject = trial.group(1) if trial else folders[-1]
    source = describe(path, root, dataset=folders[0], licence=None, names=(subject, path.stem))
    hands = found.poses[:, SMPL_24.index("left_hand") :].any()
    poses, pelvis, of_world = in_metres_z_up(found, rate, options, str(path))
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
        notes=(*notes, *found.notes, *of_world),
    )


def read_amass(path: Path, rate: float | None = None) -> tuple[Floats, Floats, float, Arrays]:
    """Poses (T, 24, 3), translations (T, 3), frames a second, and what Posemill adds, as the file has them.

    `rate` goes before the file's. Raises InputError, naming the array, for a file that is damaged, pickled, or of
    another layout.
    """
    arrays = read_npz(path, _READ)
    found = parameters(arrays, path)
    extra = {name: array for name, array in arrays.items() if name in _OWN}
    return found.poses, found.trans, _settled(found, ReadOptions(rate=rate), path)[0], extra


def _settled(found: Parameters, options: ReadOptions, path: Path) -> tuple[float, tuple[str, ...]]:
    if found.rate is None and options.rate is None:
        raise InputError(
            f"states no frame rate ({' or '.join(RATE_KEYS)})",
            where=str(path),
            remedy="give the true one: `rate` of the source, or --rate; a wrong one makes every speed wrong",
        )
    return settled_rate(found.rate, options.rate)


def _pickled(path: Path) -> Arrays:
    """The arrays of a pickled dictionary, of which only what numpy needs is ever loaded."""
    try:
        if path.stat().st_size > _MOST_PICKLE:
            raise InputError("is too long", where=str(path), remedy="split the recording")
        with path.open("rb") as stream:
            held = read_pickle(stream, NUMPY, where=str(path), purpose="motion file")
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", where=str(path), remedy="check the path"
        ) from error
    return arrays_within(held, str(path))


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


AMASS = MotionFormat(
    "AMASS",
    (".npz", *_PICKLES),
    read,
    options=frozenset({"rate", "units", "up"}),
    # what lies beside the motions of a release: shapes
    not_motion=frozenset({"shape.npz", "neutral_stagei.npz", "male_stagei.npz", "female_stagei.npz"}),
)

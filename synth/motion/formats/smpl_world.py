"""The world of SMPL parameters: which way is up in it, and how long its unit is.

AMASS's files have Z up and metres, and one that has not is refused until the user says what it has. Files under other
names come from programs with worlds of their own: their up is found from the person, and said.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.rotations import world_turns
from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.core.errors import InputError
from synth.motion.figure import smpl_figure
from synth.motion.formats.format import ReadOptions
from synth.motion.formats.smpl_layouts import Parameters
from synth.motion.geometry import angle_between, between
from synth.motion.rest_pose import axis_name
from synth.motion.upright import AXES, UNITS, find_up

Floats = NDArray[np.float64]

_Z = np.array([0.0, 0.0, 1.0])
_MOST_FRAMES = 2000  # that are looked at, evenly over the recording
# m/s. A foot that stands does not move; over this, in half the frames even of the slower foot, no person is.
_TOO_FAST = 8.0
_SAID = {"cm": "a hundred times too far: centimetres", "mm": "a thousand times too far: millimetres"}


def in_metres_z_up(
    found: Parameters, rate: float, options: ReadOptions, where: str
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """poses (T, 24, 3), the pelvis' places (T, 3) in metres in a Z-up world, and what there is to say.

    Raises InputError where a file in AMASS's layout lies throughout with another up, and where feet move as far as they
    only would in another unit; the options `up` and `units` say how it is.
    """
    poses, trans = found.poses, found.trans * UNITS[options.units or "m"]
    rows = np.flatnonzero(np.isfinite(poses).all(axis=(1, 2)) & np.isfinite(trans).all(axis=1))
    rows = rows[:: -(-len(rows) // _MOST_FRAMES)] if len(rows) else rows
    notes: list[str] = []
    up = AXES[options.up] if options.up else _Z
    if options.up is None and len(rows):
        up = _found_up(poses[rows], trans[rows], found.amass, notes, where)
    turn = between(up, _Z)
    pelvis = trans + smpl_rest_joints()[0]
    if angle_between(up, _Z) > 1.0:
        poses = poses.copy()
        finite = np.isfinite(poses[:, 0]).all(axis=1)
        poses[finite, 0] = (Rotation.from_matrix(turn) * Rotation.from_rotvec(poses[finite, 0])).as_rotvec()
        pelvis = pelvis @ turn.T
    if options.units is None and len(rows) > 2:
        _refuse_unit(poses[rows], pelvis[rows], rate / np.diff(rows), where)
    return poses, pelvis, tuple(notes)


def _found_up(poses: Floats, trans: Floats, amass: bool, notes: list[str], where: str) -> Floats:
    figure = smpl_figure(world_turns(poses), trans + smpl_rest_joints()[0])
    places = np.stack([figure.places[name] for name in SMPL_24], axis=1)
    found = find_up(figure.upright(), places, _Z)
    if angle_between(found.up, _Z) <= 1.0:
        return _Z
    axis = axis_name(found.up)
    if amass:
        raise InputError(
            f"lies all the time, along {axis}: is {axis} up?",
            where=where,
            remedy=f"say `up: {axis}` of the source (--up {axis}), which turns it, or `up: z`, which keeps it lying",
        )
    notes.append(f"the world's up is {axis}: the person stands along it; `up` of the source changes that")
    return found.up


def _refuse_unit(poses: Floats, pelvis: Floats, per_second: Floats, where: str) -> None:
    """Raise InputError where the person slides over the floor, but would stand if lengths were in another unit.

    per_second (T - 1,): by which steps from pose to pose are multiplied to be speeds.
    """
    figure = smpl_figure(world_turns(poses), np.zeros((len(poses), 3)))
    feet = np.stack([figure.places[f"{side}_foot"] for side in ("left", "right")], axis=1)

    def slower(metres: float) -> float:
        steps = np.linalg.norm(np.diff(feet + metres * pelvis[:, None], axis=0), axis=2).min(axis=1)
        return float(np.median(steps * per_second))

    speed = slower(1.0)
    unit = min(_SAID, key=lambda each: slower(UNITS[each]))
    if speed > _TOO_FAST and speed > 5.0 * slower(UNITS[unit]) and _plausible(pelvis, per_second, unit):
        raise InputError(
            f"moves {_SAID[unit]}?",
            where=where,
            remedy=f"say `units: {unit}` of the source (--units {unit}), or `units: m` if it is in metres",
        )


def _plausible(pelvis: Floats, per_second: Floats, unit: str) -> bool:
    """Whether the pelvis moves no faster than people in a unit."""
    speeds = np.linalg.norm(np.diff(pelvis, axis=0), axis=1) * per_second * UNITS[unit]
    return float(np.median(speeds)) < _TOO_FAST

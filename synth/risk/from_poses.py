"""Ergonomic angles from SMPL's rotations, which are the truth of a sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.rotations import world_turns
from synth.body.skeleton import SMPL_24, SMPL_REST_OFFSET
from synth.risk.angles import SIDES, ErgonomicAngles
from synth.risk.segments import Segments, angles_of
from synth.risk.vectors import dot

Array = NDArray[np.float64]
_SPINE = ("pelvis", "spine1", "spine2", "spine3")  # each carries the next; the last carries the neck
_HALF_SHOULDERS = 0.174  # metres, of SMPL's mean shape


def angles_from_poses(poses: NDArray[Any]) -> ErgonomicAngles:
    """Angles of n postures from SMPL poses (n, 24, 3), axis-angle, radians, the root in a world with Z up.

    Limbs are the straight lines between the joints of SMPL's mean shape. The trunk's line is that of the spine, each
    part of it turned as its joint is, so that SMPL's rest pose stands upright. Raises ValueError for another shape.
    """
    if np.ndim(poses) != 3 or np.shape(poses)[1:] != (len(SMPL_24), 3):
        raise ValueError(f"poses must be (n, 24, 3), not {np.shape(poses)}")
    return angles_of(_segments(world_turns(poses)))


def standing_pose() -> Array:
    """(24, 3) SMPL's rest pose on its feet in a world with Z up, facing -Y, the arms out to the sides."""
    pose = np.zeros((len(SMPL_24), 3))
    pose[0] = [np.pi / 2, 0.0, 0.0]
    return pose


def _segments(turns: Array) -> Segments:
    def of(name: str) -> Array:
        return turns[:, SMPL_24.index(name)]

    def along(joint: str, child: str) -> Array:
        """(n, 3) the line from a joint to its child, as the joint is turned."""
        return np.asarray(of(joint) @ np.array(SMPL_REST_OFFSET[child]))

    def sides(joint: str, child: str) -> Array:
        return np.stack([along(f"{side}_{joint}", f"{side}_{child}") for side in SIDES], axis=1)

    children = (*_SPINE[1:], "neck")
    trunk = sum(
        (
            of(joint)[:, :, 1] * SMPL_REST_OFFSET[child][1]
            for joint, child in zip(_SPINE, children, strict=True)
        ),
        np.zeros((len(turns), 3)),
    )
    upper, lower = sides("shoulder", "elbow"), sides("elbow", "wrist")
    chest = of("spine3")
    to_shoulder = np.stack(
        [along("spine3", f"{side}_collar") + along(f"{side}_collar", f"{side}_shoulder") for side in SIDES],
        axis=1,
    )
    wrists = to_shoulder - to_shoulder.mean(axis=1, keepdims=True) + upper + lower
    flexion, deviation, twist = _hands(turns)
    return Segments(
        trunk=trunk,
        head=of("head")[:, :, 1],
        hips=of("pelvis")[:, :, 0],
        shoulders=to_shoulder[:, 0] - to_shoulder[:, 1],
        ears=of("head")[:, :, 0],
        upper_arms=upper,
        lower_arms=lower,
        thighs=sides("hip", "knee"),
        shanks=sides("knee", "ankle"),
        wrists=wrists / _HALF_SHOULDERS,
        wrist_flexion=flexion,
        wrist_deviation=deviation,
        lower_arm_twist=twist,
        shoulder_raise=_raise(chest, of("left_collar"), of("right_collar")),
    )


def _hands(turns: Array) -> tuple[Array, Array, Array]:
    """(n, 2) flexion, deviation and pronation of the hands.

    The wrist turns about the lower arm, then sideways, then to the palm; the elbow's turn about the lower arm is what
    is left of its rotation when the shortest one that bends the arm as much is taken away (swing and twist).
    """
    found = []
    for side, out in (("left", 1.0), ("right", -1.0)):
        shoulder, elbow, wrist = (
            turns[:, SMPL_24.index(f"{side}_{part}")] for part in ("shoulder", "elbow", "wrist")
        )
        bent = np.swapaxes(shoulder, -1, -2) @ elbow
        local = np.swapaxes(elbow, -1, -2) @ wrist
        about = np.arctan2(-local[:, 1, 2], local[:, 2, 2])
        sideways = -np.arcsin(np.clip(local[:, 0, 2], -1.0, 1.0)) * out
        palm = np.arctan2(local[:, 0, 1], local[:, 0, 0]) * out
        trace = bent[:, 0, 0] + bent[:, 1, 1] + bent[:, 2, 2]
        twist = 2.0 * np.arctan2(bent[:, 2, 1] - bent[:, 1, 2], 1.0 + trace)
        found.append((palm, sideways, about + twist))
    flexion, deviation, pronation = (np.degrees(np.stack(each, axis=1)) for each in zip(*found, strict=True))
    return flexion, deviation, (pronation + 180.0) % 360.0 - 180.0


def _raise(chest: Array, left: Array, right: Array) -> Array:
    """(n, 2) degrees by which the collar bones point further up, along the chest, than at rest."""
    found = []
    for side, collar in zip(SIDES, (left, right), strict=True):
        bone = np.array(SMPL_REST_OFFSET[f"{side}_shoulder"])
        line = collar @ (bone / np.linalg.norm(bone))
        rest = np.arcsin(bone[1] / np.linalg.norm(bone))
        found.append(np.arcsin(np.clip(dot(line, chest[:, :, 1]), -1.0, 1.0)) - rest)
    return np.degrees(np.stack(found, axis=1))

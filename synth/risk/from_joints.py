"""Ergonomic angles from 3D joints alone, as a model gives them or a recording of others has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import JOINTS, joint_index
from synth.risk.angles import SIDES, ErgonomicAngles
from synth.risk.segments import Segments, angles_of
from synth.risk.vectors import between, cross, dot, square_to, unit

Array = NDArray[np.float64]
# Degrees by which a line of SMPL's rest pose, which stands upright, leans forward: measured on its mean shape.
_TRUNK_LEAN, _SHOULDERS_LEAN, _HEAD_LEAN = -4.8, -3.9, 7.8
# The shoulder's centre below the neck and the length of the collar bone, in half shoulder widths of that pose.
_BELOW_NECK, _COLLAR = 0.358, 0.525


def angles_from_joints(joints: NDArray[Any]) -> ErgonomicAngles:
    """Angles of n postures from joints (n, 48, 3), any unit, Z up; NaN where joints are not known.

    The points that a lifter gives are used where they are known: COCO's, pelvis, neck and top of the head; else SMPL's
    joints; else the middle of hips or shoulders. Rotation about a limb cannot be seen in joints, so `lower_arm_twist`
    and `wrist_deviation` are NaN, and `wrist_flexion` is the hand's whole bend, without sign, where hands are known.
    Raises ValueError for another shape.
    """
    if np.ndim(joints) != 3 or np.shape(joints)[1:] != (len(JOINTS), 3):
        raise ValueError(f"joints must be (n, {len(JOINTS)}, 3), not {np.shape(joints)}")
    return angles_of(_segments(np.asarray(joints, np.float64)))


def points(joints: Array) -> dict[str, Array]:
    """(n, 2, 3) shoulders, elbows, ... of both sides by name, from joints (n, 48, 3): COCO's, else SMPL's."""

    def pair(name: str) -> Array:
        coco = joints[:, [joint_index(f"coco_{side}_{name}") for side in SIDES]]
        return _else(coco, joints[:, [joint_index(f"{side}_{name}") for side in SIDES]])

    return {name: pair(name) for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")}


def _segments(joints: Array) -> Segments:
    at = points(joints)
    hips, shoulders = at["hip"][:, 0] - at["hip"][:, 1], at["shoulder"][:, 0] - at["shoulder"][:, 1]
    middle = at["shoulder"].mean(axis=1)
    neck, head_top, pelvis = (joints[:, joint_index(name)] for name in ("neck", "head_top", "pelvis"))
    left = unit(shoulders)
    trunk = _else(
        _lean(neck - pelvis, left, -_TRUNK_LEAN),
        _lean(middle - at["hip"].mean(axis=1), left, -_SHOULDERS_LEAN),
    )
    ears = joints[:, joint_index("coco_left_ear")] - joints[:, joint_index("coco_right_ear")]
    hand = joints[:, [joint_index(f"{side}_hand") for side in SIDES]]
    smpl_wrist = joints[:, [joint_index(f"{side}_wrist") for side in SIDES]]
    smpl_elbow = joints[:, [joint_index(f"{side}_elbow") for side in SIDES]]
    half = np.sqrt(dot(shoulders, shoulders)) / 2
    unknown = np.full(at["wrist"].shape[:2], np.nan)
    return Segments(
        trunk=trunk,
        head=_lean(_else(head_top - _else(neck, middle), unit(trunk)), _else(ears, left), -_HEAD_LEAN),
        hips=hips,
        shoulders=shoulders,
        ears=ears,
        upper_arms=at["elbow"] - at["shoulder"],
        lower_arms=at["wrist"] - at["elbow"],
        thighs=at["knee"] - at["hip"],
        shanks=at["ankle"] - at["knee"],
        wrists=(at["wrist"] - middle[:, None]) / half[:, None, None],
        wrist_flexion=between(hand - smpl_wrist, smpl_wrist - smpl_elbow),
        wrist_deviation=unknown,
        lower_arm_twist=unknown,
        shoulder_raise=_raise(joints, unit(trunk)),
    )


def _raise(joints: Array, up: Array) -> Array:
    """(n, 2) by how much the shoulders' centres are nearer to the neck's height than at rest, as the collar's angle."""
    centres = joints[:, [joint_index(f"{side}_shoulder") for side in SIDES]]
    across = centres[:, 0] - centres[:, 1]
    half = np.sqrt(dot(across, across)) / 2
    above = dot(centres - joints[:, joint_index("neck")][:, None], up[:, None]) / half[:, None]
    return np.degrees(np.arcsin(np.clip((above + _BELOW_NECK) / _COLLAR, -1.0, 1.0)))


def _else(first: Array, second: Array) -> Array:
    """The first where it is known, else the second."""
    return np.where(np.isnan(first), second, first)


def _lean(line: Array, left: Array, degrees: float) -> Array:
    """(n, 3) a line tipped forward about the body's left."""
    line = unit(line)
    forward = cross(square_to(left, line), line)
    angle = np.radians(degrees)
    return np.cos(angle) * line + np.sin(angle) * forward

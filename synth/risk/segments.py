"""From the directions of a body's segments to its ergonomic angles: what both measurements have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.risk.angles import ErgonomicAngles
from synth.risk.vectors import between, cross, dot, square_to, turn, unit

Array = NDArray[np.float64]
_VERTICAL = np.array([0.0, 0.0, 1.0])
_OUT = np.array([1.0, -1.0])  # which way of the body's left is away from the body: left, right


@dataclass(frozen=True, eq=False)
class Segments:
    """Directions of n bodies in a world with Z up; NaN where not known. Lengths do not count but of `wrists`.

    trunk, head (n, 3): upward, straight up in a person who stands upright. hips, shoulders, ears (n, 3): from right to
    left. upper_arms, lower_arms, thighs, shanks (n, 2, 3): outward along the limb, left and right. wrists (n, 2, 3):
    from the middle of the shoulders, in half shoulder widths. hands: (n, 2) flexion, deviation, twist. raise_ (n, 2).
    """

    trunk: Array
    head: Array
    hips: Array
    shoulders: Array
    ears: Array
    upper_arms: Array
    lower_arms: Array
    thighs: Array
    shanks: Array
    wrists: Array
    wrist_flexion: Array
    wrist_deviation: Array
    lower_arm_twist: Array
    shoulder_raise: Array


def angles_of(body: Segments) -> ErgonomicAngles:
    """The angles between the segments."""
    up = unit(body.trunk)
    hips_left = square_to(body.hips, np.broadcast_to(_VERTICAL, up.shape))  # level: lying on a side has none
    ahead = cross(hips_left, np.broadcast_to(_VERTICAL, up.shape))
    left = square_to(body.shoulders, up)  # the trunk's own frame
    forward = cross(left, up)
    head = unit(body.head)
    arms = unit(body.upper_arms)
    sideways = dot(arms, left[:, None]) * _OUT
    frontal = dot(arms, forward[:, None])
    raised = between(arms, np.broadcast_to(-up[:, None], arms.shape))
    backward = (frontal < 0) & (-frontal > np.abs(sideways))
    down = np.broadcast_to(-_VERTICAL, arms.shape)
    trunk_line = np.broadcast_to(-up[:, None], body.thighs.shape)
    return ErgonomicAngles(
        trunk_flexion=_degrees(dot(up, ahead), up[:, 2]),
        trunk_side_bend=_slant(dot(up, hips_left)),
        trunk_twist=turn(body.hips, body.shoulders, up),
        head_inclination=_degrees(dot(head, ahead), head[:, 2]),
        neck_flexion=_degrees(dot(head, forward), dot(head, up)),
        neck_side_bend=_slant(dot(head, left)),
        neck_twist=turn(body.shoulders, body.ears, up),
        upper_arm_flexion=np.where(backward, -raised, raised),
        upper_arm_abduction=_slant(sideways),
        upper_arm_inclination=between(arms, down),
        shoulder_raise=body.shoulder_raise,
        lower_arm_flexion=between(body.upper_arms, body.lower_arms),
        lower_arm_twist=body.lower_arm_twist,
        wrist_flexion=body.wrist_flexion,
        wrist_deviation=body.wrist_deviation,
        hip_flexion=between(body.thighs, trunk_line),
        knee_flexion=between(body.thighs, body.shanks),
        wrist_out=dot(body.wrists, left[:, None]) * _OUT,
    )


def _degrees(forward: Array, upward: Array) -> Array:
    return np.degrees(np.arctan2(forward, upward))


def _slant(sine: Array) -> Array:
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))

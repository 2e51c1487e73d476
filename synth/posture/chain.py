"""The body as a chain of joint angles for inverse kinematics: its degrees of freedom, their limits, its kinematics.

An angle has the sign of `angles`; lengths are metres. The world has x to the right of a worker whose pelvis is not
turned, y ahead and z up.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.body.rotations import SMPL_TO_WORLD
from synth.body.skeleton import SMPL_24, SMPL_PARENTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Freedom(NamedTuple):
    """A degree of freedom: name, (joint, axis, share) that turn with it, degrees it reaches, and its cost.

    cost: how much a radian of it away from the reference pose weighs; what a body spares is dear.
    """

    name: str
    turns: tuple[tuple[str, str, float], ...]
    low: float
    high: float
    cost: float


def _freedoms() -> tuple[Freedom, ...]:
    """All of them after the pelvis' place.

    Limits are the American Academy of Orthopaedic Surgeons', 'Joint motion', 1965, as Norkin & White, 'Measurement of
    joint motion', 5th ed. 2016, list them, but where the body's weight bends a joint further: knees and ankles reach
    153 and 38 degrees in squatting, toes 80 (Hemmerich et al., 'Hip, knee, and ankle kinematics of high range of motion
    activities of daily living', J. Orthop. Res. 24, 2006). The collar's are those of Ludewig et al., 'Motion of the
    shoulder complex', J. Bone Joint Surg. 91, 2009. Of flexion most is in the lumbar spine and of twist in the thoracic
    (White & Panjabi, 'Clinical biomechanics of the spine', 1990).
    """
    found = [
        Freedom("pelvis turn", (("pelvis", "y", 1.0),), -360, 360, 0.35),
        Freedom("pelvis tilt", (("pelvis", "x", 1.0),), -110, 110, 0.18),
        Freedom("pelvis bend", (("pelvis", "z", -1.0),), -60, 60, 0.35),
    ]
    spine = ("spine1", "spine2", "spine3")
    for name, axis, sign, shares, low, high, cost in (
        ("flexion", "x", 1.0, (0.40, 0.35, 0.25), -25, 80, 0.16),
        ("bend", "z", -1.0, (0.35, 0.35, 0.30), -35, 35, 0.30),
        ("twist", "y", 1.0, (0.15, 0.30, 0.55), -45, 45, 0.30),
    ):
        turns = tuple((joint, axis, sign * share) for joint, share in zip(spine, shares, strict=True))
        found.append(Freedom(f"trunk {name}", turns, low, high, cost))
    for name, axis, sign, low, high in (
        ("flexion", "x", 1.0, -45, 45),
        ("bend", "z", -1.0, -40, 40),
        ("twist", "y", 1.0, -60, 60),
    ):
        turns = tuple((joint, axis, 0.5 * sign) for joint in ("neck", "head"))
        found.append(Freedom(f"neck {name}", turns, low, high, 0.12))
    for side, out in (("left", 1.0), ("right", -1.0)):
        for joint, name, axes, low, high, cost in (
            ("collar", "raise", (("collar", "z", out),), -10, 40, 0.35),
            ("collar", "forward", (("collar", "y", -out),), -20, 25, 0.35),
            ("shoulder", "flexion", (("shoulder", "x", -1.0),), -60, 180, 0.03),
            ("shoulder", "abduction", (("shoulder", "z", out),), -30, 170, 0.10),
            ("shoulder", "rotation", (("shoulder", "y", -out),), -90, 80, 0.04),
            ("elbow", "flexion", (("elbow", "y", -out),), 0, 150, 0.03),
            ("elbow", "pronation", (("elbow", "x", 0.5), ("wrist", "x", 0.5)), -80, 80, 0.03),
            ("wrist", "deviation", (("wrist", "y", -out),), -30, 20, 0.10),
            ("wrist", "flexion", (("wrist", "z", -out),), -70, 80, 0.10),
            ("fingers", "flexion", (("hand", "z", -out),), -45, 90, 0.10),
            ("hip", "flexion", (("hip", "x", -1.0),), -30, 125, 0.05),
            ("hip", "abduction", (("hip", "z", out),), -30, 45, 0.12),
            ("hip", "rotation", (("hip", "y", -out),), -45, 45, 0.12),
            ("knee", "flexion", (("knee", "x", 1.0),), 0, 153, 0.06),
            ("ankle", "flexion", (("ankle", "x", -1.0),), -50, 38, 0.05),
            ("ankle", "inversion", (("ankle", "z", -out),), -15, 35, 0.10),
            ("toe", "flexion", (("foot", "x", -1.0),), -45, 80, 0.05),
        ):
            turns = tuple((f"{side}_{each}", axis, share) for each, axis, share in axes)
            found.append(Freedom(f"{side} {joint} {name}", turns, low, high, cost))
    return tuple(found)


FREEDOMS = _freedoms()
PLACE = 3  # the first degrees of freedom are the pelvis' place
N = PLACE + len(FREEDOMS)
NAMES: tuple[str, ...] = ("pelvis x", "pelvis y", "pelvis z", *(each.name for each in FREEDOMS))
LOW: Floats = np.array([-100.0] * PLACE + [np.radians(each.low) for each in FREEDOMS])
HIGH: Floats = np.array([100.0] * PLACE + [np.radians(each.high) for each in FREEDOMS])
COST: Floats = np.array([0.0, 0.0, 0.0] + [each.cost for each in FREEDOMS])


def freedom(name: str) -> int:
    """The number of a degree of freedom."""
    return NAMES.index(name)


# Elementary turns in the order in which `angles.smpl_poses` multiplies them, joint by joint.
_ORDER = {"pelvis": "yxz", "shoulder": "xzy", "hip": "xzy", "wrist": "xyz", "collar": "yz", "elbow": "yx"}


def _turns() -> tuple[Ints, Ints, Floats, Ints, Ints]:
    rows: list[tuple[int, int, float, int]] = []
    first = []
    for joint in SMPL_24:
        first.append(len(rows))
        own = [
            ("xyz".index(axis), share, PLACE + row)
            for row, each in enumerate(FREEDOMS)
            for name, axis, share in each.turns
            if name == joint
        ]
        order = _ORDER.get(joint.split("_")[-1], "yzx")
        own.sort(key=lambda turn: order.index("xyz"[turn[0]]))
        rows += [(SMPL_24.index(joint), *turn) for turn in own]
    first.append(len(rows))
    joint_, axis, share, dof = zip(*rows, strict=True)
    return np.array(joint_), np.array(axis), np.array(share), np.array(dof), np.array(first)


TURN_JOINT, TURN_AXIS, TURN_SHARE, TURN_DOF, TURN_FIRST = _turns()
TURNS = len(TURN_JOINT)
# an arm at rest hangs; SMPL's is held out to the side
POST: Floats = np.tile(np.eye(3), (24, 1, 1))
for _side, _out in (("left", 1.0), ("right", -1.0)):
    POST[SMPL_24.index(f"{_side}_shoulder")] = Rotation.from_euler(
        "z", -90.0 * _out, degrees=True
    ).as_matrix()
AHEAD: Floats = Rotation.from_euler("z", 180, degrees=True).as_matrix() @ SMPL_TO_WORLD
_PARENT = SMPL_PARENTS.copy()


def _above() -> NDArray[np.bool_]:
    """(TURNS, 24) whether a joint moves with a turn."""
    found = np.zeros((TURNS, 24), bool)
    for j in range(24):
        joint = j
        while joint >= 0:
            found[np.flatnonzero(joint == TURN_JOINT), j] = True
            joint = int(SMPL_PARENTS[joint])
    return found


ABOVE = _above()


def _lists() -> tuple[Ints, Ints]:
    """For each joint the turns that move it, end to end, and where each joint's begin."""
    lists = [np.flatnonzero(ABOVE[:, j]) for j in range(24)]
    return np.concatenate(lists), np.concatenate([[0], np.cumsum([len(each) for each in lists])])


MOVED_BY, MOVED_FIRST = _lists()


@njit(cache=True, nogil=True)
def forward(q, offsets, place, turn, axes):  # type: ignore[no-untyped-def]
    """Kinematics of one pose q (N,): writes place (24, 3), turn (24, 3, 3) of the joints and axes (TURNS, 3).

    offsets (24, 3): each joint from its parent at rest; the pelvis' is ignored, its place is q's. axes: each elementary
    turn's axis in the world times its share.
    """
    R, S = np.empty((3, 3)), np.empty((3, 3))
    for j in range(24):
        parent = _PARENT[j]
        if parent < 0:
            R[:] = AHEAD
            for c in range(3):
                place[j, c] = q[c]
        else:
            for r in range(3):
                total = place[parent, r]
                for c in range(3):
                    R[r, c] = turn[parent, r, c]
                    total += R[r, c] * offsets[j, c]
                place[j, r] = total
        for e in range(TURN_FIRST[j], TURN_FIRST[j + 1]):
            k, share = TURN_AXIS[e], TURN_SHARE[e]
            angle = q[TURN_DOF[e]] * share
            c, s = np.cos(angle), np.sin(angle)
            a, b = (k + 1) % 3, (k + 2) % 3
            for r in range(3):
                axes[e, r] = R[r, k] * share
                x, y = R[r, a], R[r, b]
                R[r, a] = c * x + s * y
                R[r, b] = c * y - s * x
        for r in range(3):
            for c in range(3):
                S[r, c] = R[r, 0] * POST[j, 0, c] + R[r, 1] * POST[j, 1, c] + R[r, 2] * POST[j, 2, c]
        for r in range(3):
            for c in range(3):
                turn[j, r, c] = S[r, c]


@njit(cache=True, nogil=True)
def forward_many(q, offsets, places, turns):  # type: ignore[no-untyped-def]
    """`forward` of poses q (T, N): writes places (T, 24, 3) and turns (T, 24, 3, 3)."""
    axes = np.empty((TURNS, 3))
    for t in range(q.shape[0]):
        forward(q[t], offsets, places[t], turns[t], axes)


def joints_of(q: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    """(T, 24, 3) places and (T, 24, 3, 3) turns in the world of poses (T, N)."""
    places, turns = np.empty((len(q), 24, 3)), np.empty((len(q), 24, 3, 3))
    forward_many(np.ascontiguousarray(q), offsets, places, turns)
    return places, turns


def smpl_of(q: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """(T, 24, 3) axis-angle poses and (T, 3) trans of poses q (T, N) of a body whose joints rest at (24, 3)."""
    from synth.body.rotations import local_poses

    offsets = rest - rest[np.maximum(_PARENT, 0)]
    _, turns = joints_of(q, offsets)
    return local_poses(turns), q[:, :PLACE] - rest[0]


def angles_of(poses: NDArray[np.floating], trans: NDArray[np.floating], rest: Floats) -> Floats:
    """(T, N) the degrees of freedom of SMPL poses (T, 24, 3) and trans (T, 3); what of them no angle has is lost."""
    q, shares = np.zeros((len(poses), N)), np.zeros(N)
    q[:, :PLACE] = trans + rest[0]
    for j, joint in enumerate(SMPL_24):
        rows = range(TURN_FIRST[j], TURN_FIRST[j + 1])
        if not rows:
            continue
        local = Rotation.from_rotvec(np.asarray(poses[:, j], np.float64)).as_matrix() @ POST[j].T
        local = AHEAD.T @ local if j == 0 else local
        order = _ORDER.get(joint.split("_")[-1], "yzx")
        order += "".join(axis for axis in "xyz" if axis not in order)
        with warnings.catch_warnings():  # an arm straight out has no one flexion: any will do
            warnings.simplefilter("ignore", UserWarning)
            euler = Rotation.from_matrix(local).as_euler(cast(Any, order.upper()))
        angles = _within(euler, j, order)
        for e in rows:
            sign = np.sign(TURN_SHARE[e])
            q[:, TURN_DOF[e]] += sign * angles[:, order.index("xyz"[TURN_AXIS[e]])]
            shares[TURN_DOF[e]] += abs(TURN_SHARE[e])
    q[:, PLACE:] /= shares[PLACE:].clip(1e-9)
    return q


def _within(angles: Floats, j: int, order: str) -> Floats:
    """Of the two triples of angles that give the same turn, (T, 3), the one nearer to the joint's limits.

    Each angle is within half a turn of the middle of its range.
    """
    both = angles.copy(), np.stack([angles[:, 0] + np.pi, np.pi - angles[:, 1], angles[:, 2] + np.pi], axis=1)
    beyond = [np.zeros(len(angles)), np.zeros(len(angles))]
    for e in range(TURN_FIRST[j], TURN_FIRST[j + 1]):
        middle = 0.5 * (LOW[TURN_DOF[e]] + HIGH[TURN_DOF[e]]) * TURN_SHARE[e]
        for k, each in enumerate(both):
            column = order.index("xyz"[TURN_AXIS[e]])
            each[:, column] = middle + (each[:, column] - middle + np.pi) % (2 * np.pi) - np.pi
            value = each[:, column] / TURN_SHARE[e]
            beyond[k] += np.maximum(value - HIGH[TURN_DOF[e]], 0.0) + np.maximum(
                LOW[TURN_DOF[e]] - value, 0.0
            )
    return np.where((beyond[1] < beyond[0])[:, None], both[1], both[0])


def offsets_of(rest: Floats) -> Floats:
    """(24, 3) each joint from its parent at rest."""
    offsets: Floats = rest - rest[np.maximum(_PARENT, 0)]
    return offsets


def reference(**degrees: float) -> Floats:
    """(N,) a pose by names such as `left_knee_flexion`, the rest 0; `knee_flexion` is both sides'."""
    q: Any = np.zeros(N)
    for key, value in degrees.items():
        name = key.replace("_", " ")
        rows = [row for row, each in enumerate(NAMES) if each in (name, f"left {name}", f"right {name}")]
        if not rows:
            raise ValueError(f"no degree of freedom is called '{name}'")
        q[rows] = np.radians(value)
    pose: Floats = q
    return pose
